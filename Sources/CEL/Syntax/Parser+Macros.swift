/// Macros: calls that are more than functions, since they bind variables or do not evaluate all.
/// Source: CEL specification, "Macros"; cel-go ext, "TwoVarComprehensions", "Bindings".
extension Parser {
  /// The expansion of a call; `nil` where it is a plain one.
  func expanded(_ name: String, _ target: Expression?, _ arguments: [Expression], at offset: Int)
    throws(CompileFailure) -> Expression?
  {
    guard let target else {
      return name == "has" && arguments.count == 1 ? try presence(arguments[0], at: offset) : nil
    }
    if case .identifier("cel") = target.kind, name == "bind", arguments.count == 3 {
      return try made(
        .binding(try variable(arguments[0]), arguments[1], arguments[2]), at: offset)
    }
    guard let (kind, hasFilter) = Self.comprehension(name, arguments.count) else { return nil }
    let hasTwo = Self.hasSecondVariable(name, arguments.count)
    let first = try variable(arguments[0])
    let second = hasTwo ? try variable(arguments[1]) : nil
    guard second == nil || second != first else {
      throw CompileFailure("duplicate variable name: \(first)", at: arguments[1].offset)
    }
    var rest = arguments.dropFirst(hasTwo ? 2 : 1)
    var condition: Expression?
    var transform: Expression?
    switch kind {
    case .all, .exists, .existsOne, .filter: condition = rest.popFirst()
    case .list, .map, .mapEntries, .optionalMap, .optionalFlatMap:
      if hasFilter { condition = rest.popFirst() }
      transform = rest.popFirst()
    }
    return try made(
      .comprehension(
        Comprehension(
          kind: kind, range: target, variable: first, secondVariable: second,
          condition: condition, transform: transform)), at: offset)
  }

  private static func comprehension(_ name: String, _ count: Int)
    -> (kind: Comprehension.Kind, hasFilter: Bool)?
  {
    switch (name, count) {
    case ("all", 2), ("all", 3): (.all, false)
    case ("exists", 2), ("exists", 3): (.exists, false)
    case ("exists_one", 2), ("exists_one", 3), ("existsOne", 2), ("existsOne", 3):
      (.existsOne, false)
    case ("map", 2): (.list, false)
    case ("map", 3): (.list, true)
    case ("filter", 2): (.filter, false)
    case ("transformList", 3): (.list, false)
    case ("transformList", 4): (.list, true)
    case ("transformMap", 3): (.map, false)
    case ("transformMap", 4): (.map, true)
    case ("transformMapEntry", 3): (.mapEntries, false)
    case ("transformMapEntry", 4): (.mapEntries, true)
    case ("optMap", 2): (.optionalMap, false)
    case ("optFlatMap", 2): (.optionalFlatMap, false)
    default: nil
    }
  }

  private static func hasSecondVariable(_ name: String, _ count: Int) -> Bool {
    switch name {
    case "all", "exists", "exists_one", "existsOne": count == 3
    case "transformList", "transformMap", "transformMapEntry": true
    default: false
    }
  }

  private func variable(_ expression: Expression) throws(CompileFailure) -> String {
    guard case .identifier(let name) = expression.kind else {
      throw CompileFailure("argument must be a simple name", at: expression.offset)
    }
    return name
  }

  private func presence(_ argument: Expression, at offset: Int) throws(CompileFailure)
    -> Expression
  {
    guard case .select(let operand, let field, .plain) = argument.kind else {
      throw CompileFailure("invalid argument to has() macro", at: argument.offset)
    }
    return try made(.select(operand, field: field, .test), at: offset)
  }
}
