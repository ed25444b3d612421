import NIOCore
import NIOHTTP2

/// Serves HTTP/2 on one connection, at the level of frames: a stream is an entry in a table here,
/// not a channel with a pipeline, which costs half of the CPU time per request.
///
/// Sits behind `NIOHTTP2Handler`, which keeps the protocol's state machine, checks what comes and
/// goes against it, and defends against floods of control frames and resets.
final class HTTP2ServerConnection: ChannelInboundHandler {
  typealias InboundIn = HTTP2Frame
  typealias OutboundOut = HTTP2Frame

  /// A stream whose request has not come whole, or whose answer has not gone whole.
  final class Stream {
    let id: HTTP2StreamID
    let exchange: Exchange
    /// `nil` once the handler has the request.
    var head: HTTP2RequestHead?
    var body: [UInt8] = []
    /// Where the body is handed over as it comes.
    var incoming: RequestBody?
    var incomingByteCount = 0
    /// Bytes that the client may still send of it, as far as known.
    var receiveWindow = Int.max
    var lastArrival: NIODeadline
    /// Our side is done, whatever the client still sends.
    var hasEnded = false
    /// The client has more to send.
    var isRequestUnfinished = true

    /// Whether the client is to send more of the request.
    var isReceiving: Bool { head != nil || incoming.map { $0.end == nil } == true }

    init(id: HTTP2StreamID, exchange: Exchange, now: NIODeadline) {
      self.id = id
      self.exchange = exchange
      self.lastArrival = now
    }
  }

  /// How long a closing connection still reads.
  private static let lingerTime: Duration = .seconds(2)

  let services: ConnectionServices
  private let facts: ConnectionFacts
  private let frameWatch: HTTP2FrameWatch
  private(set) var context: ChannelHandlerContext?
  var streams: [Int: Stream] = [:]
  /// Streams with bytes to send that wait for a window or for the socket.
  var waiting = TurnQueue()
  /// Bytes that the client's window of the connection still takes. Source: RFC 9113, section 6.9.2.
  var sendWindow = 65_535
  private var initialSendWindow = 65_535
  /// Bytes of bodies that are not whole yet.
  private var unfinishedByteCount = 0
  /// Bytes that the client may still send on the connection.
  private var receiveWindow = 65_535
  private var newestStream = HTTP2StreamID.rootStream
  private var lastArrival: NIODeadline = .uptimeNanoseconds(0)
  /// When the PING was sent that is not answered yet.
  private var pingTime: NIODeadline?
  private var isStopping = false
  /// The last GOAWAY is on its way: nothing is served any more.
  private var hasDeparted = false
  private var isReading = false
  private var isFlushPending = false
  private var timer: ConnectionTimer?

  init(services: ConnectionServices, facts: ConnectionFacts, frameWatch: HTTP2FrameWatch) {
    self.services = services
    self.facts = facts
    self.frameWatch = frameWatch
  }

  // MARK: Channel events

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    lastArrival = context.eventLoop.now
    timer = ConnectionTimer(eventLoop: context.eventLoop) { self.timerDidFire() }
    timer?.set(services.limits.headTimeout)
    if context.channel.isActive { openWindow() }
  }

  /// Without TLS, the handlers are there before the connection stands.
  func channelActive(context: ChannelHandlerContext) {
    openWindow()
    context.fireChannelActive()
  }

  private func openWindow() {
    let increment = services.limits.inboundWindowByteCount - receiveWindow
    guard increment > 0 else { return }
    receiveWindow += increment
    write(.windowUpdate(windowSizeIncrement: increment), on: .rootStream)
    context?.flush()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    timer?.cancel()
    timer = nil
    self.context = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if !isReading {
      isReading = true
      lastArrival = context.eventLoop.now
      pingTime = nil
    }
    let frame = unwrapInboundIn(data)
    switch frame.payload {
    case .headers(let content): received(content, on: frame.streamID)
    case .data(let content): received(content, on: frame.streamID)
    case .windowUpdate(let increment): grow(frame.streamID, by: increment)
    case .settings(.settings(let settings)): apply(settings)
    default: break  // RST_STREAM arrives as StreamClosedEvent, PING is answered by NIO
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    isReading = false
    if isFlushPending { flush() }
    context.fireChannelReadComplete()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case let event as NIOHTTP2WindowUpdatedEvent:
      windowDidChange(event)
    case let event as StreamClosedEvent:
      streamDidClose(Int(event.streamID), wasReset: event.reason != nil)
    default: break
    }
    context.fireUserInboundEventTriggered(event)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable { giveTurns() }
    context.fireChannelWritabilityChanged()
  }

  func channelInactive(context: ChannelHandlerContext) {
    timer?.cancel()
    let streams = self.streams
    self.streams = [:]
    waiting = TurnQueue()
    for stream in streams.values {
      services.bodyBudget.giveBack(stream.body.count)
      stream.incoming?.close()
      stream.exchange.didBreak()
    }
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // What concerns one stream has been answered with RST_STREAM. GOAWAY says that the connection
    // is beyond repair, as does every error that is not about HTTP/2.
    if frameWatch.hasSentError || !(error is any NIOHTTP2Error) { context.close(promise: nil) }
  }

  // MARK: Receiving

  private func received(_ content: HTTP2Frame.FramePayload.Headers, on id: HTTP2StreamID) {
    if let stream = streams[Int(id)] {
      // Trailers: nobody reads them, but they are to be some.
      do throws(ProtocolProblem) {
        try HTTP2FieldRules.require(trailers: content.headers)
      } catch {
        return reset(stream, .protocolError)
      }
      if content.endStream {
        stream.isRequestUnfinished = false
        if let incoming = stream.incoming { incoming.finish(.whole) } else { dispatch(stream) }
      }
      return
    }
    newestStream = max(newestStream, id)
    let exchange = Exchange(outbox: services.outbox, connection: self, streamNumber: Int(id))
    exchange.sendWindow = initialSendWindow
    let stream = Stream(id: id, exchange: exchange, now: lastArrival)
    stream.isRequestUnfinished = !content.endStream
    streams[Int(id)] = stream
    if streams.count == 1 { timer?.set(services.limits.pingInterval) }
    do throws(ProtocolProblem) {
      let head = try HTTP2RequestHead(content.headers, limits: services.limits)
      exchange.isHeadRequest = head.method == .head
      if let handler = services.streamingHandler, !content.endStream, !isStopping, !hasDeparted {
        return dispatch(stream, head, to: handler)
      }
      stream.head = head
      stream.body.reserveCapacity(min(head.contentLength, 256 << 10))
      if isStopping || hasDeparted { throw .stopping }
    } catch {
      return refuse(stream, error)
    }
    if content.endStream {
      dispatch(stream)
    } else {
      timer?.bringForward(to: services.limits.bodyIdleTimeout)
    }
  }

  private func received(_ content: HTTP2Frame.FramePayload.Data, on id: HTTP2StreamID) {
    guard let stream = streams[Int(id)] else { return }
    if content.endStream { stream.isRequestUnfinished = false }
    guard stream.isReceiving, case .byteBuffer(let bytes) = content.data else { return }
    stream.lastArrival = lastArrival
    if let incoming = stream.incoming {
      return receive(bytes, isLast: content.endStream, incoming, of: stream)
    }
    let limit = services.limits.bodyByteCountMax
    guard stream.body.count + bytes.readableBytes <= limit else {
      return refuse(stream, .bodyTooLarge(limit: limit))
    }
    guard services.bodyBudget.take(bytes.readableBytes) else { return refuse(stream, .overloaded) }
    stream.body.append(contentsOf: bytes.readableBytesView)
    unfinishedByteCount += bytes.readableBytes
    if content.endStream { dispatch(stream) }
  }

  private func dispatch(_ stream: Stream) {
    guard let head = stream.head else { return }
    let request = ServerRequest(
      method: head.method, target: head.target, headers: head.headers, body: stream.body,
      connection: facts)
    letGoOfRequest(of: stream)
    services.handler.handle(request, Responder(stream.exchange))
  }

  // MARK: Bodies that are handed over as they come

  private func dispatch(
    _ stream: Stream, _ head: HTTP2RequestHead, to handler: any StreamingRequestHandler
  ) {
    guard let context else { return }
    timer?.bringForward(to: services.limits.bodyIdleTimeout)
    let body = RequestBody(
      eventLoop: context.eventLoop,
      announcedByteCount: head.announcesLength ? head.contentLength : nil
    ) { [unowned self, unowned stream] step in
      if case .taken(let byteCount) = step {
        unfinishedByteCount -= byteCount
        services.bodyBudget.giveBack(byteCount)
        refillReceiveWindow()
      }
      // The client's time begins when it is not the handler that is waited for.
      stream.lastArrival = context.eventLoop.now
      refillWindow(of: stream)
    }
    stream.incoming = body
    let request = ServerRequest(
      method: head.method, target: head.target, headers: head.headers, connection: facts)
    handler.handle(request, body, Responder(stream.exchange))
  }

  private func receive(
    _ bytes: ByteBuffer, isLast: Bool, _ incoming: RequestBody, of stream: Stream
  ) {
    stream.incomingByteCount += bytes.readableBytes
    let limit = services.limits.bodyByteCountMax
    guard stream.incomingByteCount <= limit else {
      return incoming.finish(.broken(.bodyTooLarge(limit: limit)))
    }
    let waiting = incoming.deliver(bytes)
    if waiting > 0 {
      unfinishedByteCount += waiting
      if !services.bodyBudget.take(waiting) {
        // What does not fit is taken for a moment, so that giving it back is right.
        services.bodyBudget.takeAnyway(waiting)
        return incoming.finish(.broken(.overloaded))
      }
    }
    if isLast { incoming.finish(.whole) } else { refillWindow(of: stream) }
  }

  private func refillWindow(of stream: Stream) {
    let target = services.limits.streamWindowByteCount
    guard stream.receiveWindow <= target / 2, stream.isReceiving, stream.isRequestUnfinished,
      stream.incoming?.isHolding != true
    else { return }
    write(.windowUpdate(windowSizeIncrement: target - stream.receiveWindow), on: stream.id)
    stream.receiveWindow = target
    flushUnlessReading()
  }

  private func letGoOfRequest(of stream: Stream) {
    stream.head = nil
    stream.incoming?.close()
    guard !stream.body.isEmpty else { return }
    unfinishedByteCount -= stream.body.count
    services.bodyBudget.giveBack(stream.body.count)
    stream.body = []
    refillReceiveWindow()
  }

  private func refuse(_ stream: Stream, _ problem: ProtocolProblem) {
    letGoOfRequest(of: stream)
    stream.exchange.send(services.onProtocolProblem(problem))
  }

  /// Gives the client room to send, once half of a window is used up.
  private func windowDidChange(_ event: NIOHTTP2WindowUpdatedEvent) {
    guard let size = event.inboundWindowSize else { return }
    if event.streamID == .rootStream {
      receiveWindow = size
      return refillReceiveWindow()
    }
    guard let stream = streams[Int(event.streamID)] else { return }
    stream.receiveWindow = size
    refillWindow(of: stream)
  }

  /// The connection's window stays shut while unfinished bodies fill it twice: whoever stalls there
  /// meets the time limit of bodies.
  private func refillReceiveWindow() {
    let target = services.limits.inboundWindowByteCount
    guard receiveWindow <= target / 2, unfinishedByteCount <= 2 * target else { return }
    let increment = target - receiveWindow
    receiveWindow = target
    write(.windowUpdate(windowSizeIncrement: increment), on: .rootStream)
    flushUnlessReading()
  }

  // MARK: The client's windows

  private func grow(_ id: HTTP2StreamID, by increment: Int) {
    if id == .rootStream {
      sendWindow += increment
      giveTurns()
    } else if let stream = streams[Int(id)] {
      stream.exchange.sendWindow += increment
      if waiting.contains(Int(id)) { pump(stream.exchange) }
    }
  }

  private func apply(_ settings: HTTP2Settings) {
    for setting in settings where setting.parameter == .initialWindowSize {
      let change = setting.value - initialSendWindow
      initialSendWindow = setting.value
      for stream in streams.values { stream.exchange.sendWindow += change }
    }
    giveTurns()
  }

  // MARK: The end of a stream

  /// Our side has ended. The stream is forgotten when the client's has too.
  func didAnswer(_ stream: Stream) {
    stream.hasEnded = true
    waiting.remove(stream.exchange.streamNumber)
    stream.exchange.didComplete()
    if stream.head != nil || !stream.body.isEmpty || stream.incoming != nil {
      letGoOfRequest(of: stream)
    }
  }

  func reset(_ stream: Stream, _ code: HTTP2ErrorCode) {
    write(.rstStream(code), on: stream.id)
    flushUnlessReading()
  }

  private func streamDidClose(_ id: Int, wasReset: Bool) {
    guard let stream = streams.removeValue(forKey: id) else { return }
    waiting.remove(id)
    letGoOfRequest(of: stream)
    stream.exchange.didBreak()
    if streams.isEmpty {
      if isStopping { depart() } else { timer?.set(services.limits.idleTimeout) }
    }
  }

  // MARK: Time

  private func timerDidFire() {
    guard let context else { return }
    if hasDeparted { return closeNow() }
    if streams.isEmpty { return depart() }
    let now = context.eventLoop.now
    let limits = services.limits
    var nextCheck = now + TimeAmount(limits.pingInterval)
    for stream in Array(streams.values) {
      guard let deadline = deadline(of: stream) else { continue }
      if deadline <= now { giveUp(stream) } else { nextCheck = min(nextCheck, deadline) }
    }
    if let pingTime {
      let deadline = pingTime + TimeAmount(limits.pingTimeout)
      if deadline <= now { return closeNow() }
      nextCheck = min(nextCheck, deadline)
    } else if lastArrival + TimeAmount(limits.pingInterval) <= now {
      pingTime = now
      write(.ping(HTTP2PingData(), ack: false), on: .rootStream)
      context.flush()
      nextCheck = min(nextCheck, now + TimeAmount(limits.pingTimeout))
    } else {
      nextCheck = min(nextCheck, lastArrival + TimeAmount(limits.pingInterval))
    }
    timer?.set(.nanoseconds((nextCheck - now).nanoseconds))
  }

  /// Until when the client has to send more of this request, or take more of this answer.
  private func deadline(of stream: Stream) -> NIODeadline? {
    if stream.isReceiving, stream.incoming?.isHolding != true {
      return stream.lastArrival + TimeAmount(services.limits.bodyIdleTimeout)
    }
    let isLimited = stream.exchange.writer == nil || services.limits.limitsStreamStalls
    guard isLimited, waiting.contains(stream.exchange.streamNumber) else { return nil }
    return stream.exchange.lastProgress + TimeAmount(services.limits.sendStallTimeout)
  }

  private func giveUp(_ stream: Stream) {
    if stream.head != nil { return refuse(stream, .timeout) }
    if stream.isReceiving, let incoming = stream.incoming, !incoming.isHolding {
      return incoming.finish(.broken(.timeout))
    }
    stream.exchange.didBreak()
    reset(stream, .cancel)
  }

  // MARK: Writing

  func write(_ payload: HTTP2Frame.FramePayload, on id: HTTP2StreamID) {
    context?.write(
      wrapOutboundOut(HTTP2Frame(streamID: id, payload: payload)), promise: nil)
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
    guard !isStopping else { return }
    isStopping = true
    if streams.isEmpty { return depart() }
    write(goAway, on: .rootStream)
    context?.flush()
  }

  private var goAway: HTTP2Frame.FramePayload {
    .goAway(lastStreamID: newestStream, errorCode: .noError, opaqueData: nil)
  }

  /// Ends the conversation behind what is written. The client closes when it has read that; where
  /// it does not, the timer does, since a close on unread bytes may take the last answer with it.
  private func depart() {
    guard let context, !hasDeparted else { return }
    hasDeparted = true
    timer?.set(Self.lingerTime)
    let this = NIOLoopBound(context, eventLoop: context.eventLoop)
    let frame = HTTP2Frame(streamID: .rootStream, payload: goAway)
    // Later, because this may be called while the last frame is on its way through the pipeline.
    context.eventLoop.execute {
      this.value.writeAndFlush(NIOAny(frame), promise: nil)
      this.value.close(mode: .output, promise: nil)
    }
  }

  func closeNow() { context?.close(promise: nil) }
}
