import Foundations

/// Names of addresses: `10.0.43.10.in-addr.arpa`. Source: RFC 1035, 3.5; RFC 3596, 2.5.
enum ReverseName {
  private static let v4 = DomainName(lowercaseWire: Array("\u{7}in-addr\u{4}arpa\u{0}".utf8))
  private static let v6 = DomainName(lowercaseWire: Array("\u{3}ip6\u{4}arpa\u{0}".utf8))

  static func of(_ address: IPAddress) -> DomainName {
    var wire: [UInt8] = []
    for byte in address.bytes.reversed() {
      if address.family == .v4 {
        let digits = Array(String(byte).utf8)
        wire.append(UInt8(digits.count))
        wire += digits
      } else {
        wire += [1, hexDigit(byte & 0xF), 1, hexDigit(byte >> 4)]
      }
    }
    return DomainName(lowercaseWire: wire + (address.family == .v4 ? v4 : v6).wire)
  }

  static func isOne(_ name: DomainName) -> Bool { name.isWithin(v4) || name.isWithin(v6) }

  /// The block of addresses that a reverse name stands for: one address where it is whole, more
  /// where labels are missing in front. `nil` for other names.
  static func block(_ name: DomainName) -> CIDR? {
    if name.isWithin(v4) {
      let labels = name.labels(above: v4)
      guard labels.count <= 4 else { return nil }
      var value: UInt128 = 0
      for label in labels.reversed() {
        guard let byte = UInt8(String(decoding: label, as: UTF8.self)) else { return nil }
        value = value << 8 | UInt128(byte)
      }
      return block(.v4, value, bitCount: labels.count * 8)
    }
    guard name.isWithin(v6) else { return nil }
    let labels = name.labels(above: v6)
    guard labels.count <= 32 else { return nil }
    var value: UInt128 = 0
    for label in labels.reversed() {
      guard label.count == 1,
        let digit = UInt8(String(decoding: label, as: UTF8.self), radix: 16)
      else { return nil }
      value = value << 4 | UInt128(digit)
    }
    return block(.v6, value, bitCount: labels.count * 4)
  }

  private static func block(
    _ family: IPAddress.Family, _ value: UInt128, bitCount: Int
  ) -> CIDR {
    CIDR(
      // Shifting by the whole width gives zero.
      IPAddress(family: family, value: value << UInt128(family.bitCount - bitCount)),
      prefixLength: bitCount)
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}
