/// A block of addresses that share their first bits: `10.42.0.0/16`.
package struct CIDR: Hashable, Sendable, CustomStringConvertible {
  /// The first address: all bits behind the prefix are zero.
  package let base: IPAddress
  /// 0...32 for IPv4, 0...128 for IPv6.
  package let prefixLength: Int

  /// The block that holds `address`.
  package init(_ address: IPAddress, prefixLength: Int) {
    let hostBitCount = address.family.bitCount - prefixLength
    precondition((0...address.family.bitCount).contains(prefixLength), "prefix out of range")
    self.prefixLength = prefixLength
    base = IPAddress(
      family: address.family,
      // Shifting by the whole width gives zero.
      value: (address.value >> UInt128(hostBitCount)) << UInt128(hostBitCount))
  }

  /// Reads `10.42.0.0/16`. `nil` where the text is no block, or has bits behind its prefix
  /// (`10.42.0.1/16`): whoever wrote that meant something else.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let address = IPAddress(String(parts[0])),
      let length = Int(parts[1]), String(length) == parts[1],
      (0...address.family.bitCount).contains(length)
    else { return nil }
    self.init(address, prefixLength: length)
    guard base == address else { return nil }
  }

  package var family: IPAddress.Family { base.family }

  /// The bits that number the addresses inside: 16 of `10.42.0.0/16`.
  package var hostBitCount: Int { family.bitCount - prefixLength }

  package func contains(_ address: IPAddress) -> Bool {
    address.family == family
      && address.value >> UInt128(hostBitCount) == base.value >> UInt128(hostBitCount)
  }

  package func overlaps(_ other: CIDR) -> Bool {
    prefixLength <= other.prefixLength ? contains(other.base) : other.contains(base)
  }

  /// The address `offset` places after the base; `nil` behind the end of the block.
  package func address(at offset: UInt128) -> IPAddress? {
    guard hostBitCount == 128 || offset >> UInt128(hostBitCount) == 0 else { return nil }
    return IPAddress(family: family, value: base.value + offset)
  }

  package var description: String { "\(base)/\(prefixLength)" }
}
