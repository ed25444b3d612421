/// Macros that run over lists, maps and optionals.
extension Evaluation {
  func comprehension(_ comprehension: Comprehension) throws(EvaluationError) -> Value {
    let range = try value(of: comprehension.range)
    try charge(1)
    switch comprehension.kind {
    case .optionalMap, .optionalFlatMap: return try optional(comprehension, range)
    case .all: return try decided(comprehension, range, by: false)
    case .exists: return try decided(comprehension, range, by: true)
    case .existsOne:
      var count = 0
      for item in try items(range, comprehension) where try holds(comprehension, item) {
        count += 1
      }
      return .bool(count == 1)
    case .filter:
      var kept: [Value] = []
      for item in try items(range, comprehension) where try holds(comprehension, item) {
        kept.append(item.0)
      }
      return .list(kept)
    case .list:
      var made: [Value] = []
      for item in try items(range, comprehension) where try holds(comprehension, item) {
        made.append(try transformed(comprehension, item))
      }
      return .list(made)
    case .map:
      var made = MapValue()
      for item in try items(range, comprehension) where try holds(comprehension, item) {
        made.insert(item.0, try transformed(comprehension, item))
      }
      return .map(made)
    case .mapEntries:
      var made = MapValue()
      for item in try items(range, comprehension) where try holds(comprehension, item) {
        guard let added = try transformed(comprehension, item).entries else {
          throw .noSuchOverload
        }
        for (key, value) in added.entries {
          guard made.insert(key, value) else {
            throw EvaluationError(
              "insert failed: key \(Conversions.text(key) ?? "") already exists")
          }
        }
      }
      return .map(made)
    }
  }

  private typealias Item = (Value, Value?)

  private func items(_ range: Value, _ comprehension: Comprehension) throws(EvaluationError)
    -> [Item]
  {
    let hasTwo = comprehension.secondVariable != nil
    if let elements = range.elements {
      return hasTwo
        ? elements.enumerated().map { (.int($0.offset), $0.element) } : elements.map { ($0, nil) }
    }
    guard let entries = range.entries else { throw .noSuchOverload }
    return entries.entries.map { ($0.key, hasTwo ? $0.value : nil) }
  }

  private func within(_ comprehension: Comprehension, _ item: Item, _ body: Expression)
    throws(EvaluationError) -> Value
  {
    // What upstream's expansion of a macro costs for each element.
    try charge(2)
    return try with(comprehension.variable, item.0) { () throws(EvaluationError) in
      guard let second = comprehension.secondVariable, let value = item.1 else {
        return try self.value(of: body)
      }
      return try with(second, value) { () throws(EvaluationError) in try self.value(of: body) }
    }
  }

  private func holds(_ comprehension: Comprehension, _ item: Item) throws(EvaluationError) -> Bool {
    guard let condition = comprehension.condition else { return true }
    guard case .bool(let holds) = try within(comprehension, item, condition) else {
      throw .noSuchOverload
    }
    return holds
  }

  private func transformed(_ comprehension: Comprehension, _ item: Item) throws(EvaluationError)
    -> Value
  {
    guard let transform = comprehension.transform else { return item.0 }
    return try within(comprehension, item, transform)
  }

  /// `all` and `exists`: an element that decides takes in the errors of others.
  private func decided(_ comprehension: Comprehension, _ range: Value, by deciding: Bool)
    throws(EvaluationError) -> Value
  {
    var problem: EvaluationError?
    for item in try items(range, comprehension) {
      do throws(EvaluationError) {
        if try holds(comprehension, item) == deciding { return .bool(deciding) }
      } catch {
        if error.isCostExceeded { throw error }
        if problem == nil { problem = error }
      }
    }
    if let problem { throw problem }
    return .bool(!deciding)
  }

  private func optional(_ comprehension: Comprehension, _ range: Value) throws(EvaluationError)
    -> Value
  {
    guard case .optional(let held) = range else { throw .noSuchOverload }
    guard let held else { return .optional(nil) }
    let value = try transformed(comprehension, (held, nil))
    if comprehension.kind == .optionalMap { return .optional(value) }
    guard case .optional = value else { throw .noSuchOverload }
    return value
  }
}
