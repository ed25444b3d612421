import Foundations

extension IPAddress: OpaqueValue {
  package var typeName: String { "net.IP" }
}

/// A block of addresses as written: what stands behind the prefix is kept.
struct NetworkPrefix: OpaqueValue, Equatable {
  let address: IPAddress
  let length: Int

  var typeName: String { "net.CIDR" }
  var block: CIDR { CIDR(address, prefixLength: length) }
  var text: String { "\(address)/\(length)" }

  init(address: IPAddress, length: Int) {
    self.address = address
    self.length = length
  }

  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let address = IPAddress(String(parts[0])), !address.isMappedV4,
      let length = Int(parts[1]), String(length) == parts[1],
      (0...address.family.bitCount).contains(length)
    else { return nil }
    self.init(address: address, length: length)
  }
}

/// Source: Kubernetes documentation, "CEL", IP and CIDR libraries.
extension FunctionTable {
  mutating func addAddresses() {
    let type = CELType.opaque("net.IP")
    global("ip", [.string], type) { (a, _) throws(EvaluationError) in
      .opaque(try Self.address(Self.text(a[0])))
    }
    global("isIP", [.string], .bool) { a, _ in
      .bool(IPAddress(Self.text(a[0])).map { !$0.isMappedV4 } ?? false)
    }
    global("ip.isCanonical", [.string], .bool) { (a, _) throws(EvaluationError) in
      .bool(try Self.address(Self.text(a[0])).description == Self.text(a[0]))
    }
    global("string", [type], .string) { (a, _) throws(EvaluationError) in
      .string(try a[0].asOpaque(IPAddress.self).description)
    }
    member("family", [type], .int) { (a, _) throws(EvaluationError) in
      .int(try a[0].asOpaque(IPAddress.self).family.rawValue)
    }
    let tests: [(String, @Sendable (IPAddress) -> Bool)] = [
      ("isUnspecified", { $0.value == 0 }), ("isLoopback", { $0.isLoopback }),
      ("isLinkLocalMulticast", { $0.isLinkLocalMulticast }),
      ("isLinkLocalUnicast", { $0.isLinkLocalUnicast }),
      ("isGlobalUnicast", { $0.isGlobalUnicast }),
    ]
    for (name, test) in tests {
      member(name, [type], .bool) { (a, _) throws(EvaluationError) in
        .bool(test(try a[0].asOpaque(IPAddress.self)))
      }
    }
    addBlocks(type)
  }

  private mutating func addBlocks(_ address: CELType) {
    let type = CELType.opaque("net.CIDR")
    global("cidr", [.string], type) { (a, _) throws(EvaluationError) in
      .opaque(try Self.block(Self.text(a[0])))
    }
    global("isCIDR", [.string], .bool) { a, _ in .bool(NetworkPrefix(Self.text(a[0])) != nil) }
    global("string", [type], .string) { (a, _) throws(EvaluationError) in
      .string(try a[0].asOpaque(NetworkPrefix.self).text)
    }
    member("containsIP", [type, .string], .bool) { (a, _) throws(EvaluationError) in
      .bool(
        try a[0].asOpaque(NetworkPrefix.self).block.contains(try Self.address(Self.text(a[1]))))
    }
    member("containsIP", [type, address], .bool) { (a, _) throws(EvaluationError) in
      .bool(
        try a[0].asOpaque(NetworkPrefix.self).block.contains(try a[1].asOpaque(IPAddress.self)))
    }
    let contains: @Sendable (NetworkPrefix, NetworkPrefix) -> Value = { outer, inner in
      .bool(outer.block.contains(inner.address) && outer.length <= inner.length)
    }
    member("containsCIDR", [type, .string], .bool) { (a, _) throws(EvaluationError) in
      contains(try a[0].asOpaque(NetworkPrefix.self), try Self.block(Self.text(a[1])))
    }
    member("containsCIDR", [type, type], .bool) { (a, _) throws(EvaluationError) in
      contains(try a[0].asOpaque(NetworkPrefix.self), try a[1].asOpaque(NetworkPrefix.self))
    }
    member("ip", [type], address) { (a, _) throws(EvaluationError) in
      .opaque(try a[0].asOpaque(NetworkPrefix.self).address)
    }
    member("prefixLength", [type], .int) { (a, _) throws(EvaluationError) in
      .int(try a[0].asOpaque(NetworkPrefix.self).length)
    }
    member("masked", [type], type) { (a, _) throws(EvaluationError) in
      let prefix = try a[0].asOpaque(NetworkPrefix.self)
      return .opaque(NetworkPrefix(address: prefix.block.base, length: prefix.length))
    }
  }

  private static func address(_ text: String) throws(EvaluationError) -> IPAddress {
    guard let address = IPAddress(text) else {
      throw EvaluationError(
        "IP Address \"\(text)\" parse error during conversion from string: "
          + "ParseAddr(\"\(text)\"): unable to parse IP")
    }
    guard !address.isMappedV4 else {
      throw EvaluationError("IPv4-mapped IPv6 address \"\(text)\" is not allowed")
    }
    return address
  }

  private static func block(_ text: String) throws(EvaluationError) -> NetworkPrefix {
    guard let prefix = NetworkPrefix(text) else {
      throw EvaluationError(
        "network address parse error during conversion from string: "
          + "netip.ParsePrefix(\"\(text)\"): not a prefix")
    }
    return prefix
  }
}

extension IPAddress {
  fileprivate func isIn(_ block: String) -> Bool { CIDR(block)?.contains(self) == true }
  var isMappedV4: Bool { isIn("::ffff:0:0/96") }
  var isLoopback: Bool { isIn("127.0.0.0/8") || isIn("::1/128") }
  var isMulticast: Bool { isIn("224.0.0.0/4") || isIn("ff00::/8") }
  var isLinkLocalMulticast: Bool { isIn("224.0.0.0/24") || isIn("ff02::/16") }
  var isLinkLocalUnicast: Bool { isIn("169.254.0.0/16") || isIn("fe80::/10") }
  var isGlobalUnicast: Bool {
    value != 0 && !isLoopback && !isMulticast && !isLinkLocalUnicast
      && self != IPAddress("255.255.255.255")
  }
}
