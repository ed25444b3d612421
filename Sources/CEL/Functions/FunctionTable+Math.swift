import Foundation

/// Source: cel-go ext, "Math".
extension FunctionTable {
  mutating func addMath() {
    for (name, wanted) in [("math.least", ValueOrder.less), ("math.greatest", .greater)] {
      let choose: @Sendable ([Value]) throws(EvaluationError) -> Value = {
        (values) throws(EvaluationError) in
        guard var best = values.first else {
          throw EvaluationError("\(name)(list) argument must not be empty")
        }
        for value in values {
          guard let order = NumberOrder.compare(value, best) else { throw .noSuchOverload }
          if order == wanted { best = value }
        }
        return best
      }
      for count in 1...8 {
        global(name, Array(repeating: .dyn, count: count), .dyn) { (a, _) throws(EvaluationError) in
          if count == 1, let elements = a[0].elements { return try choose(elements) }
          return try choose(a)
        }
      }
    }
    let roundings: [(String, FloatingPointRoundingRule)] = [
      ("ceil", .up), ("floor", .down), ("round", .toNearestOrAwayFromZero), ("trunc", .towardZero),
    ]
    for (name, rule) in roundings {
      addDouble("math.\(name)", .double) { .double($0.rounded(rule)) }
    }
    addDouble("math.isNaN", .bool) { .bool($0.isNaN) }
    addDouble("math.isInf", .bool) { .bool($0.isInfinite) }
    addDouble("math.isFinite", .bool) { .bool($0.isFinite) }
    addDouble("math.sqrt", .double) { .double($0.squareRoot()) }
    addDouble("math.abs", .double) { .double($0.magnitude) }
    addDouble("math.sign", .double) { .double($0.isNaN ? $0 : $0 > 0 ? 1 : $0 < 0 ? -1 : 0) }
    global("math.abs", [.int], .int) { (a, _) throws(EvaluationError) in
      let value = try a[0].asInt()
      guard value != Int.min else { throw Self.overflow }
      return .int(abs(value))
    }
    global("math.abs", [.uint], .uint) { a, _ in a[0] }
    global("math.sign", [.int], .int) { (a, _) throws(EvaluationError) in
      .int(try a[0].asInt().signum())
    }
    global("math.sign", [.uint], .uint) { (a, _) throws(EvaluationError) in
      guard case .uint(let value) = a[0] else { throw .noSuchOverload }
      return .uint(value == 0 ? 0 : 1)
    }
    for type in [CELType.int, .uint] {
      global("math.sqrt", [type], .double) { (a, _) throws(EvaluationError) in
        switch a[0] {
        case .int(let value): return .double(Double(value).squareRoot())
        case .uint(let value): return .double(Double(value).squareRoot())
        default: throw .noSuchOverload
        }
      }
    }
    addBits()
  }

  private mutating func addDouble(
    _ name: String, _ result: CELType, _ body: @escaping @Sendable (Double) -> Value
  ) {
    global(name, [.double], result) { (a, _) throws(EvaluationError) in
      guard case .double(let value) = a[0] else { throw .noSuchOverload }
      return body(value)
    }
  }

  private mutating func addBits() {
    let steps: [(String, @Sendable (UInt, UInt) -> UInt)] = [
      ("math.bitAnd", { $0 & $1 }), ("math.bitOr", { $0 | $1 }), ("math.bitXor", { $0 ^ $1 }),
    ]
    for (name, step) in steps {
      global(name, [.int, .int], .int) { (a, _) throws(EvaluationError) in
        .int(
          Int(
            bitPattern: step(UInt(bitPattern: try a[0].asInt()), UInt(bitPattern: try a[1].asInt()))
          ))
      }
      global(name, [.uint, .uint], .uint) { (a, _) throws(EvaluationError) in
        guard case .uint(let left) = a[0], case .uint(let right) = a[1] else {
          throw .noSuchOverload
        }
        return .uint(step(left, right))
      }
    }
    global("math.bitNot", [.int], .int) { (a, _) throws(EvaluationError) in
      .int(~(try a[0].asInt()))
    }
    global("math.bitNot", [.uint], .uint) { (a, _) throws(EvaluationError) in
      guard case .uint(let value) = a[0] else { throw .noSuchOverload }
      return .uint(~value)
    }
    for (name, isLeft) in [("math.bitShiftLeft", true), ("math.bitShiftRight", false)] {
      let body: Overload.Body = { (a, _) throws(EvaluationError) in
        let count = try a[1].asInt()
        guard count >= 0 else { throw EvaluationError("\(name)() negative offset: \(count)") }
        switch a[0] {
        case .int(let value):
          let bits = UInt(bitPattern: value)
          return .int(Int(bitPattern: isLeft ? bits << UInt(count) : bits >> UInt(count)))
        case .uint(let value):
          return .uint(isLeft ? value << UInt(count) : value >> UInt(count))
        default: throw .noSuchOverload
        }
      }
      global(name, [.int, .int], .int, body)
      global(name, [.uint, .int], .uint, body)
    }
  }
}
