extension ResourceCatalog {
  /// The collections that have objects of their own: each kind once, in the version it is stored in.
  package var storedResources: [ResourceDefinition] {
    resources.filter { !$0.isComputed && storedResource(of: $0) == $0 }
  }

  /// The definition under which the objects of a resource are stored: itself, for most.
  package func storedResource(of definition: ResourceDefinition) -> ResourceDefinition {
    if definition.group == "events.k8s.io", let core = resource("", "v1", definition.plural) {
      return core
    }
    return resources.filter {
      $0.group == definition.group && $0.plural == definition.plural
    }.max { Self.rank($0.version).lexicographicallyPrecedes(Self.rank($1.version)) } ?? definition
  }

  /// Released versions before beta ones before alpha ones, each newest first.
  /// Source: Kubernetes documentation, "Versions in CustomResourceDefinitions", "Version priority".
  private static func rank(_ version: String) -> [Int] {
    let stage = version.contains("alpha") ? 0 : version.contains("beta") ? 1 : 2
    return [stage] + version.split { !$0.isNumber }.compactMap { Int($0) }
  }

  /// The versions of a stored resource's kind; `nil` where there is but one.
  package func versions(of stored: ResourceDefinition) -> VersionedKind? {
    let others = resources.filter { $0 != stored && storedResource(of: $0) == stored }
    guard !others.isEmpty else { return nil }
    return VersionedKind(
      stored: .init(kind: stored.kind, type: stored.type, conversion: .sameMembers),
      others: others.map {
        .init(kind: $0.kind, type: $0.type, conversion: Self.conversion(of: $0))
      })
  }

  private static func conversion(of definition: ResourceDefinition) -> VersionConversion {
    switch (definition.group, definition.version, definition.plural) {
    case ("events.k8s.io", "v1", "events"): .event
    case ("autoscaling", "v1", "horizontalpodautoscalers"): .autoscaler
    case ("resource.k8s.io", "v1beta1", "resourceclaims"): .claim
    case ("resource.k8s.io", "v1beta1", "resourceclaimtemplates"): .claimTemplate
    case ("resource.k8s.io", "v1beta1", "resourceslices"): .slice
    default: .sameMembers
    }
  }
}

extension ResourceDefinition: Equatable {
  /// The same place in the API.
  package static func == (left: Self, right: Self) -> Bool {
    (left.group, left.version, left.plural, left.subresource)
      == (right.group, right.version, right.plural, right.subresource)
  }
}
