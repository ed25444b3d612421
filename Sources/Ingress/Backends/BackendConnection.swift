import NIOCore
import NIOHTTP1
import Networking

/// Whoever waits for the answer on a connection. Called on its event loop.
protocol AnswerReceiver: AnyObject {
  func didReceive(_ head: HTTPResponseHead)
  func didReceive(_ bytes: ByteBuffer)
  /// One round of reading is over.
  func didReadComplete()
  /// The answer is whole. The connection is not the receiver's any more.
  func didEnd()
  /// There will be no, or no more, answer. The connection is not the receiver's any more.
  func didFail(_ error: BackendError)
  /// The request's body may go on.
  func mayWrite()
}

/// One HTTP/1.1 connection to an endpoint: a request at a time. Lives on one event loop.
final class BackendConnection: ChannelDuplexHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// Where it belongs; `nil` once it is given up.
  weak var pool: EndpointPool?
  /// It has carried a request before.
  private(set) var isReused = false
  private let decoder: AnswerDecoder
  private let timeout: Duration
  private let idleTimeout: Duration
  private var context: ChannelHandlerContext?
  private var receiver: (any AnswerReceiver)?
  /// The request has been written whole.
  private var isSent = false
  private var isKeepAlive = true
  private var isHeld = false
  private var isReadHeld = false
  private var isFlushPending = false
  private var isReading = false
  private var timer: ConnectionTimer?

  init(decoder: AnswerDecoder, limits: IngressLimits) {
    self.decoder = decoder
    timeout = limits.backendTimeout
    idleTimeout = limits.backendIdleTimeout
  }

  var isUsable: Bool { context?.channel.isActive == true }

  // MARK: The request

  /// Sends the head of a request; its body follows by `write`.
  /// - Parameter isWhole: there is no body.
  func begin(
    _ head: ByteBuffer, method: RequestMethod, isWhole: Bool, for receiver: any AnswerReceiver
  ) {
    self.receiver = receiver
    isSent = isWhole
    isKeepAlive = true
    decoder.expectAnswer(to: method)
    context?.write(wrapOutboundOut(head), promise: nil)
    context?.flush()
    watch()
  }

  /// - Returns: whether more should be written now: `mayWrite` tells when it should again.
  func write(_ bytes: ByteBuffer) -> Bool {
    guard let context else { return true }
    context.write(wrapOutboundOut(bytes), promise: nil)
    flushSoon(context)
    watch()
    return context.channel.isWritable
  }

  /// One flush serves what comes in one round of the event loop.
  private func flushSoon(_ context: ChannelHandlerContext) {
    guard !isFlushPending else { return }
    isFlushPending = true
    context.eventLoop.assumeIsolated().execute { [self] in
      isFlushPending = false
      self.context?.flush()
    }
  }

  /// The request is whole.
  func finish() {
    isSent = true
    watch()
  }

  /// Gives the request up; the receiver hears nothing more.
  func cancel() {
    receiver = nil
    close()
  }

  /// Leaves the answer in the socket while `isHeld`.
  func hold(_ isHeld: Bool) {
    guard self.isHeld != isHeld else { return }
    self.isHeld = isHeld
    watch()
    if !isHeld, isReadHeld {
      isReadHeld = false
      context?.read()
    }
  }

  /// The endpoint's time runs while it is the one that is waited for.
  private func watch() {
    guard let context, receiver != nil else { return }
    let isAwaited = !isHeld && (isSent || !context.channel.isWritable)
    timer?.set(isAwaited ? timeout : nil)
  }

  // MARK: Channel events

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    timer = ConnectionTimer(eventLoop: context.eventLoop) { [unowned self] in
      if receiver == nil { close() } else { fail(.timeout) }
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    timer?.cancel()
    timer = nil
    self.context = nil
  }

  func read(context: ChannelHandlerContext) {
    if isHeld { isReadHeld = true } else { context.read() }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    isReading = true
    // Nobody asked: the endpoint says something of its own accord.
    guard let receiver else { return close() }
    switch unwrapInboundIn(data) {
    case .head(let head):
      // An upgrade that nobody asked for leaves bytes behind it that are no HTTP.
      guard head.status != .switchingProtocols else { return fail(.lost) }
      isKeepAlive = head.isKeepAlive
      receiver.didReceive(head)
      watch()
    case .body(let bytes):
      receiver.didReceive(bytes)
      watch()
    case .end: end()
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    isReading = false
    receiver?.didReadComplete()
    context.fireChannelReadComplete()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable { receiver?.mayWrite() }
    watch()
    context.fireChannelWritabilityChanged()
  }

  func channelInactive(context: ChannelHandlerContext) {
    timer?.cancel()
    fail(.lost)
    leavePool()
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { fail(.lost) }

  // MARK: The end of an answer

  private func end() {
    let receiver = self.receiver
    self.receiver = nil
    isReused = true
    isHeld = false
    // First, so that the receiver's next request finds it.
    if isKeepAlive, isSent, isUsable, let pool, pool.keep(self) {
      timer?.set(idleTimeout)
    } else {
      close()
    }
    receiver?.didEnd()
  }

  private func fail(_ error: BackendError) {
    let receiver = self.receiver
    self.receiver = nil
    close()
    receiver?.didFail(error)
  }

  func close() {
    leavePool()
    context?.close(promise: nil)
  }

  private func leavePool() {
    pool?.forget(self)
    pool = nil
  }
}
