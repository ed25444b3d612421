/// The pieces of a proto2 message.
/// Source: protobuf.dev, "Encoding".
extension ByteWriter {
  mutating func append(varint value: UInt64) {
    reserve(10)
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }

  mutating func append(key number: Int, _ wireType: WireType) {
    append(varint: UInt64(number) << 3 | UInt64(wireType.rawValue))
  }

  mutating func append(number value: Int64, number: Int) {
    append(key: number, .varint)
    append(varint: UInt64(bitPattern: value))
  }

  mutating func append(text: String, number: Int) {
    var text = text
    text.withUTF8 { append(bytes: $0, number: number) }
  }

  mutating func append(bytes: [UInt8], number: Int) {
    bytes.withUnsafeBufferPointer { append(bytes: $0, number: number) }
  }

  mutating func append(bytes: UnsafeBufferPointer<UInt8>, number: Int) {
    append(key: number, .lengthDelimited)
    append(varint: UInt64(bytes.count))
    append(bytes)
  }

  mutating func append(double value: Double, number: Int) {
    append(key: number, .fixed64)
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      append(UInt8(truncatingIfNeeded: value.bitPattern >> shift))
    }
  }

  /// Writes a message's key, and leaves one byte for its length; returns where the content starts.
  mutating func beginMessage(_ number: Int) -> Int {
    append(key: number, .lengthDelimited)
    append(0)
    return count
  }

  /// Writes the length of what has come since `start`. Lengths of more than one byte move the
  /// content up, which costs less than measuring each message before it is written.
  mutating func endMessage(_ start: Int) {
    let length = count - start
    if length < 0x80 {
      self[start - 1] = UInt8(length)
      return
    }
    var byteCount = 1
    var rest = length >> 7
    while rest > 0 {
      byteCount += 1
      rest >>= 7
    }
    moveUp(from: start, by: byteCount - 1)
    rest = length
    for position in start - 1..<start - 1 + byteCount {
      let isLast = position == start - 2 + byteCount
      self[position] = UInt8(truncatingIfNeeded: rest) & 0x7F | (isLast ? 0 : 0x80)
      rest >>= 7
    }
  }
}

/// How a field's value is laid out on the wire.
enum WireType: UInt8 {
  case varint = 0
  case fixed64 = 1
  case lengthDelimited = 2
  case fixed32 = 5
}
