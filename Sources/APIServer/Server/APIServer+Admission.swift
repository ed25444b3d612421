import Foundations
import Resources

extension APIServer {
  /// The plugins, in order.
  static func admission(
    _ reader: CacheReader, _ configuration: Configuration, _ authorizer: any Authorizer,
    _ roles: RoleAuthorizer, _ served: RegistryReference
  ) -> AdmissionChain {
    var plugins: [any AdmissionPlugin] = [
      NodeRestriction(reader),
      RoleEscalation(authorizer: authorizer, roles: roles),
      NamespaceLifecycle(namespace: { reader.object(.namespaces, "", $0) }),
      ServiceAccountAdmission(serviceAccount: { reader.object(.serviceAccounts, $0, $1) }),
      NotReadyTaint(),
      PodTolerations(),
      CertificateRequestAdmission(now: { .now() }),
      CertificateSignerAdmission(authorizer: authorizer),
      DeviceStatusAdmission(authorizer: authorizer),
      RuntimeClassAdmission(runtimeClass: { reader.object(.runtimeClasses, "", $0) }),
      PodPriority(priorityClasses: { reader.objects(.priorityClasses) }),
      DefaultIngressClassAdmission(classes: { reader.objects(.ingressClasses) }),
      DefaultStorageClassAdmission(classes: { reader.objects(.storageClasses) }),
      StorageProtectionAdmission(),
      ClaimResizeAdmission(storageClass: { reader.object(.storageClasses, "", $0) }),
      LimitRanger(ranges: { reader.objects(.limitRanges, in: $0) }),
      ServiceAddresses(
        range: configuration.serviceRange, nodePorts: configuration.nodePorts,
        services: { reader.objects(.services) }),
      PodSecurityAdmission(
        namespace: { reader.object(.namespaces, "", $0) }, pods: { reader.objects(.pods, in: $0) }),
      PolicyObjects(
        catalog: .builtin, access: PolicyParamAccess(reader, served, authorizer: authorizer)),
      ValidatingPolicyAdmission(reader: reader, registry: served, authorizer: authorizer),
    ]
    if configuration.authorizationFile != nil { plugins.append(UnansweredAdmission()) }
    // Last: what is refused after it was counted would hold its share for a moment.
    plugins.append(
      ResourceQuotaAdmission(
        quotas: { reader.objects(.resourceQuotas, in: $0) },
        objects: { reader.objects($1, in: $0) }))
    return AdmissionChain(plugins)
  }
}
