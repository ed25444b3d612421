import Foundations

/// Whether a schema is structural: every place has its type outside of `allOf` and the like.
/// Source: Kubernetes documentation, "Specifying a structural schema".
struct SchemaStructureValidation {
  private var errors: [FieldError] = []

  static func errors(_ schema: Document, at field: String) -> [FieldError] {
    var walk = SchemaStructureValidation()
    walk.check(schema, at: field, .root)
    return walk.errors
  }

  private enum Level {
    case root, field, item

    var words: String {
      switch self {
      case .root: "at the root"
      case .field: "for specified object fields"
      case .item: "for specified array items"
      }
    }
  }

  private mutating func check(_ schema: Document, at field: String, _ level: Level) {
    let type = schema["type"]?.string ?? ""
    checkType(type, of: schema, field, level)
    checkExtensions(schema, field)
    if type == "array" && schema["items"] == nil {
      errors.append(.required("\(field).items", "must be specified"))
    }
    if level == .root || schema.isEmbedded { checkMeta(schema, field) }
    if level == .root, let metadata = schema[path: "properties", "metadata"] {
      checkRootMetadata(metadata, "\(field).properties[metadata]")
    }
    checkAdditional(schema, field, level)
    errors += SchemaNestingValidation.errors(schema, at: field)
    for (step, inner) in schema.innerSchemas {
      switch step {
      case .property, .additionalProperties: check(inner, at: field + step.text, .field)
      case .items: check(inner, at: field + step.text, .item)
      // These have no structure of their own.
      case .not, .combined, .item, .definition, .dependency: break
      }
    }
  }

  private mutating func checkType(
    _ type: String, of schema: Document, _ field: String, _ level: Level
  ) {
    let place = "\(field).type"
    if schema.isEmbedded && type != "object" {
      let words = "must be object if x-kubernetes-embedded-resource is true"
      errors.append(
        type.isEmpty ? .required(place, words) : .invalid(place, Document(type), words))
    } else if type.isEmpty && !schema.isIntOrString && !schema.preservesUnknown {
      errors.append(.required(place, "must not be empty \(level.words)"))
    }
    if level == .root && !type.isEmpty && type != "object" {
      errors.append(.invalid(place, Document(type), "must be object at the root"))
    }
  }

  private mutating func checkExtensions(_ schema: Document, _ field: String) {
    let words = "must be false if x-kubernetes-int-or-string is true"
    if schema.isIntOrString && schema.preservesUnknown {
      errors.append(.invalid("\(field).x-kubernetes-preserve-unknown-fields", true, words))
    }
    if schema.isIntOrString && schema.isEmbedded {
      errors.append(.invalid("\(field).x-kubernetes-embedded-resource", true, words))
    }
    if schema.isEmbedded && !schema.preservesUnknown
      && schema["properties"].map(\.isEmpty) ?? true
    {
      errors.append(
        .required(
          "\(field).properties",
          "must not be empty if x-kubernetes-embedded-resource is true without "
            + "x-kubernetes-preserve-unknown-fields"))
    }
  }

  private mutating func checkAdditional(_ schema: Document, _ field: String, _ level: Level) {
    guard schema["additionalProperties"] != nil else { return }
    let place = "\(field).additionalProperties"
    if level == .root { errors.append(.forbidden(place, "must not be used at the root")) }
    if schema.isEmbedded {
      errors.append(
        .forbidden(place, "must not be used if x-kubernetes-embedded-resource is set"))
    }
  }

  // MARK: Members of every resource

  private mutating func checkMeta(_ schema: Document, _ field: String) {
    for (name, type) in [("kind", "string"), ("apiVersion", "string"), ("metadata", "object")] {
      guard let property = schema[path: "properties", name] else { continue }
      if property["type"]?.string != type {
        errors.append(
          .invalid(
            "\(field).properties[\(name)].type", property["type"] ?? "", "must be \(type)"))
      }
    }
  }

  /// The root's metadata is what it is everywhere; only names may be restricted.
  private mutating func checkRootMetadata(_ schema: Document, _ field: String) {
    let names = schema["properties"]?.members.map(\.name) ?? []
    let isMore = schema.members.contains {
      !["type", "properties", "default"].contains($0.name) && $0.value.says
    }
    if isMore || !names.allSatisfy(["name", "generateName"].contains) {
      errors.append(
        .forbidden(
          field,
          "must not specify anything other than name and generateName, but metadata is implicitly "
            + "specified"))
    }
  }
}

extension Document {
  fileprivate var isEmbedded: Bool { self["x-kubernetes-embedded-resource"]?.bool == true }
  fileprivate var isIntOrString: Bool { self["x-kubernetes-int-or-string"]?.bool == true }
  fileprivate var preservesUnknown: Bool {
    self["x-kubernetes-preserve-unknown-fields"]?.bool == true
  }
}
