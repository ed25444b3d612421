import NIOCore
import NIOHTTP1

/// Waits for the answer to one upgrade request on a channel, and takes HTTP off it after a 101.
///
/// `@unchecked Sendable`: state is touched on the channel's event loop only.
final class UpgradeHandshake: ChannelInboundHandler, RemovableChannelHandler, @unchecked Sendable {
  typealias InboundIn = HTTPClientResponsePart

  /// An error page; nobody needs more of it.
  private static let bodyByteCountMax = 1 << 20

  let answer: EventLoopFuture<UpgradeClient.Answer>
  private let promise: EventLoopPromise<UpgradeClient.Answer>
  private let encoder: HTTPRequestEncoder
  private let decoder: ByteToMessageHandler<HTTPResponseDecoder>
  private var head: HTTPResponseHead?
  private var body = ByteBuffer()
  private var isAnswered = false

  private init(_ promise: EventLoopPromise<UpgradeClient.Answer>) {
    self.promise = promise
    self.answer = promise.futureResult
    self.encoder = HTTPRequestEncoder()
    self.decoder = ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .forwardBytes))
  }

  /// On the channel's event loop.
  static func install(on channel: any Channel) throws -> UpgradeHandshake {
    let handshake = UpgradeHandshake(channel.eventLoop.makePromise())
    try channel.pipeline.syncOperations.addHandlers(
      handshake.encoder, handshake.decoder, handshake)
    return handshake
  }

  /// Gives up. On the event loop.
  func fail(_ error: any Error, on channel: any Channel) {
    guard !isAnswered else { return }
    isAnswered = true
    promise.fail(error)
    channel.close(promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): self.head = head
    case .body(var bytes):
      guard body.readableBytes + bytes.readableBytes <= Self.bodyByteCountMax else {
        return complete(context)
      }
      body.writeBuffer(&bytes)
    case .end: complete(context)
    }
  }

  private func complete(_ context: ChannelHandlerContext) {
    guard let head, !isAnswered else { return }
    var headers = HeaderFields(reservingCapacity: head.headers.count)
    for field in head.headers { headers.add(field.name, field.value) }
    guard head.status == .switchingProtocols else {
      let bytes = Array(body.readableBytesView)
      isAnswered = true
      promise.succeed(
        .refused(
          ServerResponse(status: Int(head.status.code), headers: headers, body: .bytes(bytes))))
      return context.close(promise: nil)
    }
    do {
      try leaveHTTP(context, headers)
    } catch {
      fail(error, on: context.channel)
    }
  }

  /// The decoder goes last: it passes on the bytes it still holds, and they find the duplex.
  private func leaveHTTP(_ context: ChannelHandlerContext, _ headers: HeaderFields) throws {
    let pipeline = context.pipeline.syncOperations
    let handlers = [
      context, try pipeline.context(handler: encoder), try pipeline.context(handler: decoder),
    ]
    let duplex = try ChannelDuplex.install(on: context.channel)
    isAnswered = true
    for handler in handlers { pipeline.removeHandler(context: handler, promise: nil) }
    // Last: the decoder leaves with a task of its own, which must be queued before any write, since
    // until then it takes each write for a request.
    promise.succeed(.upgraded(headers, duplex))
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    fail(error, on: context.channel)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case ChannelEvent.inputClosed = event { context.close(promise: nil) }
    context.fireUserInboundEventTriggered(event)
  }

  /// The channel is gone, or never came to be; or this has done its work.
  func handlerRemoved(context: ChannelHandlerContext) {
    if !isAnswered { promise.fail(ChannelError.eof) }
  }
}
