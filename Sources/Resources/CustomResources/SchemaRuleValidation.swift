/// What stands around the expressions of a schema's rules (`x-kubernetes-validations`). Whether they
/// compile and what they may cost is for `DefinitionRules`.
/// Source: Kubernetes documentation, CustomResourceDefinitions, "Validation rules".
enum SchemaRuleValidation {
  private static let reasons = [
    "FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired",
  ]

  static func errors(_ schema: Document, at field: String) -> [FieldError] {
    let rules = schema["x-kubernetes-validations"] ?? .emptyArray
    if rules.isEmpty { return [] }
    // In a schema that is not understood anything may be a path.
    let understood = UnsupportedKeyword.problem(in: schema) == nil ? schema : nil
    return rules.elements.enumerated().flatMap { position, rule in
      let place = "\(field).x-kubernetes-validations[\(position)]"
      return textErrors(rule, at: place) + reasonErrors(rule, at: place)
        + pathErrors(rule, in: understood, at: "\(place).fieldPath")
    }
  }

  /// Of the rule and its message the first problem is told.
  private static func textErrors(_ rule: Document, at place: String) -> [FieldError] {
    let text = rule["rule"]?.string ?? ""
    let message = rule["message"]?.string ?? ""
    if text.isBlank { return [.required("\(place).rule", "rule is not specified")] }
    if !message.isEmpty && message.isBlank {
      return [
        .invalid("\(place).message", Document(message), "must be non-empty if specified")
      ]
    }
    if message.hasInnerLineBreaks {
      return [.invalid("\(place).message", Document(message), "must not contain line breaks")]
    }
    if text.hasInnerLineBreaks && message.isEmpty {
      return [
        .required("\(place).message", "message must be specified if rule contains line breaks")
      ]
    }
    return []
  }

  private static func reasonErrors(_ rule: Document, at place: String) -> [FieldError] {
    var errors: [FieldError] = []
    if let text = rule["messageExpression"]?.string, !text.isEmpty, text.isBlank {
      errors.append(
        .required(
          "\(place).messageExpression", "messageExpression must be non-empty if specified"))
    }
    if let reason = rule["reason"]?.string, !reasons.contains(reason) {
      errors.append(.notSupported("\(place).reason", reason, reasons))
    }
    return errors
  }

  /// - Parameter schema: `nil` where paths lead nobody knows where.
  private static func pathErrors(_ rule: Document, in schema: Document?, at place: String)
    -> [FieldError]
  {
    guard let path = rule["fieldPath"]?.string, !path.isEmpty else { return [] }
    var problems: [String] = []
    if path.isBlank { problems.append("must be non-empty if specified") }
    if path.contains(where: \.isNewline) { problems.append("must not contain line breaks") }
    if let schema, SchemaFieldPath(path, in: schema) == nil {
      problems.append("must be a valid path")
    }
    return problems.map { .invalid(place, Document(path), $0) }
  }
}

extension String {
  fileprivate var isBlank: Bool { allSatisfy(\.isWhitespace) }

  /// Those at the ends do not count.
  fileprivate var hasInnerLineBreaks: Bool {
    let start = drop(while: \.isWhitespace)
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return false }
    return start[...last].contains(where: \.isNewline)
  }
}
