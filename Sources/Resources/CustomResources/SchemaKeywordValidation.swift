/// What each keyword of a schema may say, wherever in the schema of a custom resource it stands.
/// Source: apiextensions-apiserver `pkg/apis/apiextensions/validation`; Kubernetes documentation,
/// CustomResourceDefinitions, "Validation".
struct SchemaKeywordValidation {
  private let demands: ItemDemands
  private var errors: [FieldError] = []

  private init(_ demands: ItemDemands) { self.demands = demands }

  static func errors(_ schema: Document, at field: String, _ demands: ItemDemands) -> [FieldError] {
    var walk = SchemaKeywordValidation(demands)
    walk.check(schema, at: field, Surroundings())
    return walk.errors
  }

  /// What a schema stands in.
  private struct Surroundings {
    var isRoot = true
    /// In a member that every resource has.
    var isInsideMeta = false
    /// Why nothing here has a default; `nil` where it may.
    var noDefaultReason: String?

    func inside(_ step: SchemaStep, of schema: Document) -> Surroundings {
      var inner = self
      inner.isRoot = false
      switch step {
      case .property(let name) where StructuralSchema.resourceMembers.contains(name):
        guard isRoot || schema["x-kubernetes-embedded-resource"]?.bool == true else { break }
        inner.isInsideMeta = true
        if isRoot { inner.noDefaultReason = "in top-level \(name)" }
      case .additionalProperties where isInsideMeta:
        inner.noDefaultReason = "inside additionalProperties applying to object metadata"
      default: break
      }
      return inner
    }
  }

  private mutating func check(_ schema: Document, at field: String, _ place: Surroundings) {
    checkType(schema, field)
    checkUnsupported(schema, field)
    checkExtensions(schema, field, place)
    checkAdditional(schema, field)
    errors += SchemaListValidation.errors(schema, at: field, demands)
    errors += SchemaRuleValidation.errors(schema, at: field)
    for (step, inner) in schema.innerSchemas {
      check(inner, at: field + step.text, place.inside(step, of: schema))
    }
  }

  private static let types = ["array", "boolean", "integer", "number", "object", "string"]

  private mutating func checkType(_ schema: Document, _ field: String) {
    guard let type = schema["type"]?.string, !type.isEmpty else { return }
    if !Self.types.contains(type) {
      errors.append(.notSupported("\(field).type", type, Self.types))
    }
    if type == "null" {
      errors.append(
        .forbidden(
          "\(field).type", "type cannot be set to null, use nullable as an alternative"))
    }
  }

  private mutating func checkUnsupported(_ schema: Document, _ field: String) {
    // A dialect is no keyword that does anything; only a schema that is otherwise good hears of it.
    for keyword in UnsupportedKeyword.allCases
    where keyword != .dialect && keyword.isUsed(in: schema) {
      let name = keyword.rawValue
      errors.append(.forbidden("\(field).\(name)", "\(name) is not supported"))
    }
    if schema["items"]?.isArray == true {
      errors.append(
        .forbidden("\(field).items", "items must be a schema object and not an array"))
    }
    if schema["uniqueItems"]?.bool == true {
      errors.append(
        .forbidden(
          "\(field).uniqueItems",
          "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"))
    }
  }

  private mutating func checkExtensions(
    _ schema: Document, _ field: String, _ place: Surroundings
  ) {
    if let reason = place.noDefaultReason, let value = schema["default"], !value.isNull {
      errors.append(.forbidden("\(field).default", "must not be set \(reason)"))
    }
    if place.isInsideMeta, schema["x-kubernetes-embedded-resource"]?.bool == true {
      errors.append(
        .forbidden(
          "\(field).x-kubernetes-embedded-resource", "must not be used inside of resource meta"))
    }
    if schema["x-kubernetes-preserve-unknown-fields"]?.bool == false {
      errors.append(
        .invalid(
          "\(field).x-kubernetes-preserve-unknown-fields", false, "must be true or undefined"))
    }
  }

  /// An object has members of known names, or names of a map.
  private mutating func checkAdditional(_ schema: Document, _ field: String) {
    guard let additional = schema["additionalProperties"], additional.bool != true,
      schema["properties"]?.isEmpty == false
    else { return }
    errors.append(
      .forbidden(
        "\(field).additionalProperties",
        "additionalProperties and properties are mutual exclusive"))
  }
}
