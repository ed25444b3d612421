/// What calls cost.
extension CostEstimator {
  /// What is told of a call: its own cost, and how large its result is.
  private struct CallEstimate {
    var cost: UInt64
    var size: SizeEstimate?

    init(_ cost: UInt64, size: SizeEstimate? = nil) {
      self.cost = cost
      self.size = size
    }

    /// Reads a text of this size.
    init(reading size: SizeEstimate, times factor: Double = 1, makes result: SizeEstimate? = nil) {
      cost = size.max.saturatedTimes(factor * CostEstimator.traversalFactor)
      self.size = result
    }
  }

  /// The operands of a call, the target first.
  private struct Operands {
    let expressions: [Expression]
    let estimates: [Estimate]
    let isMember: Bool

    var arguments: ArraySlice<Expression> { expressions.dropFirst(isMember ? 1 : 0) }
  }

  mutating func call(
    _ name: String, _ target: Expression?, _ arguments: [Expression], _ whole: Expression
  ) -> Estimate {
    let expressions = (target.map { [$0] } ?? []) + arguments
    let operands = Operands(
      expressions: expressions, estimates: expressions.map { estimate($0) },
      isMember: target != nil)
    let spent = operands.estimates.reduce(UInt64(0)) { $0.saturatedAdding($1.cost) }
    if name == "dyn", let inner = operands.estimates.first {
      return Estimate(cost: inner.cost.saturatedAdding(1), size: inner.size, place: inner.place)
    }
    let own =
      operation(name, operands) ?? library(name, operands)
      ?? CallEstimate(1)
    var size = own.size
    if size == nil, type(of: whole).isScalar { size = SizeEstimate(exactly: 1) }
    return Estimate(cost: spent.saturatedAdding(own.cost), size: size)
  }

  private mutating func size(_ position: Int, _ operands: Operands) -> SizeEstimate {
    guard position < operands.expressions.count else { return .unknown }
    return size(of: operands.estimates[position], operands.expressions[position])
  }

  private mutating func mayBeText(_ operands: Operands) -> Bool {
    operands.expressions.prefix(2).allSatisfy { type(of: $0).mayBeText }
  }

  // MARK: The language's own

  private mutating func operation(_ name: String, _ operands: Operands) -> CallEstimate? {
    switch name {
    case "_==_", "_!=_":
      if case .opaque = type(of: operands.expressions[0]) { return CallEstimate(1) }
      let least = min(size(0, operands).max, size(1, operands).max)
      return CallEstimate(least.saturatedTimes(Self.traversalFactor))
    case "_<_", "_<=_", "_>_", "_>=_":
      guard mayBeText(operands) else { return nil }
      let least = min(size(0, operands).max, size(1, operands).max)
      return CallEstimate(least.saturatedTimes(Self.traversalFactor))
    case "_+_":
      let sum = size(0, operands) + size(1, operands)
      if case .list = type(of: operands.expressions[0]) { return CallEstimate(1, size: sum) }
      return mayBeText(operands) ? CallEstimate(reading: sum, makes: sum) : nil
    case "@in":
      if case .map = type(of: operands.expressions[1]) { return nil }
      return CallEstimate(size(1, operands).max)
    case "startsWith", "endsWith": return CallEstimate(reading: size(1, operands))
    case "contains" where operands.isMember:
      let text = size(0, operands).max.saturatedTimes(Self.traversalFactor)
      return CallEstimate(
        text.saturatedTimes(size(1, operands).max.saturatedTimes(Self.traversalFactor)))
    case "matches" where operands.isMember: return CallEstimate(matching(operands))
    case "bytes":
      let size = size(0, operands)
      return CallEstimate(
        reading: size,
        makes: SizeEstimate(min: size.min, max: size.max.saturatedTimes(4 as UInt64)))
    case "string":
      guard type(of: operands.expressions[0]) == .bytes else { return nil }
      let size = size(0, operands)
      return CallEstimate(reading: size, makes: SizeEstimate(min: size.min / 4, max: size.max))
    case "format" where operands.isMember: return CallEstimate(reading: size(0, operands))
    default: return nil
    }
  }

  /// A regular expression over a text: their lengths multiply.
  private mutating func matching(_ operands: Operands) -> UInt64 {
    let text = size(0, operands).max.saturatedAdding(1).saturatedTimes(Self.traversalFactor)
    return text.saturatedTimes(size(1, operands).max.saturatedTimes(Self.regularExpressionFactor))
  }

  // MARK: Libraries of Kubernetes

  /// An authorization check; two of them are all that an expression may make.
  private static let checkCost: UInt64 = 350_000
  /// Addresses, as bytes.
  private static let addressSize = SizeEstimate(min: 4, max: 16)
  private static let namedFormatLength: Double = 128

  private mutating func library(_ name: String, _ operands: Operands) -> CallEstimate? {
    switch name {
    case "check" where operands.isMember: return CallEstimate(Self.checkCost)
    case "fieldSelector", "labelSelector":
      let length = size(1, operands).max
      let requirements = length.saturatedTimes(0.5).saturatedTimes(50 as UInt64)
      let parsing = length.saturatedTimes(Self.traversalFactor)
      return CallEstimate(parsing.saturatedAdding(requirements).saturatedAdding(10))
    case "isSorted", "sum", "max", "min", "indexOf", "lastIndexOf":
      return operands.isMember ? traversal(operands) : nil
    case "url", "jsonpatch.escapeKey":
      return CallEstimate(reading: size(0, operands), makes: size(0, operands))
    case "lowerAscii", "upperAscii", "substring", "trim":
      return CallEstimate(reading: size(0, operands), makes: size(0, operands))
    case "replace":
      return CallEstimate(reading: size(0, operands), times: 2, makes: replaced(operands))
    case "split":
      var count = size(0, operands).max
      if operands.expressions.count > 2,
        case .literal(.int(let limit)) = operands.expressions[2].kind
      {
        count = limit < 0 ? .max : UInt64(limit)
      }
      return CallEstimate(
        reading: size(0, operands), times: 2, makes: SizeEstimate(min: 0, max: count))
    case "join": return joined(operands)
    case "find", "findAll":
      return CallEstimate(
        matching(operands), size: SizeEstimate(min: 0, max: size(0, operands).max))
    case "cidr", "isIP", "isCIDR", "quantity", "isQuantity", "semver", "isSemver":
      return CallEstimate(reading: size(0, operands))
    case "ip": return operands.isMember ? CallEstimate(1) : CallEstimate(reading: size(0, operands))
    case "ip.isCanonical": return CallEstimate(reading: size(0, operands), times: 2)
    case "containsIP", "containsCIDR": return containment(name, operands)
    case "validate":
      let text = size(1, operands).max.saturatedTimes(Self.traversalFactor)
      return CallEstimate(
        text.saturatedTimes(Self.namedFormatLength * Self.regularExpressionFactor))
    default: return nil
    }
  }

  /// Looks at each element; at texts as a whole.
  private mutating func traversal(_ operands: Operands) -> CallEstimate {
    let count = size(0, operands)
    guard case .list(let element) = type(of: operands.expressions[0]) else {
      return CallEstimate(reading: count)
    }
    var each: UInt64 = 1
    if element == .string || element == .bytes {
      let size = elementSize(of: operands.estimates[0])
      each = each.saturatedAdding(size.max.saturatedTimes(Self.traversalFactor))
    }
    return CallEstimate(count.max.saturatedTimes(each))
  }

  private mutating func replaced(_ operands: Operands) -> SizeEstimate {
    let (text, old, new) = (size(0, operands), size(1, operands), size(2, operands))
    var count = SizeEstimate(exactly: 0)
    var kept = SizeEstimate(exactly: 0)
    if old.min == 0 {
      // Between all characters, and around them.
      count.max = text.max.saturatedAdding(1)
      kept.max = text.max
    } else if new.max <= old.min {
      kept.max = text.max
    } else {
      count.max = text.max.saturatedTimes(1 / Double(old.min))
    }
    if old.max == 0 {
      count.min = text.min.saturatedAdding(1)
      kept.min = text.min
    } else if old.max <= new.min {
      kept.min = text.min
    } else {
      count.min = text.min.saturatedTimes(1 / Double(old.max))
    }
    return count * new + kept
  }

  private mutating func joined(_ operands: Operands) -> CallEstimate {
    let count = size(0, operands)
    var size = count * elementSize(of: operands.estimates[0])
    if operands.expressions.count > 1 {
      let between = SizeEstimate(
        min: count.min > 0 ? count.min - 1 : 0, max: count.max > 0 ? count.max - 1 : 0)
      size = size + self.size(1, operands) * between
    }
    return CallEstimate(reading: size, makes: size)
  }

  private mutating func containment(_ name: String, _ operands: Operands) -> CallEstimate {
    let size = Self.addressSize.max
    var cost = size.saturatedTimes(2 * Self.traversalFactor)
    if name == "containsCIDR" {
      cost = cost.saturatedAdding(size.saturatedTimes(Self.traversalFactor)).saturatedAdding(1)
    }
    if operands.expressions.count > 1, type(of: operands.expressions[1]).mayBeText {
      cost = cost.saturatedAdding(self.size(1, operands).max.saturatedTimes(Self.traversalFactor))
    }
    return CallEstimate(cost)
  }
}
