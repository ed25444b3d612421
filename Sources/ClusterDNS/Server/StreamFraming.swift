import NIOCore

/// Cuts a stream into messages, each with its length in front. Source: RFC 1035, 4.2.2.
struct StreamFrameDecoder: ByteToMessageDecoder {
  typealias InboundOut = ByteBuffer

  mutating func decode(
    context: ChannelHandlerContext, buffer: inout ByteBuffer
  ) throws -> DecodingState {
    guard let frame = buffer.readLengthPrefixedSlice(as: UInt16.self) else { return .needMoreData }
    context.fireChannelRead(wrapInboundOut(frame))
    return .continue
  }

  mutating func decodeLast(
    context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool
  ) throws -> DecodingState {
    try decode(context: context, buffer: &buffer)
  }
}

extension ByteBuffer {
  /// A message as a stream carries it.
  /// - Parameter message: at most 65,535 bytes, as no message is longer.
  init(framing message: [UInt8]) {
    self.init()
    reserveCapacity(message.count + 2)
    writeInteger(UInt16(message.count))
    writeBytes(message)
  }
}
