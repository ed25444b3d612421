/// A domain name as DNS compares it: ASCII letters in lower case.
package struct DomainName: Hashable, Sendable, CustomStringConvertible {
  /// Labels with their lengths in front, and the root's zero: `3web7default0`. 1...255 bytes.
  /// Source: RFC 1035, 3.1.
  package let wire: [UInt8]

  package static let root = DomainName(lowercaseWire: [0])
  package static let byteCountMax = 255
  static let labelByteCountMax = 63

  /// - Parameter wire: well-formed and in lower case.
  init(lowercaseWire wire: [UInt8]) { self.wire = wire }

  /// - Parameter wire: well-formed, in any case. Shares its bytes where they are in lower case.
  init(wire: [UInt8]) { self.wire = Self.lowercase(wire) }

  /// Reads `web.default.svc.cluster.local`, with or without a dot at the end. `nil` for empty
  /// labels, labels above 63 bytes and names above 255.
  package init?(_ text: String) {
    var wire: [UInt8] = []
    let body = text.hasSuffix(".") ? text.dropLast() : text[...]
    guard !body.isEmpty || text == "." else { return nil }
    for label in body.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    where text != "." {
      guard (1...Self.labelByteCountMax).contains(label.count) else { return nil }
      wire.append(UInt8(label.count))
      wire.append(contentsOf: label)
    }
    wire.append(0)
    guard wire.count <= Self.byteCountMax else { return nil }
    self.init(wire: wire)
  }

  /// This name below `zone`: `web` below `svc.cluster.local`. `nil` where that is no name.
  package func below(_ zone: DomainName) -> DomainName? {
    guard wire.count - 1 + zone.wire.count <= Self.byteCountMax else { return nil }
    return DomainName(lowercaseWire: wire.dropLast() + zone.wire)
  }

  /// The name one label up; the root's is the root.
  package var parent: DomainName {
    wire.count == 1 ? self : DomainName(lowercaseWire: Array(wire[(Int(wire[0]) + 1)...]))
  }

  /// Whether this is `zone` or lies below it.
  package func isWithin(_ zone: DomainName) -> Bool { labelStart(ofSuffix: zone.wire[...]) != nil }

  /// Where in `wire` a suffix of whole labels begins; `nil` where this name does not end so.
  func labelStart(ofSuffix suffix: ArraySlice<UInt8>) -> Int? {
    let start = wire.count - suffix.count
    guard start >= 0 else { return nil }
    var offset = 0
    while offset < start { offset += Int(wire[offset]) + 1 }
    guard offset == start, wire[start...].elementsEqual(suffix) else { return nil }
    return start
  }

  /// The labels before `zone`, which this lies within, first one first.
  func labels(above zone: DomainName) -> [ArraySlice<UInt8>] {
    var labels: [ArraySlice<UInt8>] = []
    var offset = 0
    while offset < wire.count - zone.wire.count {
      let end = offset + 1 + Int(wire[offset])
      labels.append(wire[(offset + 1)..<end])
      offset = end
    }
    return labels
  }

  /// As written in zone files: dots and unprintable bytes inside labels as `\DDD`, a dot at the end.
  package var description: String {
    guard wire.count > 1 else { return "." }
    var text = ""
    for label in labels(above: .root) {
      for byte in label {
        if (0x21...0x7E).contains(byte) && byte != UInt8(ascii: ".") && byte != UInt8(ascii: "\\") {
          text.unicodeScalars.append(Unicode.Scalar(byte))
        } else {
          let digits = String(byte)
          text += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
        }
      }
      text += "."
    }
    return text
  }

  /// Lengths are below 64 and letters above, so that both may be treated alike.
  private static func lowercase(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.contains(where: { (0x41...0x5A).contains($0) }) else { return bytes }
    return bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
  }
}
