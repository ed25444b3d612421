import NIOCore
import NIOHTTP1
import Networking

/// One HTTP/1.1 connection to an endpoint: a request at a time. Lives on one event loop.
final class BackendConnection: ChannelDuplexHandler, BackendStream {
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
  private var isChunked = false
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

  func begin(_ request: ForwardedRequest, for receiver: any AnswerReceiver) {
    self.receiver = receiver
    isSent = request.isWhole
    isChunked = request.framing == .chunked
    isKeepAlive = true
    decoder.expectAnswer(to: request.request.method)
    let head = RequestForwarding.head(
      of: request.request, port: request.port, framing: request.framing,
      allocator: ByteBufferAllocator())
    context?.write(wrapOutboundOut(head), promise: nil)
    context?.flush()
    watch()
  }

  func write(_ bytes: ByteBuffer) -> Bool {
    guard let context else { return true }
    var piece = bytes
    if isChunked {
      piece = ByteBuffer(string: String(bytes.readableBytes, radix: 16) + "\r\n")
      piece.writeImmutableBuffer(bytes)
      piece.writeStaticString("\r\n")
    }
    context.write(wrapOutboundOut(piece), promise: nil)
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

  func finish() {
    if isChunked, let context {
      context.write(wrapOutboundOut(ByteBuffer(string: "0\r\n\r\n")), promise: nil)
      flushSoon(context)
    }
    isSent = true
    watch()
  }

  func cancel() {
    receiver = nil
    close()
  }

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
      receiver.didReceive(RequestForwarding.answerHead(head))
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
    receiver?.didEnd(trailers: HeaderFields())
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
