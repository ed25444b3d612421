import Foundations

extension Quantity: OpaqueValue {
  package var typeName: String { "kubernetes.Quantity" }
}

/// Source: Kubernetes documentation, "CEL", quantity library.
extension FunctionTable {
  mutating func addQuantities() {
    let type = CELType.opaque("kubernetes.Quantity")
    global("quantity", [.string], type) { (a, _) throws(EvaluationError) in
      do throws(Quantity.ParsingError) {
        return .opaque(try Quantity(parsing: Self.text(a[0])))
      } catch {
        throw EvaluationError("\(error)")
      }
    }
    global("isQuantity", [.string], .bool) { a, _ in
      do throws(Quantity.ParsingError) {
        _ = try Quantity(parsing: Self.text(a[0]))
        return .bool(true)
      } catch {
        return .bool(false)
      }
    }
    let comparisons: [(String, CELType, @Sendable (Quantity, Quantity) -> Value)] = [
      ("isGreaterThan", .bool, { .bool($0 > $1) }), ("isLessThan", .bool, { .bool($0 < $1) }),
      ("compareTo", .int, { .int($0 < $1 ? -1 : $0 == $1 ? 0 : 1) }),
    ]
    for (name, result, compare) in comparisons {
      member(name, [type, type], result) { (a, _) throws(EvaluationError) in
        compare(try a[0].asOpaque(Quantity.self), try a[1].asOpaque(Quantity.self))
      }
    }
    for (name, isSum) in [("add", true), ("sub", false)] {
      member(name, [type, type], type) { (a, _) throws(EvaluationError) in
        let (left, right) = (try a[0].asOpaque(Quantity.self), try a[1].asOpaque(Quantity.self))
        return .opaque(try Self.checked(left, right, isSum))
      }
      member(name, [type, .int], type) { (a, _) throws(EvaluationError) in
        let right = Quantity(try a[1].asInt())
        return .opaque(try Self.checked(try a[0].asOpaque(Quantity.self), right, isSum))
      }
    }
    member("sign", [type], .int) { (a, _) throws(EvaluationError) in
      let quantity = try a[0].asOpaque(Quantity.self)
      return .int(quantity.isZero ? 0 : quantity.isNegative ? -1 : 1)
    }
    member("isInteger", [type], .bool) { (a, _) throws(EvaluationError) in
      .bool(try a[0].asOpaque(Quantity.self).exactInt != nil)
    }
    member("asInteger", [type], .int) { (a, _) throws(EvaluationError) in
      guard let value = try a[0].asOpaque(Quantity.self).exactInt else {
        throw EvaluationError("cannot convert value to integer")
      }
      return .int(value)
    }
    member("asApproximateFloat", [type], .double) { (a, _) throws(EvaluationError) in
      .double(try a[0].asOpaque(Quantity.self).approximate)
    }
  }

  private static func checked(_ left: Quantity, _ right: Quantity, _ isSum: Bool)
    throws(EvaluationError) -> Quantity
  {
    guard let result = isSum ? left.adding(right) : left.subtracting(right) else { throw overflow }
    return result
  }

  static func text(_ value: Value) -> String {
    if case .string(let text) = value { text } else { "" }
  }
}
