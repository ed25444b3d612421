/// Source: cel-go, "Optional types".
extension FunctionTable {
  mutating func addOptionals() {
    let any = CELType.parameter("T")
    let optional = CELType.optional(any)
    global("optional.of", [any], optional) { a, _ in .optional(a[0]) }
    global("optional.none", [], optional) { _, _ in .optional(nil) }
    global("optional.ofNonZeroValue", [any], optional) { a, _ in
      .optional(Self.isZero(a[0]) ? nil : a[0])
    }
    global("optional.unwrap", [.list(optional)], .list(any)) { (a, _) throws(EvaluationError) in
      .list(Self.unwrapped(try a[0].asList()))
    }
    member("unwrapOpt", [.list(optional)], .list(any)) { (a, _) throws(EvaluationError) in
      .list(Self.unwrapped(try a[0].asList()))
    }
    member("hasValue", [optional], .bool) { (a, _) throws(EvaluationError) in
      guard case .optional(let held) = a[0] else { throw .noSuchOverload }
      return .bool(held != nil)
    }
    member("value", [optional], any) { (a, _) throws(EvaluationError) in
      guard case .optional(let held) = a[0] else { throw .noSuchOverload }
      guard let held else { throw EvaluationError("optional.none() dereference") }
      return held
    }
    // Evaluated by `Evaluation.shortcut`, since they may not need their argument.
    member("or", [optional, optional], optional) { a, _ in a[0] }
    member("orValue", [optional, any], any) { a, _ in a[0] }
    for (name, isFirst) in [("first", true), ("last", false)] {
      member(name, [.list(any)], optional) { (a, _) throws(EvaluationError) in
        let elements = try a[0].asList()
        return .optional(isFirst ? elements.first : elements.last)
      }
    }
  }

  private static func unwrapped(_ elements: [Value]) -> [Value] {
    elements.compactMap { element in
      if case .optional(let held) = element { held } else { element }
    }
  }

  private static func isZero(_ value: Value) -> Bool {
    switch value {
    case .null: true
    case .bool(let value): !value
    case .int(let value): value == 0
    case .uint(let value): value == 0
    case .double(let value): value == 0
    case .string(let value): value.isEmpty
    case .bytes(let value): value.isEmpty
    case .duration(let value): value == 0
    case .optional(let value): value == nil
    case .timestamp, .type, .opaque: false
    case .list, .map, .document:
      value.elements?.isEmpty ?? (value.entries?.count == 0)
    }
  }
}
