import NIOCore
import Resources

/// The size of a terminal, in characters.
package struct TerminalSize: Equatable, Sendable {
  package var width: UInt16
  package var height: UInt16

  package init(width: UInt16, height: UInt16) {
    self.width = width
    self.height = height
  }
}

/// Reads terminal sizes off a resize stream: JSON objects `{"Width":80,"Height":24}`, one behind the
/// other.
package struct TerminalSizeDecoder: Sendable {
  /// Far more than one object takes; what grows beyond it is no size and is dropped.
  private static let byteCountMax = 1 << 10

  private var pending: [UInt8] = []

  package init() {}

  /// Objects that are no sizes are left out: a terminal of the wrong size still works.
  package mutating func decode(_ bytes: some Sequence<UInt8>) -> [TerminalSize] {
    var sizes: [TerminalSize] = []
    for byte in bytes {
      if byte == UInt8(ascii: "{") { pending = [] }
      if pending.count < Self.byteCountMax { pending.append(byte) }
      // The object holds no other braces.
      guard byte == UInt8(ascii: "}") else { continue }
      if let size = Self.parse(pending) { sizes.append(size) }
      pending = []
    }
    return sizes
  }

  private static func parse(_ object: [UInt8]) -> TerminalSize? {
    guard let document = try? Document(json: object),
      let width = document["Width"]?.integer.flatMap({ UInt16(exactly: $0) }),
      let height = document["Height"]?.integer.flatMap({ UInt16(exactly: $0) })
    else { return nil }
    return TerminalSize(width: width, height: height)
  }
}
