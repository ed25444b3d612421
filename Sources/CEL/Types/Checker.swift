/// Finds what can be known to be wrong before an expression runs. Pure.
struct Checker {
  private let variables: [String: CELType]
  private let functions: FunctionTable
  var locals: [(name: String, type: CELType)] = []
  private(set) var issues: [SourceIssue] = []

  /// Enough to mend an expression by; more are noise.
  private static let issuesMax = 20

  init(variables: [String: CELType], functions: FunctionTable) {
    self.variables = variables
    self.functions = functions
  }

  private mutating func report(_ message: String, at offset: Int) -> CELType {
    if issues.count < Self.issuesMax { issues.append(SourceIssue(message, at: offset)) }
    return .dyn
  }

  mutating func type(of expression: Expression) -> CELType {
    switch expression.kind {
    case .literal(let value): return Self.type(of: value)
    case .identifier(let name): return identifier(name, at: expression.offset)
    case .select(let operand, let field, let mode):
      return select(operand, field, mode, at: expression.offset)
    case .index(let operand, let index, let isOptional):
      return self.index(operand, index, isOptional, at: expression.offset)
    case .call(let name, let target, let arguments):
      return call(name, target, arguments, at: expression.offset)
    case .logical(let isAnd, let terms):
      for term in terms {
        let type = type(of: term)
        if type != .bool, type != .dyn {
          _ = report(
            "found no matching overload for '\(isAnd ? "_&&_" : "_||_")' applied to "
              + "'(\(type), bool)'", at: expression.offset)
        }
      }
      return .bool
    case .conditional(let condition, let yes, let no):
      let tested = type(of: condition)
      let types = (type(of: yes), type(of: no))
      var bindings = TypeBindings()
      guard tested == .bool || tested == .dyn, bindings.fits(.parameter("T"), types.0),
        bindings.fits(.parameter("T"), types.1)
      else {
        return report(
          "found no matching overload for '_?_:_' applied to "
            + "'(\(tested), \(types.0), \(types.1))'", at: expression.offset)
      }
      return types.0 == types.1
        ? types.0
        : types.0 == .null
          ? types.1
          : types.1 == .null
            ? types.0 : .dyn
    case .list(let items):
      return .list(joined(items.map { item in element(item.value, item.isOptional) }))
    case .map(let items):
      let keys = joined(items.map { type(of: $0.key) })
      return .map(keys, joined(items.map { element($0.value, $0.isOptional) }))
    case .message(let name, let fields): return message(name, fields, at: expression.offset)
    case .comprehension(let comprehension):
      return self.comprehension(comprehension, at: expression.offset)
    case .binding(let name, let value, let body):
      let valueType = type(of: value)
      return with([(name, valueType)], body)
    }
  }

  private mutating func with(_ added: [(String, CELType)], _ body: Expression) -> CELType {
    locals += added.map { (name: $0.0, type: $0.1) }
    defer { locals.removeLast(added.count) }
    return type(of: body)
  }

  private mutating func element(_ value: Expression, _ isOptional: Bool) -> CELType {
    let type = type(of: value)
    if isOptional, case .optional(let inner) = type { return inner }
    return type
  }

  private func joined(_ types: [CELType]) -> CELType {
    guard let first = types.first else { return .dyn }
    return types.allSatisfy { $0 == first } ? first : .dyn
  }

  private static func type(of value: Value) -> CELType {
    switch value {
    case .null: .null
    case .bool: .bool
    case .int: .int
    case .uint: .uint
    case .double: .double
    case .string: .string
    case .bytes: .bytes
    default: .dyn
    }
  }

  // MARK: Names and fields

  private mutating func identifier(_ name: String, at offset: Int) -> CELType {
    if let local = locals.last(where: { $0.name == name }) { return local.type }
    if let type = variables[name] { return type }
    if TypeNames.all.contains(name) { return .type }
    return report("undeclared reference to '\(name)' (in container '')", at: offset)
  }

  private mutating func select(
    _ operand: Expression, _ field: String, _ mode: Expression.SelectMode, at offset: Int
  ) -> CELType {
    if let name = TypeNames.qualified(operand, field), !isVariable(operand) {
      _ = name
      return .type
    }
    let given = type(of: operand)
    var base = given
    if case .optional(let inner) = given { base = inner }
    let found: CELType
    switch base {
    case .dyn, .parameter: found = .dyn
    case .map(_, let value): found = value
    case .object(let object):
      guard let type = object.field(field) else {
        return report("undefined field '\(field)'", at: offset)
      }
      found = type
    case .opaque(let name):
      if name == AuthorizerValue.typeName, let type = AuthorizerValue.fieldType(field) {
        found = type
        break
      }
      if functions.message(name) != nil {
        found = .dyn
        break
      }
      return report("type '\(name)' does not support field selection", at: offset)
    default: return report("type '\(base)' does not support field selection", at: offset)
    }
    switch mode {
    case .test: return .bool
    case .optional: return .optional(found)
    case .plain: return base == given ? found : .optional(found)
    }
  }

  private func isVariable(_ expression: Expression) -> Bool {
    guard case .identifier(let name) = expression.kind else { return false }
    return variables[name] != nil || locals.contains { $0.name == name }
  }

  private mutating func index(
    _ operand: Expression, _ index: Expression, _ isOptional: Bool, at offset: Int
  ) -> CELType {
    let given = type(of: operand)
    let key = type(of: index)
    var base = given
    if case .optional(let inner) = given { base = inner }
    let found: CELType
    switch base {
    case .dyn, .parameter: found = .dyn
    case .list(let element) where key == .int || key == .uint || key == .double || key == .dyn:
      found = element
    case .map(let declared, let value):
      var bindings = TypeBindings()
      guard bindings.fits(declared, key) else { fallthrough }
      found = value
    default:
      return report(
        "found no matching overload for '_[_]' applied to '(\(given), \(key))'", at: offset)
    }
    return isOptional || base != given ? .optional(found) : found
  }

  private mutating func message(
    _ name: String, _ fields: [Expression.MessageField], at offset: Int
  ) -> CELType {
    guard let declared = functions.message(name) else {
      for field in fields { _ = type(of: field.value) }
      return report("undeclared reference to '\(name)' (in container '')", at: offset)
    }
    for field in fields {
      let given = element(field.value, field.isOptional)
      guard let known = declared.fields else { continue }
      guard let wanted = known[field.name] else {
        _ = report("undefined field '\(field.name)'", at: field.offset)
        continue
      }
      var bindings = TypeBindings()
      if !bindings.fits(wanted, given) {
        _ = report(
          "expected type of field '\(field.name)' is '\(wanted)' but provided type is '\(given)'",
          at: field.offset)
      }
    }
    return .opaque(name)
  }

  // MARK: Calls

  private mutating func call(
    _ name: String, _ target: Expression?, _ arguments: [Expression], at offset: Int
  ) -> CELType {
    var types: [CELType] = []
    if let target { types.append(type(of: target)) }
    for argument in arguments { types.append(type(of: argument)) }
    let overloads = functions.overloads(name, isMember: target != nil)
    guard !overloads.isEmpty else {
      return report("undeclared reference to '\(name)' (in container '')", at: offset)
    }
    var results: [CELType] = []
    for overload in overloads where overload.parameters.count == types.count {
      var bindings = TypeBindings()
      if zip(overload.parameters, types).allSatisfy({ bindings.fits($0, $1) }) {
        results.append(bindings.resolved(overload.result))
      }
    }
    guard let first = results.first else {
      let given = types.map(\.description)
      let spelled =
        target == nil
        ? "(\(given.joined(separator: ", ")))"
        : "\(given[0]).(\(given.dropFirst().joined(separator: ", ")))"
      return report("found no matching overload for '\(name)' applied to '\(spelled)'", at: offset)
    }
    return results.allSatisfy { $0 == first } ? first : .dyn
  }

  // MARK: Comprehensions

  private mutating func comprehension(_ comprehension: Comprehension, at offset: Int) -> CELType {
    let range = type(of: comprehension.range)
    var first = CELType.dyn
    var second = CELType.dyn
    switch (comprehension.kind, range) {
    case (_, .dyn), (_, .parameter): break
    case (.optionalMap, .optional(let inner)), (.optionalFlatMap, .optional(let inner)):
      first = inner
    case (.optionalMap, _), (.optionalFlatMap, _):
      return report(
        "found no matching overload for 'optMap' applied to '\(range).()'", at: offset)
    case (_, .list(let element)):
      (first, second) =
        comprehension.secondVariable == nil ? (element, .dyn) : (.int, element)
    case (_, .map(let key, let value)): (first, second) = (key, value)
    case (_, .object): first = .string
    default:
      return report(
        "expression of type '\(range)' cannot be range of a comprehension (must be list, map, or "
          + "dynamic)", at: comprehension.range.offset)
    }
    var added = [(comprehension.variable, first)]
    if let name = comprehension.secondVariable { added.append((name, second)) }
    if let condition = comprehension.condition {
      let type = with(added, condition)
      if type != .bool, type != .dyn {
        _ = report("expected type 'bool' but found '\(type)'", at: condition.offset)
      }
    }
    let transformed = comprehension.transform.map { with(added, $0) } ?? .dyn
    switch comprehension.kind {
    case .all, .exists, .existsOne: return .bool
    case .list: return .list(transformed)
    case .filter:
      if case .list = range { return range }
      return .list(first)
    case .map: return .map(first, transformed)
    case .mapEntries: return transformed
    case .optionalMap: return .optional(transformed)
    case .optionalFlatMap: return transformed
    }
  }
}

/// Types have names that are values themselves: `type(1) == int`.
enum TypeNames {
  static let all: Set<String> = [
    "bool", "int", "uint", "double", "string", "bytes", "list", "map", "null_type", "type",
    "optional_type",
  ]

  private static let qualified: Set<String> = [
    "google.protobuf.Timestamp", "google.protobuf.Duration", "kubernetes.Quantity",
    "kubernetes.URL", "net.IP", "net.CIDR", "kubernetes.Semver",
  ]

  /// The type that a selection names: `net.IP`; `nil` where it names none.
  static func qualified(_ operand: Expression, _ field: String) -> String? {
    var name = ""
    switch operand.kind {
    case .identifier(let first): name = "\(first).\(field)"
    case .select(let inner, let middle, .plain):
      guard case .identifier(let first) = inner.kind else { return nil }
      name = "\(first).\(middle).\(field)"
    default: return nil
    }
    return qualified.contains(name) ? name : nil
  }
}
