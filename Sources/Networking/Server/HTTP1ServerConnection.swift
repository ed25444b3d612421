import DequeModule
import NIOCore
import NIOHTTP1

/// Serves HTTP/1.1 on one connection: one request at a time, further ones wait.
///
/// Sits behind NIO's request decoder and writes bytes itself: the head and a small body leave as
/// one buffer.
final class HTTP1ServerConnection: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  enum Phase {
    /// No request. Next: `receiving`, `lingering`.
    case idle
    /// The head is there, the body comes. Next: `answering`, `lingering`.
    case receiving(HTTP1RequestHead)
    /// The handler has the request. Next: `idle`, `lingering`, `upgraded`.
    case answering(Exchange)
    /// Answered for the last time; what still comes is thrown away for a moment, because closing
    /// on unread bytes resets the connection and may take the answer with it. Next: none.
    case lingering
    /// Not ours any more. Next: none.
    case upgraded
  }

  /// An announced length is no proof that so much will come.
  private static let bodyReservationMax = 256 << 10
  /// How long a closing connection still reads.
  private static let lingerTime: Duration = .seconds(2)

  let services: ConnectionServices
  private let facts: ConnectionFacts
  private let decoder: HTTP1RequestDecoder
  private(set) var context: ChannelHandlerContext?
  var phase = Phase.idle
  /// Of the request that is being received.
  private var body: [UInt8] = []
  /// Of the request that is being answered, where its body is handed over as it comes.
  private var incoming: RequestBody?
  /// More of `incoming` is to come.
  private(set) var isBodyComing = false
  private var incomingByteCount = 0
  /// Runs while the client is to send more of `incoming`.
  private var bodyTimer: ConnectionTimer?
  /// Of the request that is being answered.
  var isKeepAlive = true
  var isVersion10 = false
  var isUpgradeAsked = false
  var isChunked = false
  /// Requests that came before the one at hand was answered: at most what one read delivers,
  /// since no further read is made while any wait.
  private(set) var backlog = Deque<HTTPServerRequestPart>()
  private var isWorkingOffBacklog = false
  private(set) var isReadHeld = false
  private var isStopping = false
  private(set) var isReading = false
  private var isFlushPending = false
  /// The whole answer at hand waits for the client, and the timer runs.
  var isStalled = false
  private(set) var timer: ConnectionTimer?

  init(services: ConnectionServices, facts: ConnectionFacts, decoder: HTTP1RequestDecoder) {
    self.services = services
    self.facts = facts
    self.decoder = decoder
  }

  // MARK: Channel events

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    timer = ConnectionTimer(eventLoop: context.eventLoop) { self.timerDidFire() }
    timer?.set(services.limits.headTimeout)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    timer?.cancel()
    timer = nil
    bodyTimer?.cancel()
    bodyTimer = nil
    self.context = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    isReading = true
    let part = unwrapInboundIn(data)
    guard case .answering = phase else { return process(part) }
    if isBodyComing { receive(part) } else { backlog.append(part) }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    isReading = false
    if isFlushPending { flush() }
    context.fireChannelReadComplete()
  }

  func read(context: ChannelHandlerContext) {
    if mayRead { context.read() } else { isReadHeld = true }
  }

  /// A request that asks for an upgrade is the last that is parsed, so what follows it stays in
  /// the socket until it is settled whose bytes those are.
  private var mayRead: Bool {
    if case .answering = phase, isUpgradeAsked { return false }
    if isBodyComing, incoming?.isHolding == true { return false }
    return backlog.isEmpty
  }

  private func resumeReading() {
    guard isReadHeld, mayRead else { return }
    isReadHeld = false
    context?.read()
  }

  func channelInactive(context: ChannelHandlerContext) {
    timer?.cancel()
    if case .answering(let exchange) = phase {
      phase = .lingering
      exchange.didBreak()
      letGoOfIncoming()
    }
    backlog = []
    letGoOfBody()
    context.fireChannelInactive()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable, case .answering(let exchange) = phase { pump(exchange) }
    context.fireChannelWritabilityChanged()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let error = error as? HTTPParserError else {
      context.close(promise: nil)
      return
    }
    switch phase {
    case .idle, .receiving:
      refuse(
        error == .headerOverflow
          ? .headTooLarge(limit: services.limits.headByteCountMax)
          : .malformed("the request is no valid HTTP/1.1"))
    case .answering:
      // The answer to what came before the bad bytes still goes out.
      isKeepAlive = false
      endBody(.broken(.malformed("the request's body is no valid HTTP/1.1")))
    case .lingering, .upgraded: break
    }
  }

  // MARK: Receiving

  private func process(_ part: HTTPServerRequestPart) {
    switch (phase, part) {
    case (.idle, .head(let head)): begin(head)
    case (.receiving, .body(let bytes)): extendBody(with: bytes)
    case (.receiving(let head), .end): dispatch(head)
    default: break  // what follows the head of a refused request
    }
  }

  private func begin(_ parsed: HTTPRequestHead) {
    let head: HTTP1RequestHead
    do throws(ProtocolProblem) {
      head = try HTTP1RequestHead(parsed, limits: services.limits)
    } catch {
      return refuse(error)
    }
    if let handler = services.streamingHandler, !head.isUpgrade,
      head.contentLength > 0 || head.isChunked
    {
      return dispatch(head, to: handler)
    }
    phase = .receiving(head)
    body.reserveCapacity(min(head.contentLength, Self.bodyReservationMax))
    timer?.set(services.limits.bodyIdleTimeout)
    if head.expectsContinue {
      write(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n"))
      flushUnlessReading()
    }
  }

  private func extendBody(with bytes: ByteBuffer) {
    let limit = services.limits.bodyByteCountMax
    guard body.count + bytes.readableBytes <= limit else {
      return refuse(.bodyTooLarge(limit: limit))
    }
    guard services.bodyBudget.take(bytes.readableBytes) else { return refuse(.overloaded) }
    body.append(contentsOf: bytes.readableBytesView)
    timer?.set(services.limits.bodyIdleTimeout)
  }

  private func dispatch(_ head: HTTP1RequestHead) {
    let exchange = beginExchange(head)
    decoder.isStopped = head.isUpgrade
    let request = ServerRequest(
      method: head.method, target: head.target, headers: head.headers, body: body,
      connection: facts)
    letGoOfBody()
    services.handler.handle(request, Responder(exchange))
  }

  private func beginExchange(_ head: HTTP1RequestHead) -> Exchange {
    let exchange = Exchange(outbox: services.outbox, connection: self, streamNumber: 0)
    exchange.isHeadRequest = head.method == .head
    isKeepAlive = head.isKeepAlive && !head.isUpgrade && !isStopping
    isVersion10 = head.isVersion10
    isUpgradeAsked = head.isUpgrade
    phase = .answering(exchange)
    timer?.set(nil)
    return exchange
  }

  // MARK: Bodies that are handed over as they come

  private func dispatch(_ head: HTTP1RequestHead, to handler: any StreamingRequestHandler) {
    guard let context else { return }
    let exchange = beginExchange(head)
    let body = RequestBody(
      eventLoop: context.eventLoop,
      announcedByteCount: head.isChunked ? nil : head.contentLength
    ) { [unowned self] step in
      switch step {
      case .started where head.expectsContinue && isBodyComing:
        write(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n"))
        flushUnlessReading()
        bodyDidMove()
      case .taken(let byteCount):
        services.bodyBudget.giveBack(byteCount)
        bodyDidMove()
      case .started, .resumed: bodyDidMove()
      }
    }
    incoming = body
    isBodyComing = true
    incomingByteCount = 0
    let request = ServerRequest(
      method: head.method, target: head.target, headers: head.headers, connection: facts)
    handler.handle(request, body, Responder(exchange))
  }

  private func receive(_ part: HTTPServerRequestPart) {
    switch part {
    case .head: break  // only behind the end
    case .body(let bytes):
      incomingByteCount += bytes.readableBytes
      let limit = services.limits.bodyByteCountMax
      guard incomingByteCount <= limit else { return endBody(.broken(.bodyTooLarge(limit: limit))) }
      let waiting = incoming?.deliver(bytes) ?? 0
      if waiting > 0, !services.bodyBudget.take(waiting) {
        // What does not fit is taken for a moment, so that giving it back is right.
        services.bodyBudget.takeAnyway(waiting)
        return endBody(.broken(.overloaded))
      }
      bodyDidMove()
    case .end: endBody(.whole)
    }
  }

  /// Reads on, and has the client watched, unless the handler is what the body waits for.
  private func bodyDidMove() {
    guard isBodyComing, let incoming, let context else { return }
    if incoming.isHolding {
      bodyTimer?.set(nil)
      return
    }
    if bodyTimer == nil {
      bodyTimer = ConnectionTimer(eventLoop: context.eventLoop) { [unowned self] in
        endBody(.broken(.timeout))
      }
    }
    bodyTimer?.set(services.limits.bodyIdleTimeout)
    if !isReading { resumeReading() }
  }

  /// What comes behind a broken end belongs to nothing: the connection closes behind the answer.
  private func endBody(_ end: RequestBody.End) {
    guard isBodyComing else { return }
    isBodyComing = end != .whole
    if end != .whole { isKeepAlive = false }
    bodyTimer?.set(nil)
    incoming?.finish(end)
  }

  /// The request is answered.
  private func letGoOfIncoming() {
    guard let incoming else { return }
    if isBodyComing { isKeepAlive = false }
    isBodyComing = false
    bodyTimer?.set(nil)
    self.incoming = nil
    incoming.close()
  }

  private func letGoOfBody() {
    services.bodyBudget.giveBack(body.count)
    body = []
  }

  /// Answers what cannot be served, for the last time on this connection.
  private func refuse(_ problem: ProtocolProblem) {
    var response = services.onProtocolProblem(problem)
    response.headers.set("connection", "close")
    isKeepAlive = false
    isVersion10 = false
    letGoOfBody()
    writeWhole(response, sendsBody: true)
    linger()
  }

  // MARK: After the answer

  /// The answer is written. Goes on with the next request.
  func didAnswer(_ exchange: Exchange) {
    exchange.didComplete()
    letGoOfIncoming()
    guard isKeepAlive, !isStopping else { return linger() }
    phase = .idle
    timer?.set(services.limits.idleTimeout)
    flushUnlessReading()
    workOffBacklog()
  }

  private func workOffBacklog() {
    // A handler that answers at once comes back here: the outer loop goes on for it.
    guard !isWorkingOffBacklog else { return }
    isWorkingOffBacklog = true
    defer { isWorkingOffBacklog = false }
    while !backlog.isEmpty {
      if case .answering = phase { return }
      process(backlog.removeFirst())
    }
    resumeReading()
  }

  /// Ends the conversation: see `Phase.lingering`.
  private func linger() {
    phase = .lingering
    backlog = []
    flush()
    guard let context else { return }
    context.close(mode: .output, promise: nil)
    timer?.set(Self.lingerTime)
    resumeReading()
  }

  private func timerDidFire() {
    switch phase {
    case .receiving: refuse(.timeout)
    case .idle, .lingering: closeNow()
    case .answering(let exchange):
      // Set only while the client takes nothing of what waits for it.
      exchange.didBreak()
      letGoOfIncoming()
      closeNow()
    case .upgraded: break
    }
  }

  func didUpgrade(_ exchange: Exchange) {
    exchange.didComplete()
    timer?.cancel()
    phase = .upgraded
  }

  // MARK: Writing

  func write(_ bytes: ByteBuffer) {
    context?.write(wrapOutboundOut(bytes), promise: nil)
  }

  func flush() {
    isFlushPending = false
    context?.flush()
  }

  /// One flush serves everything that is written in one round of reading.
  func flushUnlessReading() {
    guard !isFlushPending else { return }
    isFlushPending = true
    if !isReading { services.outbox.flushSoon(self) }
  }

  func stopGracefully() {
    isStopping = true
    isKeepAlive = false
    if case .idle = phase { closeNow() }
  }

  func closeNow() { context?.close(promise: nil) }
}
