import NIOCore
import NIOHPACK
import NIOHTTP2

/// One call on one HTTP/2 stream: sends its request when the stream opens, hands out the messages
/// of the answer, and tells once how it ended.
final class GRPCCallHandler: ChannelInboundHandler {
  typealias InboundIn = HTTP2Frame.FramePayload
  typealias OutboundOut = HTTP2Frame.FramePayload

  private let request: GRPCRequest
  private let authority: String
  private let onMessage: ([UInt8]) -> Void
  private let onEnd: (GRPCError?) -> Void
  private var reader: GRPCMessageReader
  private var hasEnded = false

  /// - Parameters:
  ///   - authority: the server's name for the request's head.
  ///   - onMessage: called for each message, on the event loop.
  ///   - onEnd: called once, after the last message; `nil` for a good end.
  init(
    _ request: GRPCRequest, authority: String, onMessage: @escaping ([UInt8]) -> Void,
    onEnd: @escaping (GRPCError?) -> Void
  ) {
    self.request = request
    self.authority = authority
    self.onMessage = onMessage
    self.onEnd = onEnd
    reader = GRPCMessageReader(bytesMax: GRPCRequest.messageBytesMax)
  }

  func channelActive(context: ChannelHandlerContext) {
    let headers = HTTP2Frame.FramePayload.headers(
      .init(headers: request.headers(authority: authority)))
    context.write(wrapOutboundOut(headers), promise: nil)
    let message = GRPCMessageReader.frame(request.message, with: context.channel.allocator)
    let data = HTTP2Frame.FramePayload.data(.init(data: .byteBuffer(message), endStream: true))
    context.writeAndFlush(wrapOutboundOut(data), promise: nil)
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .headers(let frame):
      guard let status = Self.status(in: frame.headers) else {
        if frame.endStream { end(Self.broken, context) }
        return  // the head of an answer whose messages follow
      }
      end(finalStatus(status), context)
    case .data(let frame):
      guard case .byteBuffer(var bytes) = frame.data else { return }
      reader.append(&bytes)
      do throws(GRPCError) {
        while !hasEnded, let message = try reader.next() { onMessage(message) }
      } catch {
        return end(error, context)
      }
      if frame.endStream { end(Self.broken, context) }  // a good end has trailers
    default:
      return
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    end(Self.broken, context)
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    end(GRPCError(code: .unavailable, message: "the connection failed: \(error)"), context)
  }

  private static let broken = GRPCError(code: .unavailable, message: "the connection broke")

  private func end(_ error: GRPCError?, _ context: ChannelHandlerContext) {
    guard !hasEnded else { return }
    hasEnded = true
    onEnd(error)
    context.close(promise: nil)
  }

  private func finalStatus(_ status: GRPCError) -> GRPCError? {
    guard status.code == .ok else { return status }
    return reader.isBetweenMessages ? nil : Self.broken
  }

  /// `nil` for headers that only begin an answer.
  private static func status(in headers: HPACKHeaders) -> GRPCError? {
    if let text = headers.first(name: "grpc-status") {
      let message = headers.first(name: "grpc-message").map(unescaped) ?? ""
      return GRPCError(
        code: Int(text).map(GRPCError.Code.init(rawValue:)) ?? .unknown, message: message)
    }
    guard let status = headers.first(name: ":status"), status != "200" else { return nil }
    return GRPCError(code: .unavailable, message: "what answers there is no gRPC: HTTP \(status)")
  }

  /// Percent-encoded UTF-8. Source: gRPC over HTTP2, "Status-Message".
  private static func unescaped(_ text: String) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"),
        let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(code)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
