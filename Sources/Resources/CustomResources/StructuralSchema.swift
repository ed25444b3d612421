package import Foundations

/// One place of a custom resource's schema, as its CustomResourceDefinition states it: what may stand
/// there, what stands there by default, and what is dropped.
///
/// A tree of immutable nodes, read from the definition once, when the resource is first used.
/// Source: Kubernetes documentation, "Extend the Kubernetes API with CustomResourceDefinitions",
/// "Specifying a structural schema".
package final class StructuralSchema: Sendable {
  /// `object`, `array`, `string`, `integer`, `number`, `boolean`; empty where any is allowed.
  package let type: String
  package let isIntOrString: Bool
  package let isNullable: Bool
  /// Members without a schema are kept.
  package let preservesUnknown: Bool
  /// A whole object with apiVersion, kind and metadata.
  package let isEmbedded: Bool
  package let properties: [String: StructuralSchema]
  package let additional: Additional
  package let items: StructuralSchema?
  package let defaultValue: Document?
  package let listKind: SchemaField.ListKind
  package let listMapKeys: [String]
  package let isAtomicMap: Bool
  package let values: ValueRules
  package let allOf: [StructuralSchema]
  package let anyOf: [StructuralSchema]
  package let oneOf: [StructuralSchema]
  package let not: StructuralSchema?
  /// Whether this place or one in it has `x-kubernetes-validations`.
  package let hasRules: Bool
  /// Whether this place or one in it has a default.
  let hasDefaults: Bool
  /// Property names in order.
  let names: [String]

  /// Members that `properties` does not name.
  package enum Additional: Sendable {
    case unspecified
    case anything
    case nothing
    case schema(StructuralSchema)

    var schema: StructuralSchema? {
      if case .schema(let schema) = self { schema } else { nil }
    }
  }

  /// What is demanded of a value beside its type.
  package struct ValueRules: Sendable {
    package var format = ""
    package var required: [String] = []
    package var allowed: [Document] = []
    package var minimum: Document?
    package var maximum: Document?
    package var isMinimumExclusive = false
    package var isMaximumExclusive = false
    package var multipleOf: Document?
    package var lengthMin: Int?
    package var lengthMax: Int?
    package var pattern: Pattern?
    package var itemsMin: Int?
    package var itemsMax: Int?
    package var hasUniqueItems = false
    package var propertiesMin: Int?
    package var propertiesMax: Int?
  }

  package struct Pattern: Sendable {
    package let text: String
    package let expression: Result<RegularExpression, RegularExpressionError>

    init(_ text: String) {
      self.text = text
      expression = Result { () throws(RegularExpressionError) in
        try RegularExpression(text)
      }
    }
  }

  /// - Parameter document: an `openAPIV3Schema`. What is no schema in it is left out: the definition
  ///   was checked when it was written. Depth is bounded by that of documents.
  package init(_ document: Document) {
    type = document["type"]?.string ?? ""
    isIntOrString = document["x-kubernetes-int-or-string"]?.bool ?? false
    isNullable = document["nullable"]?.bool ?? false
    preservesUnknown = document["x-kubernetes-preserve-unknown-fields"]?.bool ?? false
    isEmbedded = document["x-kubernetes-embedded-resource"]?.bool ?? false
    var properties: [String: StructuralSchema] = [:]
    for (name, value) in document["properties"]?.members.map({ $0 }) ?? [] {
      properties[name] = StructuralSchema(value)
    }
    self.properties = properties
    names = properties.keys.sorted()
    additional = StructuralSchema.additional(document["additionalProperties"])
    items = document["items"].flatMap { $0.isObject ? StructuralSchema($0) : nil }
    defaultValue = document["default"].flatMap { $0.isNull ? nil : $0 }
    listKind =
      switch document["x-kubernetes-list-type"]?.string {
      case "map": .map
      case "set": .set
      default: .atomic
      }
    listMapKeys = document["x-kubernetes-list-map-keys"]?.elements.compactMap(\.string) ?? []
    isAtomicMap = document["x-kubernetes-map-type"]?.string == "atomic"
    values = ValueRules(document)
    allOf = StructuralSchema.all("allOf", document)
    anyOf = StructuralSchema.all("anyOf", document)
    oneOf = StructuralSchema.all("oneOf", document)
    not = document["not"].map(StructuralSchema.init)
    hasRules =
      document["x-kubernetes-validations"]?.isEmpty == false || items?.hasRules == true
      || additional.schema?.hasRules == true || properties.values.contains(where: \.hasRules)
    hasDefaults =
      defaultValue != nil || items?.hasDefaults == true || additional.schema?.hasDefaults == true
      || properties.values.contains(where: \.hasDefaults)
  }

  private static func additional(_ document: Document?) -> Additional {
    switch document?.bool {
    case true: .anything
    case false: .nothing
    default: document.map { .schema(StructuralSchema($0)) } ?? .unspecified
    }
  }

  private static func all(_ name: String, _ document: Document) -> [StructuralSchema] {
    document[name]?.elements.map(StructuralSchema.init) ?? []
  }

  /// The schema of a member; `nil` where it has none.
  package func member(_ name: String) -> StructuralSchema? {
    properties[name] ?? additional.schema
  }

  /// Members of every object that is a whole resource.
  static let resourceMembers: Set<String> = ["apiVersion", "kind", "metadata"]
}

extension StructuralSchema.ValueRules {
  init(_ document: Document) {
    format = document["format"]?.string ?? ""
    required = document["required"]?.elements.compactMap(\.string) ?? []
    allowed = document["enum"].map { Array($0.elements) } ?? []
    minimum = document["minimum"]
    maximum = document["maximum"]
    isMinimumExclusive = document["exclusiveMinimum"]?.bool ?? false
    isMaximumExclusive = document["exclusiveMaximum"]?.bool ?? false
    multipleOf = document["multipleOf"]
    lengthMin = document["minLength"]?.integer
    lengthMax = document["maxLength"]?.integer
    pattern = document["pattern"]?.string.flatMap {
      $0.isEmpty ? nil : StructuralSchema.Pattern($0)
    }
    itemsMin = document["minItems"]?.integer
    itemsMax = document["maxItems"]?.integer
    hasUniqueItems = document["uniqueItems"]?.bool ?? false
    propertiesMin = document["minProperties"]?.integer
    propertiesMax = document["maxProperties"]?.integer
  }
}
