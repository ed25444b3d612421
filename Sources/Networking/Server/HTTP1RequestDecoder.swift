import NIOCore
import NIOHTTP1

/// NIO's parser of requests, which can be told that what follows is not HTTP any more.
///
/// NIO's stops by itself behind a request that it takes for an upgrade. What it takes for one is its
/// own affair: where it and `HTTP1RequestHead` are of two minds about a damaged header, it would send
/// parts of requests to handlers that expect bytes.
final class HTTP1RequestDecoder: ByteToMessageDecoder {
  typealias InboundOut = HTTPServerRequestPart

  private let parser = HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)
  /// From here on bytes are kept, for whoever is in the pipeline when this leaves it.
  var isStopped = false

  func decoderAdded(context: ChannelHandlerContext) { parser.decoderAdded(context: context) }
  func decoderRemoved(context: ChannelHandlerContext) { parser.decoderRemoved(context: context) }

  func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
    if isStopped { return .needMoreData }
    return try parser.decode(context: context, buffer: &buffer)
  }

  func decodeLast(
    context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool
  ) throws -> DecodingState {
    guard isStopped else {
      return try parser.decodeLast(context: context, buffer: &buffer, seenEOF: seenEOF)
    }
    let rest = buffer.readSlice(length: buffer.readableBytes)
    if let rest, rest.readableBytes > 0, !seenEOF { context.fireChannelRead(NIOAny(rest)) }
    return .needMoreData
  }
}
