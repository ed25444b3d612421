/// One collection of the API, or one subresource of its objects, as discovery publishes it.
package struct ResourceDefinition: Sendable {
  /// Where it is served. For a subresource, the collection it belongs to.
  package let group: String
  package let version: String
  /// Lower-case plural: `pods`.
  package let plural: String
  /// `status`, `scale`, `exec`; `nil` for the collection itself.
  package let subresource: String?
  /// What is sent and answered; a subresource's may stand in another group (`autoscaling/v1 Scale`).
  package let kind: GroupVersionKind
  /// `pod`; empty for subresources.
  package let singular: String
  package let isNamespaced: Bool
  package let verbs: [String]
  package let shortNames: [String]
  /// Collections of collections: `all`.
  package let categories: [String]
  /// The type of its objects; `nil` for kinds that are only query parameters (`PodExecOptions`).
  package let type: SchemaType?
  /// What `kubectl get` shows; empty where only the name and the age are known.
  package let columns: [Column]
  /// What OpenAPI calls the type of custom resources; `nil` for the types of the table.
  package var schemaName: String?
  /// Made anew for each answer: neither stored nor described by the schema (`metrics.k8s.io`).
  package var isComputed = false

  package init(
    group: String, version: String, plural: String, subresource: String?, kind: GroupVersionKind,
    singular: String, isNamespaced: Bool, verbs: [String], shortNames: [String] = [],
    categories: [String] = [], type: SchemaType? = nil, columns: [Column] = [],
    schemaName: String? = nil
  ) {
    self.group = group
    self.version = version
    self.plural = plural
    self.subresource = subresource
    self.kind = kind
    self.singular = singular
    self.isNamespaced = isNamespaced
    self.verbs = verbs
    self.shortNames = shortNames
    self.categories = categories
    self.type = type
    self.columns = columns
    self.schemaName = schemaName
  }

  /// Source: meta/v1 TableColumnDefinition.
  package struct Column: Sendable, Equatable {
    package let name: String
    /// An OpenAPI type: `string`, `integer`.
    package let type: String
    /// `name` marks the main column.
    package let format: String
    /// 0 is in the narrow view; greater only in the wide one.
    package let priority: Int

    package init(name: String, type: String, format: String, priority: Int) {
      self.name = name
      self.type = type
      self.format = format
      self.priority = priority
    }
  }

  /// `pods` or `pods/status`, as discovery and access rules spell it.
  package var name: String { subresource.map { "\(plural)/\($0)" } ?? plural }

  package var resourceType: ResourceType {
    ResourceType(
      group: group, version: version, plural: plural, kind: kind.kind, isNamespaced: isNamespaced)
  }
}
