import NIOCore

/// Questions in single datagrams.
final class DatagramHandler: ChannelInboundHandler {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>
  typealias OutboundOut = AddressedEnvelope<ByteBuffer>

  private let responder: Responder
  private let filter: ClientFilter
  private var hasWritten = false

  init(_ responder: Responder, _ filter: ClientFilter) {
    self.responder = responder
    self.filter = filter
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let envelope = unwrapInboundIn(data)
    let client = envelope.remoteAddress
    let bytes = Array(envelope.data.readableBytesView)
    guard filter.admits(client) else {
      if let refusal = responder.refusal(of: bytes, over: .datagram) {
        write(refusal, to: client, context)
      }
      return
    }
    switch responder.reply(to: bytes, over: .datagram) {
    case .none: break
    case .now(let reply): write(reply, to: client, context)
    case .later(let future):
      let channel = context.channel
      future.whenSuccess { reply in
        guard channel.isWritable else { return }
        channel.writeAndFlush(
          AddressedEnvelope(remoteAddress: client, data: ByteBuffer(bytes: reply)), promise: nil)
      }
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    guard hasWritten else { return }
    hasWritten = false
    context.flush()
  }

  /// While the kernel takes no more, replies are dropped as on any busy network: clients ask again.
  private func write(
    _ reply: [UInt8], to client: SocketAddress, _ context: ChannelHandlerContext
  ) {
    guard context.channel.isWritable else { return }
    hasWritten = true
    context.write(
      wrapOutboundOut(AddressedEnvelope(remoteAddress: client, data: ByteBuffer(bytes: reply))),
      promise: nil)
  }

  /// A client that closed its port before the answer came shows as an error here.
  func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}
