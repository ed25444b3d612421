/// How large a value may be: characters, bytes, elements or entries. What would overflow stays at the
/// greatest number.
struct SizeEstimate: Equatable, Sendable {
  var min: UInt64
  var max: UInt64

  static let unknown = SizeEstimate(min: 0, max: .max)

  init(min: UInt64, max: UInt64) {
    self.min = min
    self.max = max
  }

  init(exactly size: Int) {
    min = UInt64(size)
    max = UInt64(size)
  }

  func union(_ other: Self) -> Self {
    Self(min: Swift.min(min, other.min), max: Swift.max(max, other.max))
  }

  static func + (left: Self, right: Self) -> Self {
    Self(min: left.min.saturatedAdding(right.min), max: left.max.saturatedAdding(right.max))
  }

  static func * (left: Self, right: Self) -> Self {
    Self(min: left.min.saturatedTimes(right.min), max: left.max.saturatedTimes(right.max))
  }
}

extension UInt64 {
  func saturatedAdding(_ other: UInt64) -> UInt64 {
    let (sum, overflows) = addingReportingOverflow(other)
    return overflows ? .max : sum
  }

  func saturatedTimes(_ other: UInt64) -> UInt64 {
    let (product, overflows) = multipliedReportingOverflow(by: other)
    return overflows ? .max : product
  }

  /// Rounded up.
  func saturatedTimes(_ factor: Double) -> UInt64 {
    let product = (Double(self) * factor).rounded(.up)
    return product >= 0x1p64 ? .max : UInt64(product)
  }
}
