/// Every collection that the API serves, with its subresources. An immutable value: custom resource
/// definitions add theirs by making a new one.
package struct ResourceCatalog: Sendable {
  /// Collections in the order in which discovery lists them.
  package let resources: [ResourceDefinition]
  package let subresources: [ResourceDefinition]
  private let positions: [Name: Int]

  private struct Name: Hashable {
    let group: String
    let version: String
    let plural: String
    let subresource: String?
  }

  package init(_ definitions: [ResourceDefinition]) {
    resources = definitions.filter { $0.subresource == nil }
    subresources = definitions.filter { $0.subresource != nil }
    var positions: [Name: Int] = [:]
    for (position, resource) in (resources + subresources).enumerated() {
      let name = Name(
        group: resource.group, version: resource.version, plural: resource.plural,
        subresource: resource.subresource)
      positions[name] = position
    }
    self.positions = positions
  }

  /// The Kubernetes v1.36 API: 95 collections and 55 subresources.
  package static let builtin = ResourceCatalog(
    ResourceTable(builtinResourceTable, schema: .builtin).definitions())

  /// - Parameters:
  ///   - group: empty for the core group.
  ///   - plural: `pods`, as in the URL.
  package func resource(_ group: String, _ version: String, _ plural: String)
    -> ResourceDefinition?
  {
    positions[Name(group: group, version: version, plural: plural, subresource: nil)]
      .map { resources[$0] }
  }

  package func subresource(
    _ subresource: String, of plural: String, group: String, version: String
  ) -> ResourceDefinition? {
    let name = Name(group: group, version: version, plural: plural, subresource: subresource)
    return positions[name].map { subresources[$0 - resources.count] }
  }

  /// The collection that holds objects of a kind. Cost is O(collections).
  package func resource(of kind: GroupVersionKind) -> ResourceDefinition? {
    resources.first { $0.kind == kind }
  }

  /// Each `(group, version)` in the order of discovery, once.
  package var groupVersions: [(group: String, version: String)] {
    var found: [(group: String, version: String)] = []
    var known: Set<[String]> = []
    for resource in resources where known.insert([resource.group, resource.version]).inserted {
      found.append((resource.group, resource.version))
    }
    return found
  }
}
