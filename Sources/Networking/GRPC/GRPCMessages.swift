import NIOCore

/// Messages on the wire: a byte that says whether one is compressed, four for its length, itself.
/// Source: gRPC over HTTP2, "Length-Prefixed-Message".
struct GRPCMessageReader {
  /// What has come and is no whole message yet.
  private var waiting = ByteBuffer()
  private let bytesMax: Int

  init(bytesMax: Int) { self.bytesMax = bytesMax }

  /// Nothing of an unfinished message may be left when a call ends well.
  var isBetweenMessages: Bool { waiting.readableBytes == 0 }

  mutating func append(_ bytes: inout ByteBuffer) {
    waiting.discardReadBytes()
    waiting.writeBuffer(&bytes)
  }

  /// The next whole message; `nil` when more bytes are needed.
  mutating func next() throws(GRPCError) -> [UInt8]? {
    let start = waiting.readerIndex
    guard let isCompressed = waiting.getInteger(at: start, as: UInt8.self),
      let count = waiting.getInteger(at: start + 1, as: UInt32.self)
    else { return nil }
    guard isCompressed == 0 else {
      throw GRPCError(code: .unknown, message: "the answer is compressed, which was not asked for")
    }
    guard Int(count) <= bytesMax else {
      throw GRPCError(
        code: .resourceExhausted, message: "the answer has \(count) bytes, more than \(bytesMax)")
    }
    guard waiting.readableBytes >= 5 + Int(count) else { return nil }
    waiting.moveReaderIndex(forwardBy: 5)
    return waiting.readBytes(length: Int(count))
  }

  static func frame(_ message: [UInt8], with allocator: ByteBufferAllocator) -> ByteBuffer {
    var buffer = allocator.buffer(capacity: 5 + message.count)
    buffer.writeInteger(UInt8(0))
    buffer.writeInteger(UInt32(message.count))
    buffer.writeBytes(message)
    return buffer
  }
}
