import Foundations
import NIOCore
import NIOPosix

/// One question to one server: a socket of its own, so that a forger has to guess the port beside the
/// id.
struct UpstreamExchange {
  let question: UpstreamQuestion
  let server: UpstreamServer
  let timeout: Duration
  let eventLoop: any EventLoop

  /// Asks by datagram, and once more by stream when the answer was cut.
  func run() -> EventLoopFuture<[UInt8]> {
    ask(over: .datagram).flatMap { answer in
      let isCut = answer[2] & 0x02 != 0
      guard isCut else { return eventLoop.makeSucceededFuture(answer) }
      // The cut answer is better than none: the client will come back by stream and find the same.
      return ask(over: .stream).flatMapErrorThrowing { _ in answer }
    }
  }

  private enum Transport { case datagram, stream }

  private func ask(over transport: Transport) -> EventLoopFuture<[UInt8]> {
    let promise = eventLoop.makePromise(of: [UInt8].self)
    let expected = ExpectedAnswer(
      question: question, id: UInt16.random(in: .min ... .max), promise: promise)
    let deadline = eventLoop.scheduleTask(in: TimeAmount(timeout)) {
      promise.fail(UpstreamError.timeout)
    }
    let channel = connect(transport, expected)
    channel.whenFailure { promise.fail($0) }
    promise.futureResult.whenComplete { _ in
      deadline.cancel()
      channel.whenSuccess { $0.close(promise: nil) }
    }
    return promise.futureResult
  }

  private func connect(
    _ transport: Transport, _ expected: ExpectedAnswer
  ) -> EventLoopFuture<any Channel> {
    let address: SocketAddress
    do {
      address = try SocketAddress(
        ipAddress: server.address.description, port: server.port)
    } catch {
      return eventLoop.makeFailedFuture(error)
    }
    switch transport {
    case .datagram:
      return DatagramBootstrap(group: eventLoop)
        .channelOption(
          .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 4096)
        )
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(
              DatagramExchangeHandler(expected, server: address))
          }
        }
        .connect(to: address)
    case .stream:
      return ClientBootstrap(group: eventLoop)
        .connectTimeout(TimeAmount(timeout))
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandlers([
              ByteToMessageHandler(StreamFrameDecoder()), StreamExchangeHandler(expected),
            ])
          }
        }
        .connect(to: address)
    }
  }
}

/// What was sent, and who waits for the answer to it.
private struct ExpectedAnswer: Sendable {
  let question: UpstreamQuestion
  let id: UInt16
  let promise: EventLoopPromise<[UInt8]>

  var message: [UInt8] { question.message(id: id) }

  /// Anything else is left alone: the true answer may still come.
  func offer(_ buffer: ByteBuffer) {
    let bytes = Array(buffer.readableBytesView)
    if question.isAnswered(by: bytes, id: id) { promise.succeed(bytes) }
  }
}

private final class DatagramExchangeHandler: ChannelInboundHandler {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>
  typealias OutboundOut = AddressedEnvelope<ByteBuffer>

  private let expected: ExpectedAnswer
  private let server: SocketAddress

  init(_ expected: ExpectedAnswer, server: SocketAddress) {
    self.expected = expected
    self.server = server
  }

  func channelActive(context: ChannelHandlerContext) {
    let envelope = AddressedEnvelope(
      remoteAddress: server, data: ByteBuffer(bytes: expected.message))
    context.writeAndFlush(wrapOutboundOut(envelope), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    expected.offer(unwrapInboundIn(data).data)
  }

  /// A refused port, in most cases: no need to wait for the timeout.
  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    expected.promise.fail(error)
  }
}

private final class StreamExchangeHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let expected: ExpectedAnswer

  init(_ expected: ExpectedAnswer) { self.expected = expected }

  func channelActive(context: ChannelHandlerContext) {
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(framing: expected.message)), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    expected.offer(unwrapInboundIn(data))
  }

  func channelInactive(context: ChannelHandlerContext) {
    expected.promise.fail(UpstreamError.closed)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    expected.promise.fail(error)
  }
}
