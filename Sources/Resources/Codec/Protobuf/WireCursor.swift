/// A place in a protobuf message. Every read stays inside `end`.
struct WireCursor {
  let bytes: UnsafeBufferPointer<UInt8>
  var offset: Int
  let end: Int

  struct Key {
    let number: Int
    let wireType: WireType
  }

  /// - Precondition: `range` lies inside `bytes`.
  init(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
    self.bytes = bytes
    self.offset = range.lowerBound
    self.end = range.upperBound
  }

  /// The next field's key; `nil` at the message's end.
  mutating func key() throws(ProtobufError) -> Key? {
    if offset == end { return nil }
    let start = offset
    let value = try varint()
    guard value >> 3 <= 536_870_911, value >> 3 > 0,
      let wireType = WireType(rawValue: UInt8(value & 7))
    else { throw .wrongWireType(offset: start) }
    return Key(number: Int(value >> 3), wireType: wireType)
  }

  mutating func varint() throws(ProtobufError) -> UInt64 {
    let start = offset
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while offset < end {
      let byte = bytes[offset]
      offset += 1
      // The tenth byte has room for one bit.
      guard shift < 63 || byte <= 1 else { throw .invalidVarint(offset: start) }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    throw .unexpectedEnd(offset: end)
  }

  mutating func number(_ key: Key) throws(ProtobufError) -> Int64 {
    guard key.wireType == .varint else { throw .wrongWireType(offset: offset) }
    return Int64(bitPattern: try varint())
  }

  mutating func double(_ key: Key) throws(ProtobufError) -> Double {
    guard key.wireType == .fixed64 else { throw .wrongWireType(offset: offset) }
    guard end - offset >= 8 else { throw .unexpectedEnd(offset: end) }
    var bits: UInt64 = 0
    for position in 0..<8 { bits |= UInt64(bytes[offset + position]) << UInt64(position * 8) }
    offset += 8
    return Double(bitPattern: bits)
  }

  /// Where a text, bytes or message lies; moves behind it.
  mutating func content(_ key: Key) throws(ProtobufError) -> Range<Int> {
    guard key.wireType == .lengthDelimited else { throw .wrongWireType(offset: offset) }
    let count = try varint()
    guard count <= UInt64(end - offset) else { throw .unexpectedEnd(offset: end) }
    let start = offset
    offset += Int(count)
    return start..<offset
  }

  mutating func string(_ key: Key) throws(ProtobufError) -> String {
    let range = try content(key)
    try checkText(range)
    return String(decoding: bytes[range], as: UTF8.self)
  }

  func checkText(_ range: Range<Int>) throws(ProtobufError) {
    guard let base = bytes.baseAddress,
      ByteScan.isUTF8(base, from: range.lowerBound, to: range.upperBound)
    else { throw .invalidUTF8(offset: range.lowerBound) }
  }

  mutating func skip(_ key: Key) throws(ProtobufError) {
    let byteCount: Int
    switch key.wireType {
    case .varint:
      _ = try varint()
      return
    case .lengthDelimited:
      _ = try content(key)
      return
    case .fixed64: byteCount = 8
    case .fixed32: byteCount = 4
    }
    guard end - offset >= byteCount else { throw .unexpectedEnd(offset: end) }
    offset += byteCount
  }
}
