package import Resources

/// What `metadata.generation` of a kind counts: changes of the desired state, which is all but
/// metadata and status.
/// Source: upstream's strategies, `PrepareForCreate` and `PrepareForUpdate`.
package struct GenerationRule: Sendable {
  /// What an object starts with; `nil` for none.
  package var first: Int? = 1
  /// Whether anything is counted after that.
  package var counts = true
  /// A member of the metadata that counts as desired state.
  package var metadata: String?
  package var emptiness = Emptiness.saysNothing

  /// Whether something empty is another wish than none.
  package enum Emptiness: Sendable {
    case saysNothing
    /// An object, such as `status: {}`; a list is none.
    case isSaidByObjects
    case isSaid
  }

  package init() {}

  package static var ofCustomResources: GenerationRule {
    var rule = GenerationRule()
    rule.emptiness = .isSaid
    return rule
  }

  /// Whether two values of a member are the same wish.
  package func areSame(_ old: Document?, _ new: Document?) -> Bool {
    switch emptiness {
    case .saysNothing: Document.haveSameMeaning(old, new)
    case .isSaidByObjects: old?.withoutEmptyLists == new?.withoutEmptyLists
    case .isSaid: old == new
    }
  }

  /// The rule of a built-in resource; `nil` for those without generations.
  package static func of(_ resource: ResourceType) -> GenerationRule? {
    let name = resource.description
    guard counted.contains(name) else { return nil }
    var rule = GenerationRule()
    rule.metadata = countedMetadata[name]
    // Upstream counts changes of drivers, but not their creation, and of priorities nothing else.
    if name == "csidrivers.storage.k8s.io" { rule.first = nil }
    if name == "priorityclasses.scheduling.k8s.io" { rule.counts = false }
    if name == "customresourcedefinitions.apiextensions.k8s.io" {
      rule.emptiness = .isSaidByObjects
    }
    return rule
  }

  private static let counted: Set<String> = [
    "pods", "podtemplates", "replicationcontrollers", "deployments.apps", "replicasets.apps",
    "statefulsets.apps", "daemonsets.apps", "jobs.batch", "cronjobs.batch",
    "ingresses.networking.k8s.io", "ingressclasses.networking.k8s.io",
    "networkpolicies.networking.k8s.io", "poddisruptionbudgets.policy",
    "endpointslices.discovery.k8s.io", "csidrivers.storage.k8s.io",
    "priorityclasses.scheduling.k8s.io", "resourceslices.resource.k8s.io",
    "deviceclasses.resource.k8s.io", "devicetaintrules.resource.k8s.io",
    "customresourcedefinitions.apiextensions.k8s.io", "flowschemas.flowcontrol.apiserver.k8s.io",
    "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io",
    "validatingwebhookconfigurations.admissionregistration.k8s.io",
    "mutatingwebhookconfigurations.admissionregistration.k8s.io",
    "validatingadmissionpolicies.admissionregistration.k8s.io",
    "validatingadmissionpolicybindings.admissionregistration.k8s.io",
    "mutatingadmissionpolicies.admissionregistration.k8s.io",
    "mutatingadmissionpolicybindings.admissionregistration.k8s.io",
  ]

  /// Annotations of Deployments are handed on to their ReplicaSets, and labels of EndpointSlices say
  /// whose they are.
  private static let countedMetadata = [
    "deployments.apps": "annotations", "endpointslices.discovery.k8s.io": "labels",
  ]
}

extension Document {
  fileprivate var withoutEmptyLists: Document {
    if isArray { return Document(elements.map(\.withoutEmptyLists)) }
    guard isObject else { return self }
    let said = members.filter { !($0.value.isArray && $0.value.isEmpty) }
    return Document(said.map { ($0.name, $0.value.withoutEmptyLists) })
  }
}
