import NIOCore

/// Questions on one connection, answered as answers come: not always in order (RFC 7766, 6.2.1.1).
final class StreamHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let responder: Responder

  init(_ responder: Responder) { self.responder = responder }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    // A client that asks and does not read is done with.
    guard context.channel.isWritable else { return context.close(promise: nil) }
    let bytes = Array(unwrapInboundIn(data).readableBytesView)
    switch responder.reply(to: bytes, over: .stream) {
    case .none: context.close(promise: nil)
    case .now(let reply):
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(framing: reply)), promise: nil)
    case .later(let future):
      let channel = context.channel
      future.whenSuccess { reply in
        guard channel.isActive, channel.isWritable else { return }
        channel.writeAndFlush(ByteBuffer(framing: reply), promise: nil)
      }
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is IdleStateHandler.IdleStateEvent { return context.close(promise: nil) }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}
