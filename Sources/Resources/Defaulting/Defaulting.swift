/// Fills in what the API promises for members that were left out. Pure: running it twice changes
/// nothing more.
///
/// Each kind's rules stand in a file of their own beside this registry; kinds without an entry have
/// no defaults beyond the schema's.
/// Source: the "default" remarks of the Kubernetes API reference.
package enum Defaulting {
  package typealias Rule = @Sendable (inout Document) -> Void

  private static let rules: [String: Rule] = [
    "/Pod": { $0.edit("spec", pod) },
    "/PodTemplate": { $0.edit("template", podTemplate) },
    "/ReplicationController": replicationController,
    "/Service": service,
    "/Secret": secret,
    "/Namespace": { _ in },
    "/Node": node,
    "/PersistentVolume": persistentVolume,
    "/PersistentVolumeClaim": {
      persistentVolumeClaim(&$0)
      $0.edit("spec", dataSource)
    },
    "/Endpoints": endpoints,
    "/Event": { _ in },
    "/LimitRange": limitRange,
    "apps/Deployment": deployment,
    "apps/ReplicaSet": replicaSet,
    "apps/StatefulSet": statefulSet,
    "apps/DaemonSet": daemonSet,
    "batch/Job": job,
    "batch/CronJob": cronJob,
    "discovery.k8s.io/EndpointSlice": endpointSlice,
    "networking.k8s.io/Ingress": { _ in },
    "networking.k8s.io/IngressClass": { ingressClass in
      ingressClass.edit("spec") { $0.edit("parameters") { $0.setDefault("scope", "Cluster") } }
    },
    "networking.k8s.io/NetworkPolicy": networkPolicy,
    "autoscaling/HorizontalPodAutoscaler": horizontalPodAutoscaler,
    "storage.k8s.io/StorageClass": storageClass,
    "storage.k8s.io/CSIDriver": csiDriver,
    "resource.k8s.io/ResourceClaim": resourceClaim,
    "resource.k8s.io/ResourceClaimTemplate": resourceClaimTemplate,
    "apps/ControllerRevision": { $0.setDefault("revision", 0) },
    "scheduling.k8s.io/PriorityClass": {
      $0.setDefault("value", 0)
      $0.setDefault("preemptionPolicy", "PreemptLowerPriority")
    },
    "rbac.authorization.k8s.io/RoleBinding": roleBinding,
    "rbac.authorization.k8s.io/ClusterRoleBinding": roleBinding,
    "admissionregistration.k8s.io/MutatingWebhookConfiguration": mutatingWebhooks,
    "admissionregistration.k8s.io/ValidatingWebhookConfiguration": validatingWebhooks,
    "apiregistration.k8s.io/APIService": { apiService in
      apiService.edit("spec") { $0.edit("service") { $0.setDefault("port", 443) } }
    },
    "admissionregistration.k8s.io/MutatingAdmissionPolicy": admissionPolicy,
    "admissionregistration.k8s.io/MutatingAdmissionPolicyBinding": admissionPolicyBinding,
    "admissionregistration.k8s.io/ValidatingAdmissionPolicy": admissionPolicy,
    "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding": admissionPolicyBinding,
    "apiextensions.k8s.io/CustomResourceDefinition": customResourceDefinition,
    "certificates.k8s.io/CertificateSigningRequest": { _ in },
    "flowcontrol.apiserver.k8s.io/FlowSchema": flowSchema,
    "flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration": priorityLevel,
  ]

  /// The defaults of a kind.
  package static func rule(for kind: GroupVersionKind) -> Rule {
    rules["\(kind.group)/\(kind.kind)"] ?? { _ in }
  }
}

extension Defaulting {
  /// The old and the new name of a node's addresses hold the same; where they differ, who wrote the
  /// old one knew of no other.
  fileprivate static func node(_ node: inout Document) {
    node.edit("spec") { spec in
      let first = spec["podCIDR"]?.string ?? ""
      if first.isEmpty {
        if let ranges = spec["podCIDRs"], !ranges.isEmpty { spec["podCIDR"] = ranges[0] }
      } else if spec["podCIDRs"]?.elements.first(where: { _ in true })?.string != first {
        spec["podCIDRs"] = [Document(first)]
      }
    }
  }
}

extension Document {
  /// Sets a member that is absent.
  mutating func setDefault(_ name: String, _ value: Document) {
    if self[name] == nil { self[name] = value }
  }

  /// Sets a member that is absent or empty text.
  mutating func setDefaultText(_ name: String, _ value: Document) {
    if self[name]?.string?.isEmpty ?? true { self[name] = value }
  }

  /// Changes every element of a member array, where there is one.
  mutating func editEach(_ name: String, _ change: (inout Document) -> Void) {
    edit(name) { $0.editElements(change) }
  }
}
