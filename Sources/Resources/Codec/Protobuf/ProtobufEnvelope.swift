/// What stands around an object's message: its kind, and where the message lies.
struct ProtobufEnvelope {
  var apiVersion = ""
  var kind = ""
  /// The message's place in the body.
  var raw: Range<Int> = 0..<0

  /// Source: apimachinery runtime `Unknown`: typeMeta 1, raw 2, contentEncoding 3, contentType 4.
  init(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int = 0) throws(ProtobufError) {
    guard bytes.dropFirst(start).starts(with: ProtobufCodec.magic) else { throw .noEnvelope }
    var cursor = WireCursor(bytes, start + ProtobufCodec.magic.count..<bytes.count)
    raw = cursor.end..<cursor.end
    while let key = try cursor.key() {
      switch key.number {
      case 1: try readTypeMeta(bytes, try cursor.content(key))
      case 2: raw = try cursor.content(key)
      case 3:
        let encoding = try cursor.string(key)
        if !encoding.isEmpty { throw .unsupportedContent(encoding) }
      case 4:
        let type = try cursor.string(key)
        if !type.isEmpty && !type.hasPrefix("application/vnd.kubernetes.protobuf") {
          throw .unsupportedContent(type)
        }
      default: try cursor.skip(key)
      }
    }
  }

  private mutating func readTypeMeta(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
  ) throws(ProtobufError) {
    var cursor = WireCursor(bytes, range)
    while let key = try cursor.key() {
      switch key.number {
      case 1: apiVersion = try cursor.string(key)
      case 2: kind = try cursor.string(key)
      default: try cursor.skip(key)
      }
    }
  }
}
