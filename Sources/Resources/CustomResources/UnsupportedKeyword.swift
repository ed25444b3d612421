/// Keywords of JSON Schema that no schema of a custom resource uses, for what they say of a place
/// cannot be known without a value.
/// Source: Kubernetes documentation, CustomResourceDefinitions, "Validation".
enum UnsupportedKeyword: String, CaseIterable {
  case id
  case dialect = "$schema"
  case additionalItems, patternProperties, definitions, dependencies
  case reference = "$ref"

  /// Empty texts and lists of schemas are as good as none.
  func isUsed(in schema: Document) -> Bool {
    guard let value = schema[rawValue] else { return false }
    switch self {
    case .id, .dialect, .reference: return value.string?.isEmpty == false
    case .patternProperties, .definitions: return !value.isEmpty
    case .additionalItems, .dependencies: return !value.isNull
    }
  }

  /// Why the structure of a schema cannot be known; `nil` if it can. Cost is O(schema).
  static func problem(in schema: Document) -> String? {
    if let keyword = allCases.first(where: { $0.isUsed(in: schema) }) {
      let name = keyword == .dialect ? "schema" : keyword.rawValue
      return "OpenAPIV3Schema '\(name)' is not supported"
    }
    if schema["x-kubernetes-preserve-unknown-fields"]?.bool == false {
      return "internal error: 'x-kubernetes-preserve-unknown-fields' must be true or undefined"
    }
    if schema["items"]?.isArray == true {
      return "OpenAPIV3Schema 'items' must be a schema, but is an array"
    }
    return schema.innerSchemas.lazy.compactMap { problem(in: $0.schema) }.first
  }
}
