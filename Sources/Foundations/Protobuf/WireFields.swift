/// The fields of a protobuf message, in the order in which they came. For protocols of few messages;
/// objects of the API are read by their schema.
/// Source: Protocol Buffers documentation, "Encoding".
package struct WireFields: Sendable {
  package enum Value: Equatable, Sendable {
    case varint(UInt64)
    case fixed64(UInt64)
    case fixed32(UInt32)
    /// A text, bytes, or a message.
    case content([UInt8])
  }

  /// Why bytes are no message.
  package struct Malformed: Error, Equatable, CustomStringConvertible {
    package let offset: Int

    package init(offset: Int) { self.offset = offset }

    package var description: String { "no protobuf message: byte \(offset) is out of place" }
  }

  package let fields: [(number: Int, value: Value)]

  /// Cost is O(bytes).
  package init(_ bytes: [UInt8]) throws(Malformed) {
    var reader = Reader(bytes: bytes)
    var fields: [(number: Int, value: Value)] = []
    while reader.offset < bytes.count { fields.append(try reader.field()) }
    self.fields = fields
  }

  /// All contents under a number, in order.
  package func contents(_ number: Int) -> [[UInt8]] {
    fields.compactMap {
      guard $0.number == number, case .content(let bytes) = $0.value else { return nil }
      return bytes
    }
  }

  /// The last content under a number; empty where there is none.
  package func bytes(_ number: Int) -> [UInt8] { contents(number).last ?? [] }

  /// - Returns: `nil` where it is no UTF-8.
  package func text(_ number: Int) -> String? { String(validating: bytes(number), as: UTF8.self) }

  /// The last number under a number; zero where there is none.
  package func varint(_ number: Int) -> UInt64 {
    for field in fields.reversed() where field.number == number {
      if case .varint(let value) = field.value { return value }
    }
    return 0
  }

  private struct Reader {
    let bytes: [UInt8]
    var offset = 0

    mutating func field() throws(Malformed) -> (number: Int, value: Value) {
      let start = offset
      let key = try varint()
      guard (1...536_870_911).contains(key >> 3) else { throw Malformed(offset: start) }
      let number = Int(key >> 3)
      switch key & 7 {
      case 0: return (number, .varint(try varint()))
      case 1: return (number, .fixed64(try fixed(8)))
      case 2:
        let count = try varint()
        guard count <= UInt64(bytes.count - offset) else { throw Malformed(offset: offset) }
        defer { offset += Int(count) }
        return (number, .content(Array(bytes[offset..<offset + Int(count)])))
      case 5: return (number, .fixed32(UInt32(truncatingIfNeeded: try fixed(4))))
      default: throw Malformed(offset: start)
      }
    }

    private mutating func varint() throws(Malformed) -> UInt64 {
      var value: UInt64 = 0
      for shift in stride(from: UInt64(0), to: 70, by: 7) {
        // The tenth byte has room for one bit.
        guard offset < bytes.count, shift < 63 || bytes[offset] <= 1 else {
          throw Malformed(offset: offset)
        }
        let byte = bytes[offset]
        offset += 1
        value |= UInt64(byte & 0x7F) << shift
        if byte < 0x80 { return value }
      }
      throw Malformed(offset: offset)
    }

    private mutating func fixed(_ byteCount: Int) throws(Malformed) -> UInt64 {
      guard bytes.count - offset >= byteCount else { throw Malformed(offset: offset) }
      var value: UInt64 = 0
      for position in 0..<byteCount { value |= UInt64(bytes[offset + position]) << (8 * position) }
      offset += byteCount
      return value
    }
  }
}
