import Foundations

/// Source: CEL specification, "Standard definitions", arithmetic.
extension FunctionTable {
  mutating func addArithmetic() {
    typealias IntStep = @Sendable (Int, Int) -> (partialValue: Int, overflow: Bool)
    typealias UIntStep = @Sendable (UInt, UInt) -> (partialValue: UInt, overflow: Bool)
    let steps: [(String, IntStep, UIntStep, (@Sendable (Double, Double) -> Double))] = [
      ("_+_", { $0.addingReportingOverflow($1) }, { $0.addingReportingOverflow($1) }, { $0 + $1 }),
      (
        "_-_", { $0.subtractingReportingOverflow($1) }, { $0.subtractingReportingOverflow($1) },
        { $0 - $1 }
      ),
      (
        "_*_", { $0.multipliedReportingOverflow(by: $1) },
        { $0.multipliedReportingOverflow(by: $1) },
        { $0 * $1 }
      ),
    ]
    for (name, ints, uints, doubles) in steps {
      addNumbers(name, ints, uints)
      global(name, [.double, .double], .double) { (a, _) throws(EvaluationError) in
        guard case .double(let left) = a[0], case .double(let right) = a[1] else {
          throw .noSuchOverload
        }
        return .double(doubles(left, right))
      }
    }
    addDivision("_/_", "divide by zero", { $0.dividedReportingOverflow(by: $1) }, { $0 / $1 })
    addDivision(
      "_%_", "modulus by zero", { $0.remainderReportingOverflow(dividingBy: $1) }, { $0 % $1 })
    global("_/_", [.double, .double], .double) { (a, _) throws(EvaluationError) in
      guard case .double(let left) = a[0], case .double(let right) = a[1] else {
        throw .noSuchOverload
      }
      return .double(left / right)
    }
    global("-_", [.int], .int) { (a, _) throws(EvaluationError) in
      let (value, overflows) = (0).subtractingReportingOverflow(try a[0].asInt())
      if overflows { throw Self.overflow }
      return .int(value)
    }
    global("-_", [.double], .double) { (a, _) throws(EvaluationError) in
      guard case .double(let value) = a[0] else { throw .noSuchOverload }
      return .double(-value)
    }
    global("!_", [.bool], .bool) { a, _ in .bool(!a[0].isTrue) }
    addConcatenation()
    addTimeArithmetic()
  }

  static let overflow = EvaluationError("integer overflow")

  private mutating func addNumbers(
    _ name: String, _ ints: @escaping @Sendable (Int, Int) -> (partialValue: Int, overflow: Bool),
    _ uints: @escaping @Sendable (UInt, UInt) -> (partialValue: UInt, overflow: Bool)
  ) {
    global(name, [.int, .int], .int) { (a, _) throws(EvaluationError) in
      let (value, overflows) = ints(try a[0].asInt(), try a[1].asInt())
      if overflows { throw Self.overflow }
      return .int(value)
    }
    global(name, [.uint, .uint], .uint) { (a, _) throws(EvaluationError) in
      guard case .uint(let left) = a[0], case .uint(let right) = a[1] else { throw .noSuchOverload }
      let (value, overflows) = uints(left, right)
      if overflows { throw EvaluationError("unsigned integer overflow") }
      return .uint(value)
    }
  }

  private mutating func addDivision(
    _ name: String, _ byZero: String,
    _ ints: @escaping @Sendable (Int, Int) -> (partialValue: Int, overflow: Bool),
    _ uints: @escaping @Sendable (UInt, UInt) -> UInt
  ) {
    global(name, [.int, .int], .int) { (a, _) throws(EvaluationError) in
      let divisor = try a[1].asInt()
      guard divisor != 0 else { throw EvaluationError(byZero) }
      let (value, overflows) = ints(try a[0].asInt(), divisor)
      if overflows { throw Self.overflow }
      return .int(value)
    }
    global(name, [.uint, .uint], .uint) { (a, _) throws(EvaluationError) in
      guard case .uint(let left) = a[0], case .uint(let right) = a[1] else { throw .noSuchOverload }
      guard right != 0 else { throw EvaluationError(byZero) }
      return .uint(uints(left, right))
    }
  }

  private mutating func addConcatenation() {
    global("_+_", [.string, .string], .string) { (a, run) throws(EvaluationError) in
      let left = try a[0].asString()
      let right = try a[1].asString()
      try run.charge(tenths: left.utf8.count + right.utf8.count)
      return .string(left + right)
    }
    global("_+_", [.bytes, .bytes], .bytes) { (a, run) throws(EvaluationError) in
      guard case .bytes(let left) = a[0], case .bytes(let right) = a[1] else {
        throw .noSuchOverload
      }
      try run.charge(tenths: left.count + right.count)
      return .bytes(left + right)
    }
    let list = CELType.list(.parameter("A"))
    global("_+_", [list, list], list) { (a, run) throws(EvaluationError) in
      let left = try a[0].asList()
      let right = try a[1].asList()
      try run.charge(tenths: left.count + right.count)
      return .list(Self.joined(left, right, a[0].listShape))
    }
  }

  /// Sets keep one of each; of elements with the same keys the right one replaces the left.
  private static func joined(_ left: [Value], _ right: [Value], _ shape: ValueShape?) -> [Value] {
    guard let shape, let known = ListKeys.positions(of: left, shape),
      let added = ListKeys.positions(of: right, shape)
    else { return left + right }
    var joined = left
    for (key, position) in added.sorted(by: { $0.value < $1.value }) {
      if let old = known[key] {
        joined[old] = right[position]
      } else {
        joined.append(right[position])
      }
    }
    return joined
  }

  private mutating func addTimeArithmetic() {
    let sum: Overload.Body = { (a, _) throws(EvaluationError) in
      switch (a[0], a[1]) {
      case (.timestamp(let moment), .duration(let span)),
        (.duration(let span), .timestamp(let moment)):
        return .timestamp(try Self.moved(moment, by: span))
      case (.duration(let left), .duration(let right)):
        let (value, overflows) = left.addingReportingOverflow(right)
        if overflows { throw Self.overflow }
        return .duration(value)
      default: throw .noSuchOverload
      }
    }
    global("_+_", [.timestamp, .duration], .timestamp, sum)
    global("_+_", [.duration, .timestamp], .timestamp, sum)
    global("_+_", [.duration, .duration], .duration, sum)
    let difference: Overload.Body = { (a, _) throws(EvaluationError) in
      switch (a[0], a[1]) {
      case (.timestamp(let moment), .duration(let span)):
        guard span != Int.min else { throw Self.overflow }
        return .timestamp(try Self.moved(moment, by: -span))
      case (.timestamp(let left), .timestamp(let right)):
        let seconds = (Int(left.seconds) - Int(right.seconds)).multipliedReportingOverflow(
          by: 1_000_000_000)
        let sum = seconds.partialValue.addingReportingOverflow(
          Int(left.nanoseconds) - Int(right.nanoseconds))
        if seconds.overflow || sum.overflow { throw Self.overflow }
        return .duration(sum.partialValue)
      case (.duration(let left), .duration(let right)):
        let (value, overflows) = left.subtractingReportingOverflow(right)
        if overflows { throw Self.overflow }
        return .duration(value)
      default: throw .noSuchOverload
      }
    }
    global("_-_", [.timestamp, .duration], .timestamp, difference)
    global("_-_", [.timestamp, .timestamp], .duration, difference)
    global("_-_", [.duration, .duration], .duration, difference)
  }

  private static func moved(_ moment: Timestamp, by span: Int) throws(EvaluationError) -> Timestamp
  {
    let moved = moment.advanced(by: .nanoseconds(Int64(span)))
    // The years 1 to 9999. Source: google.protobuf.Timestamp.
    guard (-62_135_596_800...253_402_300_799).contains(moved.seconds) else {
      throw EvaluationError("timestamp overflow")
    }
    return moved
  }
}
