import NIOCore
import NIOHTTP1
import Networking

/// NIO's parser of answers, told directly which requests they answer: that decides whether a body
/// follows.
final class AnswerDecoder: ByteToMessageDecoder {
  typealias InboundOut = HTTPClientResponsePart

  private let parser = HTTPResponseDecoder(
    leftOverBytesStrategy: .dropBytes, informationalResponseStrategy: .drop)

  func expectAnswer(to method: RequestMethod) {
    let head = HTTPRequestHead(
      version: .http1_1, method: HTTPMethod(rawValue: method.token), uri: "/")
    parser.write(data: .head(head))
  }

  func decoderAdded(context: ChannelHandlerContext) { parser.decoderAdded(context: context) }
  func decoderRemoved(context: ChannelHandlerContext) { parser.decoderRemoved(context: context) }

  func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
    try parser.decode(context: context, buffer: &buffer)
  }

  func decodeLast(
    context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool
  ) throws -> DecodingState {
    try parser.decodeLast(context: context, buffer: &buffer, seenEOF: seenEOF)
  }
}
