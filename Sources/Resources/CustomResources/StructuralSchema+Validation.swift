import Foundations

extension StructuralSchema {
  /// Whatever in an object is not as the schema's keywords say, worded as upstream's validator words
  /// it. Rules in expressions are for `CustomVersion.RuleCheck`.
  /// - Parameter old: what the object replaces: what did not change since then is not held against it.
  /// Source: kube-openapi `validation/errors`; Kubernetes documentation, "Validation ratcheting".
  package func errors(in object: Document, replacing old: Document?) -> [FieldError] {
    var validator = SchemaValidator()
    validator.check(object, old, self, at: "")
    return validator.errors
  }

  /// How upstream names the place of a rule that it cannot tell: Go's spelling of no path.
  static let noPath = "<nil>"
}

/// Walks a value beside its schema and collects what is wrong.
private struct SchemaValidator {
  var errors: [FieldError] = []

  /// More than these are not told. Source: upstream's limit of errors in one answer.
  private static let errorsMax = 100

  mutating func check(
    _ value: Document, _ old: Document?, _ schema: StructuralSchema, at path: String
  ) {
    if errors.count >= Self.errorsMax || (old != nil && old == value) { return }
    guard hasType(value, schema, path) else { return }
    checkAllowed(value, schema, path)
    switch value.kind {
    case .string: checkText(value, schema, path)
    case .integer, .double: checkNumber(value, schema, path)
    case .array: checkElements(value, old, schema, path)
    case .object: checkMembers(value, old, schema, path)
    case .null, .true, .false: break
    }
    checkCombinations(value, old, schema, path)
  }

  private mutating func add(_ path: String, _ value: Document, _ text: String) {
    errors.append(.invalid(path, value, text))
  }

  // MARK: Types

  private mutating func hasType(_ value: Document, _ schema: StructuralSchema, _ path: String)
    -> Bool
  {
    if value.isNull && schema.isNullable { return true }
    let found = Self.typeName(of: value)
    let wanted =
      schema.isIntOrString ? ["integer", "string"] : schema.type.isEmpty ? [] : [schema.type]
    if wanted.isEmpty || wanted.contains(found)
      || (found == "integer" && wanted == ["number"])
      || (found == "number" && wanted.contains("integer") && Self.isWhole(value))
    {
      return hasFormat(value, schema, path)
    }
    errors.append(
      FieldError(
        path, .typeInvalid(value: Document(found).jsonText),
        "\(path) in body must be of type \(wanted.joined(separator: ",")): \"\(found)\""))
    return false
  }

  private static func typeName(of value: Document) -> String {
    switch value.kind {
    case .null: "null"
    case .true, .false: "boolean"
    case .integer: "integer"
    case .double: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }

  private static func isWhole(_ value: Document) -> Bool {
    value.double.map { $0 == $0.rounded() && $0.magnitude < 9_007_199_254_740_992 } ?? false
  }

  private mutating func hasFormat(_ value: Document, _ schema: StructuralSchema, _ path: String)
    -> Bool
  {
    let format = schema.values.format
    if format.isEmpty || value.isNull { return true }
    if let number = value.integer, format == "int32", Int32(exactly: number) == nil {
      errors.append(
        FieldError(
          path, .typeInvalid(value: "\"int64\""),
          "\(path) in body must be of type int32: \"int64\""))
      return false
    }
    guard let text = value.string, ValueFormat.isKnown(format), !ValueFormat.matches(format, text)
    else { return true }
    errors.append(
      FieldError(
        path, .typeInvalid(value: value.jsonText),
        "\(path) in body must be of type \(format): \(Document(text).jsonText)"))
    return true
  }

  private mutating func checkAllowed(
    _ value: Document, _ schema: StructuralSchema, _ path: String
  ) {
    let allowed = schema.values.allowed
    guard !allowed.isEmpty, !allowed.contains(value) else { return }
    let names = allowed.map { $0.string ?? $0.jsonText }
    errors.append(
      FieldError(
        path, .notSupported(value: value.jsonText),
        "supported values: " + names.map { Document($0).jsonText }.joined(separator: ", ")))
  }

  // MARK: Scalars

  /// Of several problems the first is told.
  private mutating func checkText(_ value: Document, _ schema: StructuralSchema, _ path: String) {
    let rules = schema.values
    guard rules.lengthMax != nil || rules.lengthMin != nil || rules.pattern != nil,
      let text = value.string
    else { return }
    let length = text.unicodeScalars.count
    if let max = rules.lengthMax, length > max {
      return errors.append(.tooLong(path, byteCountMax: max))
    }
    if let min = rules.lengthMin, length < min {
      return add(path, value, "\(path) in body should be at least \(min) chars long")
    }
    guard let pattern = rules.pattern else { return }
    switch pattern.expression {
    case .success(let expression):
      if !expression.matches(text) {
        add(path, value, "\(path) in body should match '\(pattern.text)'")
      }
    case .failure(let error):
      let why = "\(pattern.text), but pattern is invalid: \(error)"
      add(path, value, "\(path) in body should match '\(why)'")
    }
  }

  private mutating func checkNumber(_ value: Document, _ schema: StructuralSchema, _ path: String) {
    let rules = schema.values
    if let max = rules.maximum, Self.isLess(max, value, orEqual: rules.isMaximumExclusive) {
      let words = rules.isMaximumExclusive ? "less than" : "less than or equal to"
      add(path, value, "\(path) in body should be \(words) \(max.jsonText)")
    }
    if let min = rules.minimum, Self.isLess(value, min, orEqual: rules.isMinimumExclusive) {
      let words = rules.isMinimumExclusive ? "greater than" : "greater than or equal to"
      add(path, value, "\(path) in body should be \(words) \(min.jsonText)")
    }
    if let factor = rules.multipleOf, !Self.isMultiple(value, of: factor) {
      add(path, value, "\(path) in body should be a multiple of \(factor.jsonText)")
    }
  }

  private static func isLess(_ left: Document, _ right: Document, orEqual: Bool) -> Bool {
    if let left = left.integer, let right = right.integer {
      return orEqual ? left <= right : left < right
    }
    guard let left = left.double, let right = right.double else { return false }
    return orEqual ? left <= right : left < right
  }

  private static func isMultiple(_ value: Document, of factor: Document) -> Bool {
    if let value = value.integer, let factor = factor.integer {
      return factor == 0 || value.isMultiple(of: factor)
    }
    guard let value = value.double, let factor = factor.double, factor > 0 else { return true }
    let quotient = value / factor
    return quotient == quotient.rounded()
  }

  // MARK: Containers

  private mutating func checkElements(
    _ value: Document, _ old: Document?, _ schema: StructuralSchema, _ path: String
  ) {
    let rules = schema.values
    let count = value.count
    if let max = rules.itemsMax, count > max {
      errors.append(.tooMany(path, count: count, max: max))
    }
    if let min = rules.itemsMin, count < min {
      add(path, Document(count), "\(path) in body should have at least \(min) items")
    }
    checkIdentity(value, schema, path)
    guard let items = schema.items else { return }
    let former = Former(old, schema)
    for (position, element) in value.elements.enumerated() {
      check(
        element, former.element(like: element, position), items, at: "\(path)[\(position)]")
    }
  }

  /// Sets and keyed lists have no two alike.
  private mutating func checkIdentity(
    _ value: Document, _ schema: StructuralSchema, _ path: String
  ) {
    if schema.listKind == .atomic {
      guard schema.values.hasUniqueItems else { return }
      if Set(value.elements).count < value.count {
        add(path, value, "\(path) in body shouldn't contain duplicates")
      }
      return
    }
    var seen: Set<Document> = []
    for (position, element) in value.elements.enumerated() {
      let identity = Former.identity(of: element, schema)
      if !seen.insert(identity).inserted {
        errors.append(.duplicate("\(path)[\(position)]", identity))
      }
    }
  }

  private mutating func checkMembers(
    _ value: Document, _ old: Document?, _ schema: StructuralSchema, _ path: String
  ) {
    let rules = schema.values
    let place = { (name: String) in path.isEmpty ? name : "\(path).\(name)" }
    if rules.propertiesMin != nil || rules.propertiesMax != nil {
      let count = value.count
      if let min = rules.propertiesMin, count < min {
        add(path, Document(count), "\(path) in body should have at least \(min) properties")
      }
      if let max = rules.propertiesMax, count > max {
        errors.append(.tooMany(path, count: count, max: max))
      }
    }
    for (name, member) in value.members {
      if let inner = schema.member(name) {
        check(member, old?[name], inner, at: place(name))
      } else if case .nothing = schema.additional {
        add(path, "", "\(place(name)) in body is a forbidden property")
      }
    }
    for name in rules.required where value[name] == nil {
      errors.append(.required(place(name)))
    }
    guard schema.isEmbedded else { return }
    for name in ["apiVersion", "kind"] where value[name]?.string?.isEmpty ?? true {
      errors.append(.required(place(name), "must not be empty"))
    }
  }

  // MARK: Combinations

  private mutating func checkCombinations(
    _ value: Document, _ old: Document?, _ schema: StructuralSchema, _ path: String
  ) {
    if !schema.anyOf.isEmpty {
      let results = schema.anyOf.map { problems(value, $0, path) }
      if !results.contains(where: \.isEmpty) {
        demand("\"\(path)\" must validate at least one schema (anyOf)")
        errors += results.min { $0.count < $1.count } ?? []
      }
    }
    if !schema.oneOf.isEmpty {
      let results = schema.oneOf.map { problems(value, $0, path) }
      let count = results.count(where: \.isEmpty)
      if count != 1 {
        let found = count == 0 ? "Found none valid" : "Found \(count) valid alternatives"
        demand("\"\(path)\" must validate one and only one schema (oneOf). \(found)")
        if count == 0 { errors += results.min { $0.count < $1.count } ?? [] }
      }
    }
    let demanded = schema.allOf.map { problems(value, $0, path) }
    if demanded.contains(where: { !$0.isEmpty }) {
      errors += demanded.joined()
      let none = demanded.allSatisfy { !$0.isEmpty }
      demand("\"\(path)\" must validate all the schemas (allOf)\(none ? ". None validated" : "")")
    }
    if let not = schema.not, problems(value, not, path).isEmpty {
      demand("\"\(path)\" must not validate the schema (not)")
    }
  }

  private mutating func demand(_ text: String) {
    errors.append(.invalid(StructuralSchema.noPath, "", text))
  }

  private func problems(_ value: Document, _ schema: StructuralSchema, _ path: String)
    -> [FieldError]
  {
    var inner = SchemaValidator()
    inner.check(value, nil, schema, at: path)
    return inner.errors
  }
}

/// The elements of the list that a list replaces, to find what an element was before.
private struct Former {
  private let schema: StructuralSchema
  private var byIdentity: [Document: Document] = [:]

  init(_ old: Document?, _ schema: StructuralSchema) {
    self.schema = schema
    guard let old, schema.listKind == .map else { return }
    for element in old.elements { byIdentity[Self.identity(of: element, schema)] = element }
  }

  /// Only elements of keyed lists can be told apart.
  func element(like element: Document, _ position: Int) -> Document? {
    byIdentity.isEmpty ? nil : byIdentity[Self.identity(of: element, schema)]
  }

  static func identity(of element: Document, _ schema: StructuralSchema) -> Document {
    guard schema.listKind == .map else { return element }
    var identity = Document.emptyObject
    for key in schema.listMapKeys { identity[key] = element[key] }
    return identity
  }
}
