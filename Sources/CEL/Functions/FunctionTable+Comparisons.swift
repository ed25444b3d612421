import Foundations

extension FunctionTable {
  mutating func addComparisons() {
    let any = CELType.parameter("T")
    global("_==_", [any, any], .bool) { (a, run) throws(EvaluationError) in
      .bool(try run.equal(a[0], a[1]))
    }
    global("_!=_", [any, any], .bool) { (a, run) throws(EvaluationError) in
      .bool(try !run.equal(a[0], a[1]))
    }
    let list = CELType.list(any)
    global("@in", [any, list], .bool) { (a, run) throws(EvaluationError) in
      for element in try a[1].asList() where try run.equal(a[0], element) { return .bool(true) }
      return .bool(false)
    }
    global("@in", [any, .map(any, .parameter("V"))], .bool) { (a, _) throws(EvaluationError) in
      guard let entries = a[1].entries else { throw .noSuchOverload }
      return .bool(entries[a[0]] != nil)
    }
    let names: [(String, [ValueOrder])] = [
      ("_<_", [.less]), ("_<=_", [.less, .same]), ("_>_", [.greater]),
      ("_>=_", [.greater, .same]),
    ]
    for (name, orders) in names {
      let body: Overload.Body = { (a, run) throws(EvaluationError) in
        guard let order = try Self.order(a[0], a[1], run) else { return .bool(false) }
        return .bool(orders.contains(order))
      }
      for type in [CELType.bool, .string, .bytes, .timestamp, .duration] {
        global(name, [type, type], .bool, body)
      }
      for left in [CELType.int, .uint, .double] {
        for right in [CELType.int, .uint, .double] { global(name, [left, right], .bool, body) }
      }
    }
  }

  /// How two values of comparable types are ordered; `nil` where one is not a number.
  static func order(_ left: Value, _ right: Value, _ run: Evaluation) throws(EvaluationError)
    -> ValueOrder?
  {
    switch (left, right) {
    case (.bool(let left), .bool(let right)): return .of(left ? 1 : 0, right ? 1 : 0)
    case (.string(let left), .string(let right)):
      try run.charge(tenths: min(left.utf8.count, right.utf8.count))
      return order(of: left.utf8, right.utf8)
    case (.bytes(let left), .bytes(let right)):
      try run.charge(tenths: min(left.count, right.count))
      return order(of: left, right)
    case (.timestamp(let left), .timestamp(let right)): return .of(left, right)
    case (.duration(let left), .duration(let right)): return .of(left, right)
    case (.int, _), (.uint, _), (.double, _): return NumberOrder.compare(left, right)
    default: throw .noSuchOverload
    }
  }

  private static func order(of left: some Sequence<UInt8>, _ right: some Sequence<UInt8>)
    -> ValueOrder
  {
    if left.elementsEqual(right) { return .same }
    return left.lexicographicallyPrecedes(right) ? .less : .greater
  }
}
