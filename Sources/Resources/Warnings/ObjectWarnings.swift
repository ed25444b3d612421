/// What the writers of one kind are told beside a good answer: likely mistakes, and what is deprecated.
/// Nothing of it keeps an object from being stored.
/// Source: Kubernetes documentation, "Warning: Helpful Warnings Ahead"; upstream's wording.
package struct ObjectWarnings: Sendable {
  /// What is told of an object; `old` is what it replaces, `nil` for a create. Pure.
  typealias Rule = @Sendable (_ new: Document, _ old: Document?) -> [String]

  /// For writes to the object itself.
  let object: Rule?
  /// For writes to its status.
  let status: Rule?

  init(_ object: Rule? = nil, status: Rule? = nil) {
    self.object = object
    self.status = status
  }

  /// The rules of a kind; `nil` for one that nobody is ever told anything of. A lookup: keep it.
  package static func rules(group: String, kind: String) -> ObjectWarnings? {
    byKind[group]?[kind]
  }

  /// - Parameters:
  ///   - new: what is stored, defaults filled in and its generation counted.
  ///   - old: what it replaces; `nil` for a create.
  ///   - subresource: what the write goes through.
  package func warnings(of new: Document, replacing old: Document?, subresource: String?)
    -> [String]
  {
    switch subresource {
    case nil, "scale": object?(new, old) ?? []
    case "status": status?(new, old) ?? []
    default: []
    }
  }

  private static let byKind: [String: [String: ObjectWarnings]] = [
    "": [
      "Endpoints": ObjectWarnings(EndpointsWarnings.ofEndpoints),
      "Node": ObjectWarnings(NodeWarnings.ofNode),
      "PersistentVolume": ObjectWarnings(VolumeWarnings.ofVolume),
      "PersistentVolumeClaim": ObjectWarnings(VolumeWarnings.ofClaim),
      "Pod": ObjectWarnings(PodWarnings.ofPod, status: PodWarnings.ofStatus),
      "PodTemplate": ObjectWarnings(WorkloadWarnings.ofPodTemplate),
      "ReplicationController": ObjectWarnings(WorkloadWarnings.ofNamedForPods),
      "ResourceQuota": ObjectWarnings(ConfigurationWarnings.ofQuota),
      "Service": ObjectWarnings(ServiceWarnings.ofService, status: ServiceWarnings.ofStatus),
      "ServiceAccount": ObjectWarnings(ConfigurationWarnings.ofServiceAccount),
    ],
    "admissionregistration.k8s.io": [
      "MutatingAdmissionPolicy": ObjectWarnings(ConfigurationWarnings.ofReservedName),
      "MutatingAdmissionPolicyBinding": ObjectWarnings(ConfigurationWarnings.ofReservedName),
      "MutatingWebhookConfiguration": ObjectWarnings(ConfigurationWarnings.ofReservedName),
      "ValidatingAdmissionPolicy": ObjectWarnings(ConfigurationWarnings.ofReservedName),
      "ValidatingAdmissionPolicyBinding": ObjectWarnings(ConfigurationWarnings.ofReservedName),
      "ValidatingWebhookConfiguration": ObjectWarnings(ConfigurationWarnings.ofReservedName),
    ],
    "apps": [
      "DaemonSet": ObjectWarnings(WorkloadWarnings.ofDaemonSet),
      "Deployment": ObjectWarnings(WorkloadWarnings.ofNamedForPods),
      "ReplicaSet": ObjectWarnings(WorkloadWarnings.ofNamedForPods),
      "StatefulSet": ObjectWarnings(WorkloadWarnings.ofStatefulSet),
    ],
    "batch": [
      "CronJob": ObjectWarnings(JobWarnings.ofCronJob),
      "Job": ObjectWarnings(JobWarnings.ofJob),
    ],
    "discovery.k8s.io": [
      "EndpointSlice": ObjectWarnings(EndpointsWarnings.ofSlice)
    ],
    "networking.k8s.io": [
      "Ingress": ObjectWarnings(IngressWarnings.ofIngress, status: ServiceWarnings.ofStatus),
      "NetworkPolicy": ObjectWarnings(IngressWarnings.ofPolicy),
    ],
    "node.k8s.io": [
      "RuntimeClass": ObjectWarnings(NodeWarnings.ofRuntimeClass)
    ],
    "resource.k8s.io": [
      "ResourceSlice": ObjectWarnings(ConfigurationWarnings.ofDeviceSlice)
    ],
    "storage.k8s.io": [
      "CSIDriver": ObjectWarnings(VolumeWarnings.ofDriver),
      "CSIStorageCapacity": ObjectWarnings(VolumeWarnings.ofCapacity),
      "StorageClass": ObjectWarnings(VolumeWarnings.ofClass),
    ],
  ]
}

extension Document {
  /// The list called so with the place of each element: `spec.volumes[1]`; nothing where there is none.
  func placed(_ member: String, at path: String) -> [(place: String, value: Document)] {
    (self[member] ?? .emptyArray).elements.enumerated().map { ("\(path)\(member)[\($0)]", $1) }
  }

  /// Empty where the object has none.
  var annotations: Document { self[path: "metadata", "annotations"] ?? .emptyObject }
}
