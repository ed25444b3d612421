import Foundations

/// Whether a schema is structural: every place has its type outside of `allOf` and the like, so that
/// what is unknown can be dropped and what is absent filled in.
/// Source: Kubernetes documentation, "Specifying a structural schema".
enum CustomSchemaValidation {
  /// - Parameter field: `spec.versions[0].schema.openAPIV3Schema`.
  static func errors(_ schema: Document, at field: String) -> [FieldError] {
    var walk = Walk()
    walk.check(schema, at: field, .root)
    return walk.errors
  }

  enum Level {
    case root, field, item
  }

  private struct Walk {
    var errors: [FieldError] = []

    // MARK: Places

    mutating func check(_ schema: Document, at field: String, _ level: Level) {
      checkKeywords(schema, field)
      checkType(schema, field, level)
      checkLists(schema, field)
      checkDefault(schema, field)
      checkRules(schema, field)
      if schema["type"]?.string == "array", schema["items"] == nil {
        errors.append(.required("\(field).items", "must be specified"))
      }
      if let items = schema["items"], items.isObject {
        check(items, at: "\(field).items", .item)
      }
      for (name, property) in schema["properties"]?.members.map({ $0 }) ?? [] {
        let place = "\(field).properties[\(name)]"
        if level == .root && name == "metadata" {
          checkMetadata(property, place)
        } else {
          check(property, at: place, .field)
        }
      }
      if let additional = schema["additionalProperties"] {
        if level == .root {
          errors.append(
            .forbidden("\(field).additionalProperties", "must not be used at the root"))
        }
        if schema["properties"].map({ !$0.isEmpty }) == true, additional.bool != false {
          errors.append(
            .forbidden(
              "\(field).additionalProperties",
              "additionalProperties and properties are mutual exclusive"))
        }
        if additional.isObject {
          check(additional, at: "\(field).additionalProperties", .field)
        }
      }
      checkNested(schema, field)
    }

    private static let types = ["array", "boolean", "integer", "number", "object", "string"]

    private mutating func checkType(_ schema: Document, _ field: String, _ level: Level) {
      let type = schema["type"]?.string ?? ""
      let isIntOrString = schema["x-kubernetes-int-or-string"]?.bool == true
      let preserves = schema["x-kubernetes-preserve-unknown-fields"]?.bool == true
      let isEmbedded = schema["x-kubernetes-embedded-resource"]?.bool == true
      if !type.isEmpty && !Self.types.contains(type) {
        errors.append(.notSupported("\(field).type", type, Self.types))
      }
      if isEmbedded && type != "object" {
        let words = "must be object if x-kubernetes-embedded-resource is true"
        errors.append(
          type.isEmpty
            ? .required("\(field).type", words) : .invalid("\(field).type", Document(type), words))
      } else if type.isEmpty && !isIntOrString && !preserves {
        let place =
          switch level {
          case .root: "at the root"
          case .field: "for specified object fields"
          case .item: "for specified array items"
          }
        errors.append(.required("\(field).type", "must not be empty \(place)"))
      }
      if level == .root && !type.isEmpty && type != "object" {
        errors.append(.invalid("\(field).type", Document(type), "must be object at the root"))
      }
      if isIntOrString && preserves {
        errors.append(
          .invalid(
            "\(field).x-kubernetes-preserve-unknown-fields", true,
            "must be false if x-kubernetes-int-or-string is true"))
      }
      if isIntOrString && isEmbedded {
        errors.append(
          .invalid(
            "\(field).x-kubernetes-embedded-resource", true,
            "must be false if x-kubernetes-int-or-string is true"))
      }
      if isEmbedded && !preserves && schema["properties"].map(\.isEmpty) ?? true {
        errors.append(
          .required(
            "\(field).properties",
            "must not be empty if x-kubernetes-embedded-resource is true without "
              + "x-kubernetes-preserve-unknown-fields"))
      }
      guard level == .root || isEmbedded else { return }
      for name in ["apiVersion", "kind"] {
        if let property = schema[path: "properties", name], property["type"]?.string != "string" {
          errors.append(
            .invalid(
              "\(field).properties[\(name)].type", property["type"] ?? "", "must be string"))
        }
      }
    }

    /// The root's metadata is what it is everywhere; only names may be restricted.
    private mutating func checkMetadata(_ schema: Document, _ field: String) {
      if schema["type"]?.string != "object" {
        errors.append(.invalid("\(field).type", schema["type"] ?? "", "must be object"))
      }
      let names = schema["properties"]?.members.map(\.name) ?? []
      let rest = schema.members.map(\.name).filter {
        !["type", "properties", "description"].contains($0)
      }
      if !rest.isEmpty || !names.allSatisfy(["name", "generateName"].contains) {
        errors.append(
          .forbidden(
            field,
            "must not specify anything other than name and generateName, but metadata is implicitly "
              + "specified"))
      }
    }

    // MARK: Keywords

    private static let unsupported = [
      "id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref",
    ]

    private mutating func checkKeywords(_ schema: Document, _ field: String) {
      for keyword in Self.unsupported where schema[keyword] != nil {
        errors.append(.forbidden("\(field).\(keyword)", "\(keyword) is not supported"))
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
      if let preserves = schema["x-kubernetes-preserve-unknown-fields"]?.bool, !preserves {
        errors.append(
          .invalid(
            "\(field).x-kubernetes-preserve-unknown-fields", false, "must be true or undefined"))
      }
      guard let pattern = schema["pattern"]?.string else { return }
      do throws(RegularExpressionError) {
        _ = try RegularExpression(pattern)
      } catch {
        errors.append(
          .invalid(
            "\(field).pattern", Document(pattern),
            "must be a valid regular expression, but isn't: \(error)"))
      }
    }

    private mutating func checkLists(_ schema: Document, _ field: String) {
      let type = schema["type"]?.string ?? ""
      if let kind = schema["x-kubernetes-map-type"]?.string {
        if type != "object" {
          mustBe("object", "x-kubernetes-map-type", type, field)
        }
        if !["atomic", "granular"].contains(kind) {
          errors.append(
            .notSupported("\(field).x-kubernetes-map-type", kind, ["atomic", "granular"]))
        }
      }
      let keys = schema["x-kubernetes-list-map-keys"]?.elements.compactMap(\.string) ?? []
      let kind = schema["x-kubernetes-list-type"]?.string
      if let kind {
        if type != "array" { mustBe("array", "x-kubernetes-list-type", type, field) }
        if !["atomic", "set", "map"].contains(kind) {
          errors.append(
            .notSupported("\(field).x-kubernetes-list-type", kind, ["atomic", "set", "map"]))
        }
      }
      if !keys.isEmpty && kind != "map" {
        let words = "must be map if x-kubernetes-list-map-keys is non-empty"
        errors.append(
          kind == nil
            ? .required("\(field).x-kubernetes-list-type", words)
            : .invalid("\(field).x-kubernetes-list-type", Document(kind ?? ""), words))
      }
      if kind == "map" { checkKeyedList(schema, keys, field) }
    }

    private mutating func mustBe(
      _ wanted: String, _ keyword: String, _ type: String, _ field: String
    ) {
      let words = "must be \(wanted) if \(keyword) is specified"
      errors.append(
        type.isEmpty
          ? .required("\(field).type", words) : .invalid("\(field).type", Document(type), words))
    }

    private mutating func checkKeyedList(_ schema: Document, _ keys: [String], _ field: String) {
      if keys.isEmpty {
        errors.append(
          .required(
            "\(field).x-kubernetes-list-map-keys",
            "must not be empty if x-kubernetes-list-type is map"))
      }
      guard let items = schema["items"] else {
        errors.append(
          .required(
            "\(field).items", "must have a schema if x-kubernetes-list-type is map"))
        return
      }
      if items["type"]?.string != "object" {
        errors.append(
          .invalid(
            "\(field).items.type", items["type"] ?? "",
            "must be object if parent array's x-kubernetes-list-type is map"))
      }
      let required = Set(items["required"]?.elements.compactMap(\.string) ?? [])
      for key in keys {
        guard let property = items[path: "properties", key] else {
          errors.append(
            .invalid(
              "\(field).x-kubernetes-list-map-keys", Document(keys.map { Document($0) }),
              "entries must all be names of item properties"))
          continue
        }
        if !required.contains(key) && property["default"] == nil {
          errors.append(
            .required(
              "\(field).items.properties[\(key)].default",
              "this property is in x-kubernetes-list-map-keys, so it must have a default or be a "
                + "required property"))
        }
      }
      if Set(keys).count < keys.count {
        errors.append(
          .invalid(
            "\(field).x-kubernetes-list-map-keys", Document(keys.map { Document($0) }),
            "must not contain duplicate entries"))
      }
    }

    // MARK: Defaults and rules

    /// A default is held to the schema that it stands in.
    private mutating func checkDefault(_ schema: Document, _ field: String) {
      guard let value = schema["default"], !value.isNull else { return }
      let node = StructuralSchema(schema)
      var pruned = value
      var unknown: [String] = []
      node.prune(&pruned, unknown: &unknown)
      if !unknown.isEmpty {
        errors.append(.invalid("\(field).default", value, "must be a valid value: unknown field"))
      }
      node.applyDefaults(&pruned)
      for error in node.errors(in: pruned, replacing: nil) {
        var error = error
        error.field = error.field.isEmpty ? "\(field).default" : "\(field).default.\(error.field)"
        errors.append(error)
      }
    }

    private static let reasons = [
      "FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired",
    ]

    private mutating func checkRules(_ schema: Document, _ field: String) {
      let rules = schema["x-kubernetes-validations"].map { Array($0.elements) } ?? []
      for (position, rule) in rules.enumerated() {
        let place = "\(field).x-kubernetes-validations[\(position)]"
        let text = rule["rule"]?.string ?? ""
        if text.allSatisfy(\.isWhitespace) {
          errors.append(.required("\(place).rule", "rule is not specified"))
        }
        if let message = rule["message"]?.string {
          if message.allSatisfy(\.isWhitespace) {
            errors.append(
              .invalid(
                "\(place).message", Document(message), "must be non-empty if specified"))
          } else if message.contains(where: \.isNewline) {
            errors.append(
              .invalid(
                "\(place).message", Document(message), "must not contain line breaks"))
          }
        } else if text.contains(where: \.isNewline) && rule["messageExpression"] == nil {
          errors.append(
            .required(
              "\(place).message", "message must be specified if rule contains line breaks"))
        }
        if let text = rule["messageExpression"]?.string, !text.isEmpty,
          text.allSatisfy(\.isWhitespace)
        {
          errors.append(
            .required(
              "\(place).messageExpression", "messageExpression must be non-empty if specified"))
        }
        if let reason = rule["reason"]?.string, !Self.reasons.contains(reason) {
          errors.append(.notSupported("\(place).reason", reason, Self.reasons))
        }
      }
    }

    // MARK: Inside allOf, anyOf, oneOf and not

    private static let forbiddenNested: [(keyword: String, words: String)] = [
      ("additionalProperties", "must be undefined to be structural"),
      ("default", "must be undefined to be structural"),
      ("title", "must be empty to be structural"),
      ("description", "must be empty to be structural"),
      ("nullable", "must be false to be structural"),
      ("x-kubernetes-preserve-unknown-fields", "must be false to be structural"),
      ("x-kubernetes-embedded-resource", "must be false to be structural"),
      ("x-kubernetes-int-or-string", "must be false to be structural"),
      ("x-kubernetes-list-map-keys", "must be empty to be structural"),
      ("x-kubernetes-list-type", "must be undefined to be structural"),
      ("x-kubernetes-map-type", "must be undefined to be structural"),
      ("x-kubernetes-validations", "must be empty to be structural"),
    ]

    private mutating func checkNested(_ schema: Document, _ field: String) {
      for keyword in ["allOf", "anyOf", "oneOf"] {
        let isIntOrString = schema["x-kubernetes-int-or-string"]?.bool == true
        for (position, inner) in (schema[keyword].map { Array($0.elements) } ?? []).enumerated() {
          checkNested(
            inner, beside: schema, at: "\(field).\(keyword)[\(position)]",
            mayHaveType: isIntOrString)
        }
      }
      if let inner = schema["not"] {
        checkNested(inner, beside: schema, at: "\(field).not", mayHaveType: false)
      }
    }

    /// - Parameter outer: what stands at the same place outside of value validation.
    private mutating func checkNested(
      _ inner: Document, beside outer: Document?, at field: String, mayHaveType: Bool
    ) {
      if let type = inner["type"]?.string, !type.isEmpty, !mayHaveType {
        errors.append(.forbidden("\(field).type", "must be empty to be structural"))
      }
      for (keyword, words) in Self.forbiddenNested {
        if let value = inner[keyword], value.bool != false {
          errors.append(.forbidden("\(field).\(keyword)", words))
        }
      }
      for (name, property) in inner["properties"]?.members.map({ $0 }) ?? [] {
        let place = "\(field).properties[\(name)]"
        let known = outer?[path: "properties", name]
        if outer != nil && known == nil {
          errors.append(
            .required(
              place.replacingNestedSteps, "because it is defined in \(place)"))
        }
        checkNested(property, beside: known, at: place, mayHaveType: false)
      }
      if let items = inner["items"], items.isObject {
        checkNested(items, beside: outer?["items"], at: "\(field).items", mayHaveType: false)
      }
      for keyword in ["allOf", "anyOf", "oneOf"] {
        for (position, deeper) in (inner[keyword].map { Array($0.elements) } ?? []).enumerated() {
          checkNested(
            deeper, beside: outer, at: "\(field).\(keyword)[\(position)]",
            mayHaveType: mayHaveType)
        }
      }
    }
  }
}

extension String {
  /// The place that a nested place speaks of: without `allOf[0]` and the like.
  fileprivate var replacingNestedSteps: String {
    split(separator: ".", omittingEmptySubsequences: false).filter { step in
      !["allOf[", "anyOf[", "oneOf["].contains(where: step.hasPrefix) && step != "not"
    }.joined(separator: ".")
  }
}
