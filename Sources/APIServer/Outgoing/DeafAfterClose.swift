import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Reads nothing more of who goes on sending after this side has closed the connection. Behind TLS,
/// closing waits some seconds for the other side to agree, and what comes meanwhile would fill the
/// HTTP decoder, which keeps all that follows a switch of protocols.
final class DeafAfterClose: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private enum State {
    /// Then `closing`.
    case open
    /// A connection that agrees closes here; then `deaf`.
    case closing
    /// It has sent more than the end of TLS: its time to agree runs out.
    case deaf
  }

  private var state = State.open

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    if mode == .all { state = .closing }
    context.close(mode: mode, promise: promise)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if case .open = state { context.fireChannelRead(data) } else { state = .deaf }
  }

  func read(context: ChannelHandlerContext) {
    if case .deaf = state { return }
    context.read()
  }
}

extension HTTPClient.Configuration {
  /// Has it before the decoder of every connection of HTTP/1.1.
  mutating func closeDeaf() {
    http1_1ConnectionDebugInitializer = { channel in
      channel.eventLoop.makeCompletedFuture {
        let pipeline = channel.pipeline.syncOperations
        let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPResponseDecoder>.self)
        try pipeline.addHandler(DeafAfterClose(), position: .before(decoder))
      }
    }
  }
}
