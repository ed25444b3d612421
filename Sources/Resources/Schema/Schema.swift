/// A table of types: what every engine here works from, instead of from kinds it knows by name.
///
/// Built once and never changed after. The built-in API is `Schema.builtin`; each custom resource
/// definition compiles into a schema of its own with the same `SchemaBuilder`.
package final class Schema: Sendable {
  let definitions: [SchemaType.Definition]
  /// Fields of all types; those of one type are contiguous and in order of name.
  let fields: [SchemaField]
  let elements: [SchemaField]
  let lookup: FieldLookup
  private let idsByName: [String: SchemaType.ID]
  private let idsByKind: [GroupVersionKind: SchemaType.ID]

  init(
    definitions: [SchemaType.Definition], fields: [SchemaField], elements: [SchemaField]
  ) {
    self.definitions = definitions
    self.fields = fields
    self.elements = elements
    self.lookup = FieldLookup(definitions: definitions, fields: fields, elements: elements)
    var idsByName: [String: SchemaType.ID] = [:]
    idsByName.reserveCapacity(definitions.count)
    var idsByKind: [GroupVersionKind: SchemaType.ID] = [:]
    for (index, definition) in definitions.enumerated() {
      let id = SchemaType.ID(rawValue: UInt32(index))
      idsByName[definition.name] = id
      if let kind = definition.kind { idsByKind[kind] = id }
    }
    self.idsByName = idsByName
    self.idsByKind = idsByKind
  }

  /// The Kubernetes v1.36 API: 771 types. Read on first use, in about a millisecond.
  package static let builtin: Schema = SchemaTable(builtinSchemaTable).schema()

  /// A schema without types: what free JSON is read with.
  static let empty = SchemaBuilder().build()

  package var types: some RandomAccessCollection<SchemaType> {
    definitions.indices.lazy.map { [self] in
      SchemaType(schema: self, id: SchemaType.ID(rawValue: UInt32($0)))
    }
  }

  package subscript(id: SchemaType.ID) -> SchemaType { SchemaType(schema: self, id: id) }

  /// What the elements of an `.array` or the values of a `.map` are.
  package subscript(id: SchemaField.ElementID) -> SchemaField { elements[Int(id.rawValue)] }

  /// - Parameter name: the OpenAPI name, as `io.k8s.api.core.v1.Pod`.
  package func type(named name: String) -> SchemaType? {
    idsByName[name].map { SchemaType(schema: self, id: $0) }
  }

  package func type(group: String, version: String, kind: String) -> SchemaType? {
    type(of: GroupVersionKind(group: group, version: version, kind: kind))
  }

  /// The type of a kind. DeleteOptions and the like, which every group serves, are found under any.
  package func type(of kind: GroupVersionKind) -> SchemaType? {
    if let id = idsByKind[kind] { return SchemaType(schema: self, id: id) }
    guard Self.servedByEveryGroup.contains(kind.kind) else { return nil }
    let everywhere = GroupVersionKind(group: "", version: "v1", kind: kind.kind)
    return idsByKind[everywhere].map { SchemaType(schema: self, id: $0) }
  }

  private static let servedByEveryGroup: Set<String> = ["DeleteOptions", "WatchEvent", "Status"]

  /// The object type behind a field, its elements or its values; `nil` for scalars.
  package func objectType(of type: FieldType) -> SchemaType? {
    switch type {
    case .object(let id), .union(let id): self[id]
    case .array(let id), .map(let id): objectType(of: self[id].type)
    default: nil
    }
  }
}
