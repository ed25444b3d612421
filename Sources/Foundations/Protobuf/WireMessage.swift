/// A protobuf message that is put together field by field: for protocols of few messages, which need
/// no generated code. Empty texts and zeros are left out, as proto3 has it.
/// Source: Protocol Buffers documentation, "Encoding".
package struct WireMessage: Equatable, Sendable {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func add(_ number: Int, _ text: String) { add(number, text.utf8) }

  package mutating func add(_ number: Int, _ content: some Collection<UInt8>) {
    if !content.isEmpty { addPresent(number, content) }
  }

  /// A message within this one, also an empty one.
  package mutating func add(_ number: Int, _ message: WireMessage) {
    addPresent(number, message.bytes)
  }

  package mutating func add(_ number: Int, varint value: UInt64) {
    if value != 0 { addPresent(number, varint: value) }
  }

  /// Also zero.
  package mutating func addPresent(_ number: Int, varint value: UInt64) {
    key(number, 0)
    varint(value)
  }

  /// Eight bytes, the least significant first.
  package mutating func add(_ number: Int, fixed value: UInt64) {
    if value != 0 { addPresent(number, fixed: value) }
  }

  /// Also zero.
  package mutating func addPresent(_ number: Int, fixed value: UInt64) {
    key(number, 1)
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  /// A text, bytes or a message, also an empty one.
  package mutating func addPresent(_ number: Int, _ content: some Collection<UInt8>) {
    key(number, 2)
    varint(UInt64(content.count))
    bytes.append(contentsOf: content)
  }

  private mutating func key(_ number: Int, _ wireType: UInt64) {
    varint(UInt64(number) << 3 | wireType)
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
