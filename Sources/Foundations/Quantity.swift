/// A fixed-point amount as the API writes it: `500m`, `1.5Gi`, `2e3`.
///
/// Exact for every value the API can hold to the nano; finer digits are rounded away from zero, as
/// upstream does. Values beyond 2^127 nano units are refused.
/// Source: Kubernetes API reference, "Quantity".
package struct Quantity: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// Which suffixes a value is written with.
  package enum Format: Sendable {
    case decimalSI, binarySI, decimalExponent
  }

  package enum ParsingError: Error, Equatable, Sendable, CustomStringConvertible {
    case notAQuantity
    case tooLarge

    package var description: String {
      switch self {
      case .notAQuantity:
        "quantities must match the regular expression "
          + "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
      case .tooLarge: "the quantity is too large"
      }
    }
  }

  /// Billionths.
  private let nano: Int128
  package let format: Format

  private init(nano: Int128, format: Format) {
    self.nano = nano
    self.format = format
  }

  package init(_ whole: Int, format: Format = .decimalSI) {
    self.init(nano: Int128(whole) * Self.one, format: format)
  }

  package init(milli: Int) {
    self.init(nano: Int128(milli) * (Self.one / 1000), format: .decimalSI)
  }

  package static let zero = Quantity(0)
  private static let one: Int128 = 1_000_000_000

  package static func == (left: Self, right: Self) -> Bool { left.nano == right.nano }
  package static func < (left: Self, right: Self) -> Bool { left.nano < right.nano }
  package func hash(into hasher: inout Hasher) { hasher.combine(nano) }

  /// The result keeps the left side's format, or the right one's where the left is zero.
  package static func + (left: Self, right: Self) -> Self {
    Self(nano: left.nano + right.nano, format: left.nano == 0 ? right.format : left.format)
  }

  package static func - (left: Self, right: Self) -> Self {
    Self(nano: left.nano - right.nano, format: left.nano == 0 ? right.format : left.format)
  }

  /// As `+`; `nil` where the sum is too large to hold.
  package func adding(_ other: Self) -> Self? {
    let (sum, overflows) = nano.addingReportingOverflow(other.nano)
    return overflows ? nil : Self(nano: sum, format: nano == 0 ? other.format : format)
  }

  /// As `-`; `nil` where the difference is too large to hold.
  package func subtracting(_ other: Self) -> Self? {
    let (difference, overflows) = nano.subtractingReportingOverflow(other.nano)
    return overflows ? nil : Self(nano: difference, format: nano == 0 ? other.format : format)
  }

  /// In whole units; `nil` where that would round or not fit.
  package var exactInt: Int? {
    let (whole, rest) = nano.quotientAndRemainder(dividingBy: Self.one)
    return rest == 0 ? Int(exactly: whole) : nil
  }

  /// In whole units, as near as a double comes.
  package var approximate: Double { Double(nano) / 1e9 }

  package var isZero: Bool { nano == 0 }
  package var isNegative: Bool { nano < 0 }

  /// In whole units, rounded away from zero; bounded by `Int`.
  package var roundedUp: Int { clamped(dividedUp(by: Self.one)) }
  /// In thousandths, rounded away from zero; bounded by `Int`.
  package var milliValue: Int { clamped(dividedUp(by: Self.one / 1000)) }

  private func dividedUp(by divisor: Int128) -> Int128 {
    let (quotient, remainder) = nano.quotientAndRemainder(dividingBy: divisor)
    return remainder == 0 ? quotient : quotient + (remainder > 0 ? 1 : -1)
  }

  private func clamped(_ value: Int128) -> Int {
    Int(Swift.max(Int128(Int.min), Swift.min(Int128(Int.max), value)))
  }
}

// MARK: Reading

extension Quantity {
  package init(parsing text: String) throws(ParsingError) {
    var rest = Array(text.utf8)[...]
    var isNegative = false
    if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      isNegative = sign == UInt8(ascii: "-")
      rest = rest.dropFirst()
    }
    var digits: [UInt8] = []
    var fractionCount = 0
    var isFraction = false
    while let byte = rest.first {
      if byte == UInt8(ascii: "."), !isFraction {
        isFraction = true
      } else if (0x30...0x39).contains(byte) {
        digits.append(byte - 0x30)
        if isFraction { fractionCount += 1 }
      } else {
        break
      }
      rest = rest.dropFirst()
    }
    guard !digits.isEmpty else { throw .notAQuantity }
    let scale = try Self.scale(ofSuffix: String(decoding: rest, as: UTF8.self))
    var value: Int128 = 0
    // What stays below a nano only decides about rounding up.
    var hasDust = false
    switch scale {
    case .decimal(let exponent, _):
      let shift = exponent - fractionCount + 9
      for (position, digit) in digits.enumerated() {
        let place = digits.count - 1 - position + shift
        if place < 0 {
          if digit != 0 { hasDust = true }
        } else {
          try Self.append(digit, to: &value)
        }
      }
      if shift > 0 { for _ in 0..<shift where value != 0 { try Self.append(0, to: &value) } }
    case .binary(let power):
      for digit in digits { try Self.append(digit, to: &value) }
      let (scaled, overflows) = value.multipliedReportingOverflow(
        by: (Int128(1) << Int128(power)) * Self.one)
      guard !overflows else { throw .tooLarge }
      value = scaled
      for _ in 0..<fractionCount {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: 10)
        if remainder != 0 { hasDust = true }
        value = quotient
      }
    }
    if hasDust { value += 1 }
    self.init(nano: isNegative ? -value : value, format: scale.format)
  }

  private static func append(_ digit: UInt8, to value: inout Int128) throws(ParsingError) {
    let (tenfold, overflowsTimes) = value.multipliedReportingOverflow(by: 10)
    let (sum, overflowsPlus) = tenfold.addingReportingOverflow(Int128(digit))
    guard !overflowsTimes, !overflowsPlus else { throw .tooLarge }
    value = sum
  }

  private enum Scale {
    case decimal(exponent: Int, isSuffix: Bool)
    case binary(power: Int)

    var format: Format {
      switch self {
      case .binary: .binarySI
      case .decimal(_, let isSuffix): isSuffix ? .decimalSI : .decimalExponent
      }
    }
  }

  private static let decimalSuffixes: [(text: String, exponent: Int)] = [
    ("n", -9), ("u", -6), ("m", -3), ("", 0), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15),
    ("E", 18),
  ]
  private static let binarySuffixes: [(text: String, power: Int)] = [
    ("Ki", 10), ("Mi", 20), ("Gi", 30), ("Ti", 40), ("Pi", 50), ("Ei", 60),
  ]

  private static func scale(ofSuffix text: String) throws(ParsingError) -> Scale {
    if let decimal = decimalSuffixes.first(where: { $0.text == text }) {
      return .decimal(exponent: decimal.exponent, isSuffix: true)
    }
    if let binary = binarySuffixes.first(where: { $0.text == text }) {
      return .binary(power: binary.power)
    }
    guard text.first == "e" || text.first == "E", let exponent = Int(text.dropFirst()),
      (-1000...1000).contains(exponent)
    else { throw .notAQuantity }
    return .decimal(exponent: exponent, isSuffix: false)
  }
}

// MARK: Writing

extension Quantity {
  /// The canonical form: no fraction, the largest suffix that is exact.
  package var description: String {
    guard nano != 0 else { return "0" }
    if format == .binarySI, let text = binaryText { return text }
    return decimalText
  }

  /// `nil` where binary suffixes cannot say it: fractions, and less than 1024.
  private var binaryText: String? {
    let (whole, fraction) = nano.quotientAndRemainder(dividingBy: Self.one)
    guard fraction == 0 else { return nil }
    guard whole.magnitude >= 1024 else { return nil }
    var value = whole
    var suffix = ""
    for candidate in Self.binarySuffixes {
      let (quotient, remainder) = value.quotientAndRemainder(dividingBy: 1024)
      if remainder != 0 { break }
      value = quotient
      suffix = candidate.text
    }
    return "\(value)\(suffix)"
  }

  private var decimalText: String {
    var value = nano
    var exponent = -9
    while exponent < 18, value % 1000 == 0 {
      value /= 1000
      exponent += 3
    }
    if format == .decimalExponent { return exponent == 0 ? "\(value)" : "\(value)e\(exponent)" }
    let suffix = Self.decimalSuffixes.first { $0.exponent == exponent }?.text ?? ""
    return "\(value)\(suffix)"
  }
}
