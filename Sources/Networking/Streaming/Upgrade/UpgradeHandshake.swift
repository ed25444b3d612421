import NIOCore

/// Waits for the answer to one upgrade request on a channel, and makes way for a `ChannelDuplex`
/// after a 101.
///
/// `@unchecked Sendable`: state is touched on the channel's event loop only.
final class UpgradeHandshake: ChannelInboundHandler, RemovableChannelHandler, @unchecked Sendable {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  let answer: EventLoopFuture<UpgradeClient.Answer>
  private let promise: EventLoopPromise<UpgradeClient.Answer>
  private var parser = UpgradeResponseParser()
  private var isAnswered = false

  /// - Parameter eventLoop: the channel's.
  init(on eventLoop: any EventLoop) {
    promise = eventLoop.makePromise()
    answer = promise.futureResult
  }

  /// Gives up. On the event loop.
  func fail(_ error: any Error, on channel: any Channel) {
    guard !isAnswered else { return }
    isAnswered = true
    promise.fail(error)
    channel.close(promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    // Behind an answer that is no upgrade comes nothing of interest.
    guard !isAnswered else { return }
    do {
      guard let answer = try parser.feed(unwrapInboundIn(data)) else { return }
      try complete(answer, context)
    } catch {
      fail(error, on: context.channel)
    }
  }

  private func complete(
    _ answer: UpgradeResponseParser.Answer, _ context: ChannelHandlerContext
  ) throws {
    switch answer {
    case .refused(let response):
      isAnswered = true
      promise.succeed(.refused(response))
      context.close(promise: nil)
    case .upgraded(let headers, let rest):
      let duplex = try ChannelDuplex.install(on: context.channel)
      isAnswered = true
      if rest.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(rest)) }
      context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
      promise.succeed(.upgraded(headers, duplex))
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    fail(error, on: context.channel)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case ChannelEvent.inputClosed = event { inputEnded(context) }
    context.fireUserInboundEventTriggered(event)
  }

  func channelInactive(context: ChannelHandlerContext) {
    inputEnded(context)
    context.fireChannelInactive()
  }

  private func inputEnded(_ context: ChannelHandlerContext) {
    guard !isAnswered else { return }
    do {
      try complete(try parser.end(), context)
    } catch {
      fail(error, on: context.channel)
    }
  }

  /// The channel is gone, or never came to be; or this has done its work.
  func handlerRemoved(context: ChannelHandlerContext) {
    if !isAnswered { promise.fail(ChannelError.eof) }
  }
}
