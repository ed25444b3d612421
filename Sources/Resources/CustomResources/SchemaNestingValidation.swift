import Foundations

/// What a schema may say inside `allOf`, `anyOf`, `oneOf` and `not`: it demands something of a value,
/// and does not add to what is known of its shape.
/// Source: Kubernetes documentation, "Specifying a structural schema".
struct SchemaNestingValidation {
  private var errors: [FieldError] = []

  /// - Parameter schema: one that has a structure of its own.
  static func errors(_ schema: Document, at field: String) -> [FieldError] {
    var walk = SchemaNestingValidation()
    walk.checkCombinations(
      of: schema, field, typesIn: schema["anyOf"] == intOrString,
      typesInFirst: schema["allOf"]?.elements.first { _ in true }?["anyOf"] == intOrString)
    return walk.errors
  }

  /// The one demand that may name types: how older clients are told of `x-kubernetes-int-or-string`.
  private static let intOrString: Document = [["type": "integer"], ["type": "string"]]

  /// - Parameters:
  ///   - typesIn: whether `anyOf` is the demand that may name types.
  ///   - typesInFirst: whether that of the first of `allOf` is.
  private mutating func checkCombinations(
    of schema: Document, _ field: String, typesIn: Bool, typesInFirst: Bool = false
  ) {
    for (step, inner) in schema.innerSchemas {
      switch step {
      case .combined("anyOf", _) where typesIn: break
      case .combined("allOf", 0): check(inner, field + step.text, typesIn: typesInFirst)
      case .combined, .not: check(inner, field + step.text)
      default: break
      }
    }
    guard let pattern = schema["pattern"]?.string, !pattern.isEmpty else { return }
    do throws(RegularExpressionError) {
      _ = try RegularExpression(pattern)
    } catch {
      errors.append(
        .invalid(
          "\(field).pattern", Document(pattern),
          "must be a valid regular expression, but isn't: \(error)"))
    }
  }

  private static let shapeKeywords: [(keyword: String, words: String)] = [
    ("type", "empty"), ("default", "undefined"), ("title", "empty"), ("description", "empty"),
    ("nullable", "false"), ("additionalProperties", "undefined"),
    ("x-kubernetes-preserve-unknown-fields", "false"),
    ("x-kubernetes-embedded-resource", "false"), ("x-kubernetes-int-or-string", "false"),
    ("x-kubernetes-list-map-keys", "empty"), ("x-kubernetes-list-type", "undefined"),
    ("x-kubernetes-map-type", "undefined"), ("x-kubernetes-validations", "empty"),
  ]

  private mutating func check(_ schema: Document, _ field: String, typesIn: Bool = false) {
    for (keyword, words) in Self.shapeKeywords where schema[keyword]?.says == true {
      errors.append(.forbidden("\(field).\(keyword)", "must be \(words) to be structural"))
    }
    if schema[path: "properties", "metadata"] != nil {
      errors.append(
        .forbidden(
          "\(field).properties[metadata]", "must not be specified in a nested context"))
    }
    checkCombinations(of: schema, field, typesIn: typesIn)
    for (step, inner) in schema.innerSchemas {
      switch step {
      case .property, .items: check(inner, field + step.text)
      default: break
      }
    }
  }
}
