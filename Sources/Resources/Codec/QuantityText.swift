/// The canonical spelling of resource quantities: no more digits than needed, the largest suffix
/// that leaves a whole number.
/// Source: Kubernetes API reference, "Quantity".
enum QuantityText {
  /// Numbers and suffixes as people write them are mostly canonical, and found so without
  /// arithmetic; the others take the slow way.
  static func canonical(_ text: UnsafeBufferPointer<UInt8>) -> CanonicalText {
    if isPlainlyCanonical(text) { return .asWritten }
    guard let amount = Amount(text), let spelling = amount.spelling else { return .invalid }
    return spelling.elementsEqual(text) ? .asWritten : .rewritten(spelling)
  }

  /// Digits without a leading zero, a suffix or none, and nothing a larger suffix could take over.
  private static func isPlainlyCanonical(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var value: UInt64 = 0
    var offset = 0
    while offset < text.count, text[offset] &- UInt8(ascii: "0") < 10 {
      value = value &* 10 &+ UInt64(text[offset] - UInt8(ascii: "0"))
      offset += 1
    }
    // So many digits stay below the cap of 2^63 with each of these suffixes.
    let suffixCount = text.count - offset
    guard (1...(suffixCount == 0 ? 15 : 9)).contains(offset), text[0] != UInt8(ascii: "0") else {
      return false
    }
    switch suffixCount {
    case 0: return value % 1000 != 0
    case 1: return value % 1000 != 0 && "numkMG".utf8.contains(text[offset])
    case 2:
      return value % 1024 != 0 && text[offset + 1] == UInt8(ascii: "i")
        && "KMG".utf8.contains(text[offset])
    default: return false
    }
  }

  /// A parsed quantity: `mantissa` times ten to the power of `exponent`.
  private struct Amount {
    enum Format {
      case decimal, binary, exponent
    }

    var mantissa: Int128
    var exponent: Int
    var format: Format

    /// The digits that leave room in 128 bits for a multiplication by 1024^6.
    private static let digitCountMax = 19
    private static let binarySuffixes = Array("KMGTPE".utf8)
    private static let decimalSuffixes: [(UInt8, Int)] = [
      (UInt8(ascii: "n"), -9), (UInt8(ascii: "u"), -6), (UInt8(ascii: "m"), -3),
      (UInt8(ascii: "k"), 3), (UInt8(ascii: "M"), 6), (UInt8(ascii: "G"), 9),
      (UInt8(ascii: "T"), 12), (UInt8(ascii: "P"), 15), (UInt8(ascii: "E"), 18),
    ]

    init?(_ text: UnsafeBufferPointer<UInt8>) {
      var offset = 0
      let isNegative = text.first == UInt8(ascii: "-")
      if isNegative || text.first == UInt8(ascii: "+") { offset = 1 }
      mantissa = 0
      exponent = 0
      var digitCount = 0
      var significant = 0
      var isFraction = false
      while offset < text.count {
        if text[offset] == UInt8(ascii: ".") && !isFraction {
          isFraction = true
        } else if text[offset] &- UInt8(ascii: "0") < 10 {
          digitCount += 1
          let digit = Int128(text[offset] - UInt8(ascii: "0"))
          if significant > 0 || digit > 0 { significant += 1 }
          if significant <= Self.digitCountMax {
            mantissa = mantissa * 10 + digit
            if isFraction { exponent -= 1 }
          } else if !isFraction {
            exponent += 1
          }
        } else {
          break
        }
        offset += 1
      }
      guard digitCount > 0 else { return nil }
      if isNegative { mantissa = -mantissa }
      format = .decimal
      guard scale(by: UnsafeBufferPointer(rebasing: text[offset...])) else { return nil }
      normalize()
    }

    private mutating func scale(by suffix: UnsafeBufferPointer<UInt8>) -> Bool {
      if suffix.isEmpty { return true }
      if suffix.count == 2, suffix[1] == UInt8(ascii: "i"),
        let power = Self.binarySuffixes.firstIndex(of: suffix[0])
      {
        format = .binary
        mantissa *= Int128(1) << Int128(10 * (power + 1))
        return true
      }
      if suffix.count == 1,
        let found = Self.decimalSuffixes.first(where: { $0.0 == suffix[0] })
      {
        exponent += found.1
        return true
      }
      guard suffix[0] | 0x20 == UInt8(ascii: "e"), suffix.count > 1,
        let power = Int(String(decoding: suffix.dropFirst(), as: UTF8.self)),
        (-99...99).contains(power)
      else { return false }
      format = .exponent
      exponent += power
      return true
    }

    /// Rounds away from zero to whole nanos, and caps at what 64 bits hold, as upstream does.
    private mutating func normalize() {
      while mantissa != 0 && mantissa % 10 == 0 {
        mantissa /= 10
        exponent += 1
      }
      if mantissa == 0 { exponent = 0 }
      while exponent < -9 && mantissa != 0 {
        let remainder = mantissa % 10
        mantissa /= 10
        if remainder != 0 { mantissa += remainder > 0 ? 1 : -1 }
        exponent += 1
      }
      if mantissa == 0 { exponent = 0 }
      let limit = Int128(Int64.max)
      var whole = mantissa
      var power = exponent
      while power > 0 && whole.magnitude <= limit.magnitude {
        whole *= 10
        power -= 1
      }
      while power < 0 {
        whole /= 10
        power += 1
      }
      if whole.magnitude > limit.magnitude {
        mantissa = mantissa < 0 ? -limit : limit
        exponent = 0
      }
    }

    var spelling: [UInt8]? {
      if mantissa == 0 { return Array("0".utf8) }
      if format == .binary, let binary = binarySpelling { return binary }
      var digits = mantissa
      var power = exponent
      while digits % 10 == 0 {
        digits /= 10
        power += 1
      }
      while power % 3 != 0 {
        digits *= 10
        power -= 1
      }
      if format == .exponent {
        return Array("\(digits)\(power == 0 ? "" : "e\(power)")".utf8)
      }
      if power == 0 { return Array("\(digits)".utf8) }
      guard let suffix = Self.decimalSuffixes.first(where: { $0.1 == power }) else { return nil }
      return Array("\(digits)".utf8) + [suffix.0]
    }

    /// `nil` where the decimal form is the canonical one: small and fractional amounts.
    private var binarySpelling: [UInt8]? {
      guard exponent >= 0 else { return nil }
      var value = mantissa
      for _ in 0..<exponent { value *= 10 }
      guard value.magnitude >= 1024 else { return nil }
      var power = 0
      while value % 1024 == 0 && power < Self.binarySuffixes.count {
        value /= 1024
        power += 1
      }
      let digits = Array("\(value)".utf8)
      return power == 0 ? digits : digits + [Self.binarySuffixes[power - 1], UInt8(ascii: "i")]
    }
  }
}
