package import Resources

/// What a structural schema says about a value: a node of an OpenAPI v3 schema as it stands in a
/// CustomResourceDefinition. Nothing is compiled; a level is read when it is looked at.
package struct ValueShape: Sendable {
  package let schema: Document

  package init(_ schema: Document) { self.schema = schema }

  var type: String? { schema["type"]?.string }
  var format: String? {
    // Only texts have formats that matter to values.
    type == "string" ? schema["format"]?.string : nil
  }
  var isNullable: Bool { schema["nullable"]?.bool == true }
  var isIntOrString: Bool { schema["x-kubernetes-int-or-string"]?.bool == true }
  var isEmbeddedResource: Bool { schema["x-kubernetes-embedded-resource"]?.bool == true }
  var preservesUnknown: Bool { schema["x-kubernetes-preserve-unknown-fields"]?.bool == true }
  var listType: String? { schema["x-kubernetes-list-type"]?.string }
  var listMapKeys: [String] {
    schema["x-kubernetes-list-map-keys"]?.elements.compactMap(\.string) ?? []
  }

  var element: ValueShape? { schema["items"].map { ValueShape($0) } }

  /// What the values of a map with free names are; `nil` for objects with named members.
  var mapValue: ValueShape? {
    schema["additionalProperties"].flatMap { $0.isObject ? ValueShape($0) : nil }
  }

  /// Whether only named members are visible to expressions: the schema names some, or none at all.
  var hasMembersOnly: Bool { type == "object" && mapValue == nil }

  /// The shape of a member; `nil` where the schema does not name it.
  func member(_ name: String) -> ValueShape? {
    if let mapValue { return mapValue }
    if let property = schema["properties"]?[name] { return ValueShape(property) }
    if isEmbeddedResource || isRoot {
      switch name {
      case "apiVersion", "kind": return .string
      case "metadata": return .metadata
      default: break
      }
    }
    return nil
  }

  /// Marks the schema of a whole object: its type and metadata are visible without being named.
  package static let rootMark = "x-martlet-root"
  private var isRoot: Bool { schema[Self.rootMark]?.bool == true }

  private static let string = ValueShape(["type": "string"])
  /// Of its metadata, an object shows its name alone to rules.
  private static let metadata = ValueShape([
    "type": "object",
    "properties": ["name": ["type": "string"], "generateName": ["type": "string"]],
  ])
}
