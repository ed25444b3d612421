import Foundations

/// One run of an expression: what names stand for, and what it has cost. Used by one thread.
package final class Evaluation {
  let functions: FunctionTable
  private let variables: [String: Value]
  private var locals: [(name: String, value: Value)] = []
  /// In tenths of a unit.
  private var cost = 0
  private let costMax: Int

  init(functions: FunctionTable, variables: [String: Value], costMax: Int) {
    self.functions = functions
    self.variables = variables
    self.costMax = costMax.multipliedReportingOverflow(by: 10).overflow ? Int.max : costMax * 10
  }

  /// In units.
  package var costSoFar: Int { cost / 10 }
  package var costLeft: Int { max(0, (costMax - cost) / 10) }

  /// - Throws: `.costExceeded`.
  package func charge(_ units: Int) throws(EvaluationError) {
    let (tenths, overflows) = units.multipliedReportingOverflow(by: 10)
    try charge(tenths: overflows ? Int.max / 2 : tenths)
  }

  func charge(tenths: Int) throws(EvaluationError) {
    let (sum, overflows) = cost.addingReportingOverflow(tenths)
    cost = overflows ? Int.max : sum
    if cost > costMax { throw .costExceeded }
  }

  /// Adds a cost without a look at the limit.
  func add(_ units: Int) {
    let (sum, overflows) = cost.addingReportingOverflow(
      units.multipliedReportingOverflow(by: 10).partialValue)
    cost = overflows ? Int.max : sum
  }

  func value(of expression: Expression) throws(EvaluationError) -> Value {
    switch expression.kind {
    case .literal(let value): return value
    case .identifier(let name): return try identifier(name)
    case .select(let operand, let field, let mode): return try select(operand, field, mode)
    case .index(let operand, let index, let isOptional):
      return try self.index(operand, index, isOptional)
    case .call(let name, let target, let arguments): return try call(name, target, arguments)
    case .logical(let isAnd, let terms): return try logical(isAnd, terms)
    case .conditional(let condition, let yes, let no):
      try charge(1)
      guard case .bool(let isTrue) = try value(of: condition) else { throw .noSuchOverload }
      return try value(of: isTrue ? yes : no)
    case .list(let items): return try list(items)
    case .map(let items): return try map(items)
    case .message(let name, let fields): return try message(name, fields)
    case .comprehension(let comprehension): return try self.comprehension(comprehension)
    case .binding(let name, let bound, let body):
      let value = try value(of: bound)
      return try with(name, value) { () throws(EvaluationError) in try self.value(of: body) }
    }
  }

  /// Evaluates with a name that hides others of its spelling.
  func with<Result>(
    _ name: String, _ value: Value, _ body: () throws(EvaluationError) -> Result
  ) throws(EvaluationError) -> Result {
    locals.append((name, value))
    defer { locals.removeLast() }
    return try body()
  }

  // MARK: Names

  private func identifier(_ name: String) throws(EvaluationError) -> Value {
    try charge(1)
    if let local = locals.last(where: { $0.name == name }) { return local.value }
    if let value = variables[name] { return value }
    if TypeNames.all.contains(name) { return .type(name) }
    throw EvaluationError("no such attribute(s): \(name)")
  }

  /// Whether an expression is a name that something is known by.
  func isVariable(_ expression: Expression) -> Bool {
    guard case .identifier(let name) = expression.kind else { return false }
    return variables[name] != nil || locals.contains { $0.name == name }
  }

  // MARK: Operators

  private func logical(_ isAnd: Bool, _ terms: [Expression]) throws(EvaluationError) -> Value {
    var problem: EvaluationError?
    for term in terms {
      do throws(EvaluationError) {
        switch try value(of: term) {
        case .bool(let isTrue): if isTrue != isAnd { return .bool(isTrue) }
        default: throw EvaluationError.noSuchOverload
        }
      } catch {
        if error.isCostExceeded { throw error }
        if problem == nil { problem = error }
      }
    }
    if let problem { throw problem }
    return .bool(isAnd)
  }

  private func call(_ name: String, _ target: Expression?, _ arguments: [Expression])
    throws(EvaluationError) -> Value
  {
    if let target, let short = try shortcut(name, target, arguments) { return short }
    var values: [Value] = []
    values.reserveCapacity(arguments.count + 1)
    if let target { values.append(try value(of: target)) }
    for argument in arguments { values.append(try value(of: argument)) }
    return try apply(name, isMember: target != nil, values)
  }

  /// `or` and `orValue` look at their argument only where they need it.
  private func shortcut(_ name: String, _ target: Expression, _ arguments: [Expression])
    throws(EvaluationError) -> Value?
  {
    guard arguments.count == 1, name == "or" || name == "orValue" else { return nil }
    try charge(1)
    guard case .optional(let held) = try value(of: target) else { throw .noSuchOverload }
    if let held { return name == "or" ? .optional(held) : held }
    return try value(of: arguments[0])
  }

  func apply(_ name: String, isMember: Bool, _ values: [Value]) throws(EvaluationError) -> Value {
    try charge(1)
    for overload in functions.overloads(name, isMember: isMember) where overload.admits(values) {
      return try overload.body(values, self)
    }
    throw .noSuchOverload
  }

  // MARK: Aggregates

  /// What building a list or a map costs. Source: cel-go `common.ListCreateBaseCost`.
  private static let listCost = 10
  private static let mapCost = 30
  private static let messageCost = 40

  private func list(_ items: [Expression.ListItem]) throws(EvaluationError) -> Value {
    try charge(Self.listCost)
    var elements: [Value] = []
    for item in items {
      let value = try value(of: item.value)
      if let kept = try unwrapped(value, item.isOptional) { elements.append(kept) }
    }
    return .list(elements)
  }

  private func map(_ items: [Expression.MapItem]) throws(EvaluationError) -> Value {
    try charge(Self.mapCost)
    var map = MapValue()
    for item in items {
      let key = try value(of: item.key)
      guard let kept = try unwrapped(try value(of: item.value), item.isOptional) else { continue }
      if case .double = key { throw EvaluationError("unsupported key type: double") }
      guard MapValue.Key(key) != nil else {
        throw EvaluationError("unsupported key type: \(key.typeName)")
      }
      guard map.insert(key, kept) else { throw EvaluationError("Failed with repeated key") }
    }
    return .map(map)
  }

  private func message(_ name: String, _ fields: [Expression.MessageField])
    throws(EvaluationError) -> Value
  {
    try charge(Self.messageCost)
    var map = MapValue()
    for field in fields {
      guard let kept = try unwrapped(try value(of: field.value), field.isOptional) else { continue }
      map.insert(.string(field.name), kept)
    }
    return .opaque(MessageValue(typeName: name, fields: map))
  }

  private func unwrapped(_ value: Value, _ isOptional: Bool) throws(EvaluationError) -> Value? {
    guard isOptional else { return value }
    guard case .optional(let held) = value else {
      throw EvaluationError("cannot initialize optional entry from non-optional value")
    }
    return held
  }
}
