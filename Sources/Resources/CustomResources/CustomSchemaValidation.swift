/// Whether the schema of a custom resource may be stored: its keywords are supported, every place has
/// its type outside of `allOf` and the like, so that what is unknown can be dropped and what is absent
/// filled in, and its defaults are values that it takes itself.
/// Source: Kubernetes documentation, "Specifying a structural schema"; apiextensions-apiserver
/// `pkg/apis/apiextensions/validation`.
enum CustomSchemaValidation {
  /// - Parameters:
  ///   - field: `spec.versions[0].schema.openAPIV3Schema`.
  ///   - hasStatus: whether `status` is a subresource, with `properties.status` for its schema.
  /// - Returns: what is wrong; of what cannot be understood before something else is put right, only
  ///   that. Expressions are for `DefinitionRules`.
  static func errors(
    _ schema: Document, at field: String, hasStatus: Bool, _ demands: ItemDemands
  ) -> [FieldError] {
    var errors = hasStatus ? statusErrors(schema, at: field) : []
    if schema["nullable"]?.bool == true {
      errors.append(.forbidden("\(field).nullable", "nullable cannot be true at the root"))
    }
    let unreadable = UnsupportedKeyword.problem(in: schema)
    if unreadable == nil { errors += structureErrors(schema, at: field) }
    errors += SchemaKeywordValidation.errors(schema, at: field, demands)
    if let unreadable, errors.isEmpty { errors.append(.invalid(field, "", unreadable)) }
    return errors
  }

  private static func structureErrors(_ schema: Document, at field: String) -> [FieldError] {
    let errors =
      SchemaStructureValidation.errors(schema, at: field)
      + SchemaCompleteness.errors(schema, at: field)
    return errors.isEmpty ? SchemaDefaultValidation.errors(schema, at: field) : errors
  }

  // MARK: With a status

  /// Keywords of the root that would be lost on those who write the status only, in upstream's order.
  private static let unsharedKeywords = [
    "id", "$schema", "$ref", "type", "nullable", "default", "enum", "maxProperties",
    "minProperties", "allOf", "oneOf", "anyOf", "not", "additionalProperties",
    "patternProperties", "dependencies", "additionalItems", "definitions",
    "x-kubernetes-embedded-resource", "x-kubernetes-int-or-string",
    "x-kubernetes-list-map-keys", "x-kubernetes-list-type", "x-kubernetes-map-type",
  ]

  /// Of several problems the first is told.
  private static func statusErrors(_ schema: Document, at field: String) -> [FieldError] {
    let keyword = unsharedKeywords.first { keyword in
      schema[keyword]?.says == true && !(keyword == "type" && schema[keyword] == "object")
    }
    let place = "at the root of the schema if the status subresource is enabled"
    switch keyword {
    case nil: return []
    case "type":
      return [
        .invalid("\(field).type", schema["type"], "only \"object\" is allowed as the type \(place)")
      ]
    case let keyword?: return [.invalid(field, schema, "\(keyword) is not allowed \(place)")]
    }
  }
}
