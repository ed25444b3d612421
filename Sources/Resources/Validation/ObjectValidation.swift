/// Whether an object may be stored: the schema's demands, the rules of `metadata`, and those of its
/// kind. Pure; an answer people expect, so it is returned, not thrown.
package enum ObjectValidation {
  /// - Parameters:
  ///   - new: what would be stored, defaults filled in.
  ///   - old: what it replaces; `nil` for a create.
  ///   - type: the schema's type of it; `nil` where there is none.
  ///   - subresource: what a write goes through; `status` leaves the desired state alone, and the
  ///     others may change what the object itself may not.
  ///   - apiVersion: the version that the writer speaks; `nil` for that of `kind`.
  /// - Returns: what is wrong, most general first; empty is good.
  package static func errors(
    in new: Document, replacing old: Document?, kind: GroupVersionKind, type: SchemaType?,
    subresource: String? = nil, apiVersion: String? = nil
  ) -> [FieldError] {
    let metadata = new["metadata"] ?? .emptyObject
    var errors = MetadataValidation.errors(
      in: metadata, old == nil ? .of(kind) : .any, isPlain: extensionGroups.contains(kind.group))
    if let old {
      errors += MetadataValidation.changeErrors(metadata, old["metadata"] ?? .emptyObject)
    } else if metadata["name"]?.string?.isEmpty ?? true {
      errors.append(MetadataValidation.nameRequired)
    }
    if let old, (kind.group, kind.kind) == ("certificates.k8s.io", "CertificateSigningRequest") {
      errors += CertificateRequestValidation.changeErrors(new, old, subresource)
    }
    if subresource == "status" {
      if let old {
        errors += StatusValidation.errors(new, replacing: old, kind)
        if kind.group == "resource.k8s.io" {
          errors += DeviceStatusValidation.errors(new, replacing: old, kind: kind.kind)
        }
      }
      return errors
    }
    let own = kindErrors(new, replacing: old, kind)
    if let type {
      errors += StructuralValidation.errors(in: new, as: type).filter { error in
        !own.contains { $0.speaks(for: error) }
      }
    }
    errors += own
    if (kind.group, kind.kind) == ("", "Event") {
      errors += EventValidation.errors(new, old, apiVersion: apiVersion ?? kind.apiVersion)
    }
    if let old {
      if subresource == nil { errors += changeErrors(new, old, kind) }
    } else {
      errors += createErrors(new, kind)
    }
    if let old, subresource == "ephemeralcontainers" {
      errors += EphemeralContainerValidation.errors(new, old)
    }
    if let old, subresource == "resize", kind.kind == "Pod" {
      errors += PodResizeValidation.errors(new, old)
    }
    if old != nil { errors.removeAll { isSettled($0.field, kind) } }
    // The schema and the kind may both miss the same member.
    var seen: Set<FieldError> = []
    return errors.filter { seen.insert($0).inserted }
  }

  /// Whether a field belongs to what no update changes, and is not looked at again: earlier rules
  /// may have let in what those of today would not.
  private static func isSettled(_ field: String, _ kind: GroupVersionKind) -> Bool {
    guard (kind.group, kind.kind) == ("apps", "StatefulSet") else { return false }
    return field == "spec.serviceName" || field.hasPrefix("spec.volumeClaimTemplates[")
  }

  /// Of APIs that add to Kubernetes' own.
  private static let extensionGroups: Set<String> = [
    "apiextensions.k8s.io", "apiregistration.k8s.io",
  ]

  private static func kindErrors(
    _ object: Document, replacing old: Document?, _ kind: GroupVersionKind
  ) -> [FieldError] {
    switch (kind.group, kind.kind) {
    case ("apiextensions.k8s.io", "CustomResourceDefinition"):
      CustomDefinitionValidation.errors(object, replacing: old)
    case ("", "Pod"): PodValidation.errors(object)
    case ("", "LimitRange"): LimitRangeValidation.errors(object)
    case ("", "ResourceQuota"): QuotaValidation.errors(object)
    case ("", "Node"): NodeValidation.errors(object)
    case ("", "Namespace"): NodeValidation.namespaceErrors(object)
    case ("apps", "ControllerRevision"): RevisionValidation.errors(object, isNew: old == nil)
    case ("", "PodTemplate"): PodValidation.template(object["template"], at: "template")
    case ("", "Service"): ServiceValidation.errors(object)
    case ("", "ConfigMap"), ("", "Secret"):
      ConfigurationValidation.errors(object, kind: kind.kind)
    case ("", "ReplicationController"), ("apps", "Deployment"), ("apps", "ReplicaSet"),
      ("apps", "StatefulSet"), ("apps", "DaemonSet"), ("batch", "Job"), ("batch", "CronJob"):
      WorkloadValidation.errors(object, kind: kind.kind)
    case ("", "PersistentVolumeClaim"): StorageValidation.claimErrors(object)
    case ("", "PersistentVolume"): PersistentVolumeValidation.errors(object)
    case ("storage.k8s.io", "StorageClass"): StorageValidation.classErrors(object)
    case ("resource.k8s.io", "DeviceClass"): DeviceClassValidation.errors(object, replacing: old)
    case ("resource.k8s.io", "ResourceClaim"):
      DeviceClaimValidation.claimErrors(object, replacing: old)
    case ("resource.k8s.io", "ResourceClaimTemplate"): DeviceClaimValidation.templateErrors(object)
    case ("resource.k8s.io", "ResourceSlice"): DeviceSliceValidation.errors(object, replacing: old)
    case ("resource.k8s.io", "DeviceTaintRule"):
      DeviceTaintValidation.ruleErrors(object, replacing: old)
    case ("resource.k8s.io", "ResourcePoolStatusRequest"):
      DevicePoolRequestValidation.errors(object, replacing: old)
    case ("storage.k8s.io", "CSIDriver"): StorageDriverValidation.driverErrors(object)
    case ("storage.k8s.io", "CSINode"): StorageDriverValidation.nodeErrors(object)
    case ("storage.k8s.io", "CSIStorageCapacity"): StorageDriverValidation.capacityErrors(object)
    case ("storage.k8s.io", "VolumeAttachment"): VolumeAttachmentValidation.errors(object)
    case ("storage.k8s.io", "VolumeAttributesClass"): VolumeAttachmentValidation.classErrors(object)
    case ("", "Endpoints"): EndpointsValidation.errors(object)
    case ("discovery.k8s.io", "EndpointSlice"): EndpointsValidation.sliceErrors(object)
    case ("networking.k8s.io", "Ingress"): IngressValidation.errors(object)
    case ("networking.k8s.io", "IngressClass"): IngressValidation.classErrors(object)
    case ("networking.k8s.io", "IPAddress"): AddressRule.addressErrors(object)
    case ("networking.k8s.io", "ServiceCIDR"):
      AddressRule.serviceRangeErrors(object, replacing: old)
    case ("networking.k8s.io", "NetworkPolicy"): NetworkPolicyValidation.errors(object)
    case ("certificates.k8s.io", "CertificateSigningRequest"):
      CertificateRequestValidation.errors(object)
    case ("policy", "PodDisruptionBudget"): PolicyValidation.budgetErrors(object)
    case ("autoscaling", "HorizontalPodAutoscaler"):
      AutoscalerValidation.errors(object, replacing: old)
    case ("scheduling.k8s.io", "PriorityClass"): PolicyValidation.priorityClassErrors(object)
    case ("node.k8s.io", "RuntimeClass"): PolicyValidation.runtimeClassErrors(object)
    case ("coordination.k8s.io", "Lease"): PolicyValidation.leaseErrors(object)
    case ("rbac.authorization.k8s.io", "Role"), ("rbac.authorization.k8s.io", "ClusterRole"):
      AccessRuleValidation.roleErrors(object, isClusterWide: kind.kind == "ClusterRole")
    case ("rbac.authorization.k8s.io", "RoleBinding"),
      ("rbac.authorization.k8s.io", "ClusterRoleBinding"):
      AccessRuleValidation.bindingErrors(
        object, isClusterWide: kind.kind == "ClusterRoleBinding")
    case ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"),
      ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"):
      WebhookConfigurationValidation.errors(object)
    case ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"):
      MatchResourcesValidation.errors(
        object[path: "spec", "matchConstraints"], at: "spec.matchConstraints")
    case ("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"):
      MatchResourcesValidation.errors(
        object[path: "spec", "matchResources"], at: "spec.matchResources")
    case ("admissionregistration.k8s.io", "MutatingAdmissionPolicy"):
      MatchResourcesValidation.mutatingErrors(
        object[path: "spec", "matchConstraints"], at: "spec.matchConstraints")
    case ("admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding"):
      MatchResourcesValidation.mutatingErrors(
        object[path: "spec", "matchResources"], at: "spec.matchResources")
    case ("apiregistration.k8s.io", "APIService"): APIServiceValidation.errors(object)
    case ("flowcontrol.apiserver.k8s.io", "FlowSchema"): FlowSchemaValidation.errors(object)
    case ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration"):
      PriorityLevelValidation.errors(object)
    default: []
    }
  }

  private static func createErrors(_ new: Document, _ kind: GroupVersionKind) -> [FieldError] {
    switch (kind.group, kind.kind) {
    case ("", "Pod"): PodValidation.createErrors(new)
    case ("batch", "Job"): JobOwnershipValidation.errors(new, replacing: nil)
    case ("networking.k8s.io", "Ingress"): IngressValidation.createErrors(new)
    default: []
    }
  }

  private static func changeErrors(_ new: Document, _ old: Document, _ kind: GroupVersionKind)
    -> [FieldError]
  {
    switch (kind.group, kind.kind) {
    case ("", "Pod"): PodChangeValidation.errors(new, old)
    case ("", "ConfigMap"), ("", "Secret"):
      ConfigurationValidation.changeErrors(new, old, kind: kind.kind)
    case ("", "Service"): ServiceChangeValidation.errors(new, old)
    case ("", "PersistentVolumeClaim"): ClaimChangeValidation.errors(new, old)
    case ("", "PersistentVolume"): PersistentVolumeValidation.changeErrors(new, old)
    case ("resource.k8s.io", "ResourceClaim"), ("resource.k8s.io", "ResourceClaimTemplate"):
      DeviceClaimValidation.changeErrors(new, old)
    case ("resource.k8s.io", "ResourceSlice"): DeviceSliceValidation.changeErrors(new, old)
    case ("", "ResourceQuota"): QuotaValidation.changeErrors(new, old)
    case ("", "Node"): NodeValidation.changeErrors(new, old)
    case ("apps", "ControllerRevision"): RevisionValidation.changeErrors(new, old)
    case ("networking.k8s.io", "IngressClass"): IngressValidation.classChangeErrors(new, old)
    case ("networking.k8s.io", "IPAddress"): AddressRule.addressChangeErrors(new, old)
    case ("networking.k8s.io", "ServiceCIDR"): AddressRule.serviceRangeChangeErrors(new, old)
    case ("storage.k8s.io", "CSIDriver"): StorageDriverValidation.driverChangeErrors(new, old)
    case ("storage.k8s.io", "CSINode"): StorageDriverValidation.nodeChangeErrors(new, old)
    case ("storage.k8s.io", "CSIStorageCapacity"):
      StorageDriverValidation.capacityChangeErrors(new, old)
    case ("storage.k8s.io", "VolumeAttachment"): VolumeAttachmentValidation.changeErrors(new, old)
    case ("storage.k8s.io", "VolumeAttributesClass"):
      VolumeAttachmentValidation.classChangeErrors(new, old)
    case ("apps", _), ("batch", _):
      WorkloadValidation.changeErrors(new, old, kind: kind.kind)
    case ("rbac.authorization.k8s.io", "RoleBinding"),
      ("rbac.authorization.k8s.io", "ClusterRoleBinding"):
      AccessRuleValidation.changeErrors(new, old)
    case ("scheduling.k8s.io", "PriorityClass"):
      PolicyValidation.priorityClassChangeErrors(new, old)
    default:
      fixedMembers(kind).compactMap { member in
        new[member] == old[member]
          ? nil : .invalid(member, new[member], "field is immutable")
      }
    }
  }

  /// Members that a kind is made with and keeps.
  private static func fixedMembers(_ kind: GroupVersionKind) -> [String] {
    switch (kind.group, kind.kind) {
    case ("node.k8s.io", "RuntimeClass"): ["handler"]
    case ("storage.k8s.io", "StorageClass"):
      ["parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"]
    case ("discovery.k8s.io", "EndpointSlice"): ["addressType"]
    default: []
    }
  }
}

extension FieldError {
  /// Whether what a kind's own rules say of a field makes it idle to say what the schema does: they
  /// say the same in more words.
  fileprivate func speaks(for structural: FieldError) -> Bool {
    field == structural.field && cause.reason == structural.cause.reason
  }
}
