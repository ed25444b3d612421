#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// An IPv4 or IPv6 address, as a number: addresses of one family are ordered and counted.
package struct IPAddress: Hashable, Comparable, Sendable, CustomStringConvertible {
  package enum Family: Int, Sendable {
    case v4 = 4
    case v6 = 6

    package var bitCount: Int { self == .v4 ? 32 : 128 }
  }

  package let family: Family
  /// In network order: `10.0.0.1` is 0x0A000001.
  package let value: UInt128

  package init(family: Family, value: UInt128) {
    precondition(family == .v6 || value <= UInt128(UInt32.max), "an IPv4 address has 32 bits")
    self.family = family
    self.value = value
  }

  /// Takes 4 bytes or 16 bytes in network order; `nil` for any other count.
  package init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    self.init(
      family: bytes.count == 4 ? .v4 : .v6,
      value: bytes.reduce(0) { $0 << 8 | UInt128($1) })
  }

  /// Reads `10.0.0.1` or `fd00::1`: no leading zeros in IPv4, no zone, no brackets, no spaces.
  package init?(_ text: String) {
    guard !text.utf8.contains(0) else { return nil }
    var bytes = [UInt8](repeating: 0, count: 16)
    if inet_pton(AF_INET, text, &bytes) == 1 {
      self.init(bytes: bytes.prefix(4))
    } else if inet_pton(AF_INET6, text, &bytes) == 1 {
      self.init(bytes: bytes)
    } else {
      return nil
    }
  }

  /// Network order: 4 bytes or 16.
  package var bytes: [UInt8] {
    stride(from: family.bitCount - 8, through: 0, by: -8).map {
      UInt8(truncatingIfNeeded: value >> UInt128($0))
    }
  }

  /// IPv4 before IPv6, then by number.
  package static func < (left: Self, right: Self) -> Bool {
    (left.family.rawValue, left.value) < (right.family.rawValue, right.value)
  }

  /// The shortest form, as RFC 5952 asks for in IPv6.
  package var description: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    let code = family == .v4 ? AF_INET : AF_INET6
    // Cannot fail: the family is known and the buffer holds the longest text.
    inet_ntop(code, bytes, &text, socklen_t(text.count))
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
