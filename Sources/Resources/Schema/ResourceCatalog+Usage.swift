extension ResourceCatalog {
  /// What the server serves: the built-in API, and what nodes and pods use (`metrics.k8s.io`), which
  /// elsewhere an add-on answers.
  package static let served = ResourceCatalog(
    builtin.resources + builtin.subresources + [usage(of: .nodeUsage), usage(of: .podUsage)])

  /// Those that OpenAPI describes.
  package var described: ResourceCatalog {
    ResourceCatalog(resources.filter { !$0.isComputed } + subresources)
  }

  private static func usage(of type: ResourceType) -> ResourceDefinition {
    var definition = ResourceDefinition(
      group: type.group, version: type.version, plural: type.plural, subresource: nil,
      kind: GroupVersionKind(group: type.group, version: type.version, kind: type.kind),
      singular: "", isNamespaced: type.isNamespaced, verbs: ["get", "list"], shortNames: [],
      categories: [], type: nil, columns: [])
    definition.isComputed = true
    return definition
  }
}
