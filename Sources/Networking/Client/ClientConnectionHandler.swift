import NIOCore
import NIOHPACK
import NIOHTTP2

/// The client's side of one HTTP/2 connection. Sits behind `NIOHTTP2Handler`, lives on one event loop.
final class ClientConnectionHandler: ChannelInboundHandler {
  typealias InboundIn = HTTP2Frame
  typealias OutboundOut = HTTP2Frame

  private static let pieceByteCount = 128 << 10
  /// Stream numbers are odd and have 31 bits.
  private static let streamNumberMax = Int(Int32.max) - 2

  /// Whom requests go to, and who we are; `nil` where requests say so themselves.
  private let configuration: ClientConfiguration?
  private let limits: ClientLimits
  private let frameWatch: HTTP2FrameWatch
  private let capacity: ConnectionCapacity
  private var context: ChannelHandlerContext?
  private var streams: [Int: ClientStream] = [:]
  private var waiting = TurnQueue()
  private var nextNumber = 1
  private var sendWindow = 65_535
  private var initialSendWindow = 65_535
  private var receiveWindow = 65_535
  private var lastArrival: NIODeadline = .uptimeNanoseconds(0)
  private var isPingUnanswered = false
  private var isReading = false
  private var isFlushPending = false
  private var timer: ConnectionTimer?
  private var failure = "the server closed it"

  init(
    configuration: ClientConfiguration?, limits: ClientLimits, frameWatch: HTTP2FrameWatch,
    capacity: ConnectionCapacity
  ) {
    self.configuration = configuration
    self.limits = limits
    self.frameWatch = frameWatch
    self.capacity = capacity
  }

  // MARK: Requests

  func send(_ request: ClientRequest, _ stream: ClientStream) {
    guard !stream.isOver else { return }
    guard capacity.isUsable, let context, context.channel.isActive else {
      return end(stream, .notProcessed)
    }
    guard streams.count < limits.requestsMax else {
      return end(stream, .tooManyRequests(limit: limits.requestsMax))
    }
    if streams.isEmpty {
      lastArrival = context.eventLoop.now
      timer?.set(limits.pingInterval)
    }
    stream.number = nextNumber
    stream.sendWindow = initialSendWindow
    nextNumber += 2
    if nextNumber > Self.streamNumberMax { capacity.end() }
    streams[stream.number] = stream
    let hasBody = !request.body.isEmpty || !stream.isBodyComplete
    stream.isRequestWhole = !hasBody
    write(.headers(.init(headers: headerBlock(of: request), endStream: !hasBody)), on: stream)
    if hasBody {
      stream.outgoing.append(request.body)
      pump(stream)
    }
    flushSoon()
  }

  func write(_ bytes: ByteBuffer, on stream: ClientStream) {
    guard !stream.isOver else { return }
    stream.outgoing.append(contentsOf: [bytes])
    pump(stream)
  }

  func endBody(of stream: ClientStream) {
    guard !stream.isOver else { return }
    stream.isBodyComplete = true
    pump(stream)
  }

  private func headerBlock(of request: ClientRequest) -> HPACKHeaders {
    var block = HPACKHeaders()
    block.reserveCapacity(request.headers.underestimatedCount + 8)
    block.add(name: ":method", value: request.method.token)
    guard let configuration else {
      block.add(name: ":scheme", value: "http")
      if let host = request.headers["host"] { block.add(name: ":authority", value: host) }
      block.add(name: ":path", value: request.target, indexing: .nonIndexable)
      for field in request.headers where field.name != "host" {
        block.add(name: field.name, value: field.value)
      }
      return block
    }
    block.add(name: ":scheme", value: "https")
    block.add(name: ":authority", value: configuration.server.authority)
    block.add(
      name: ":path", value: configuration.server.pathPrefix + request.target,
      indexing: .nonIndexable)
    block.add(name: "user-agent", value: configuration.userAgent)
    if let token = configuration.bearerToken?() {
      block.add(name: "authorization", value: "Bearer \(token)")
    }
    for field in request.headers { block.add(name: field.name, value: field.value) }
    if !request.body.isEmpty {
      block.add(
        name: "content-length", value: String(request.body.count), indexing: .nonIndexable)
    }
    return block
  }

  private func pump(_ stream: ClientStream) {
    guard let context, !stream.isRequestWhole, streams[stream.number] === stream else { return }
    while !stream.outgoing.isEmpty || stream.isBodyComplete {
      let isEmpty = stream.outgoing.isEmpty
      let room =
        isEmpty
        ? 0 : min(stream.outgoing.byteCount, sendWindow, stream.sendWindow, Self.pieceByteCount)
      guard room > 0 || isEmpty, context.channel.isWritable else {
        waiting.append(stream.number)
        return
      }
      var piece = context.channel.allocator.buffer(capacity: room)
      stream.outgoing.move(upTo: room, into: &piece)
      sendWindow -= room
      stream.sendWindow -= room
      stream.isRequestWhole = stream.outgoing.isEmpty && stream.isBodyComplete
      write(.data(.init(data: .byteBuffer(piece), endStream: stream.isRequestWhole)), on: stream)
      if room == Self.pieceByteCount { context.flush() }
      if stream.isRequestWhole { break }
    }
    waiting.remove(stream.number)
    flushSoon()
    if stream.isPaused, !stream.isBodyComplete {
      stream.isPaused = false
      stream.receiver.mayWriteBody()
    }
  }

  private func pumpBlocked() {
    for _ in 0..<waiting.count {
      if let number = waiting.popFirst(), let stream = streams[number] { pump(stream) }
    }
  }

  func cancel(_ stream: ClientStream, _ error: ClientError) {
    guard forget(stream) else {
      // A timer of the event loop may come before the request itself: see `send`.
      if stream.number == 0 { end(stream, error) }
      return
    }
    write(.rstStream(.cancel), on: stream)
    context?.flush()
    end(stream, error)
    retireIfIdle()
  }

  func grant(_ byteCount: Int, to stream: ClientStream) {
    guard streams[stream.number] === stream else { return }
    stream.ungrantedByteCount += byteCount
    guard stream.ungrantedByteCount >= limits.streamWindowByteCount / 2 else { return }
    write(.windowUpdate(windowSizeIncrement: stream.ungrantedByteCount), on: stream)
    stream.ungrantedByteCount = 0
    flushSoon()
  }

  // MARK: Answers

  private func received(_ content: HTTP2Frame.FramePayload.Headers, _ stream: ClientStream) {
    var fields = HeaderFields(reservingCapacity: content.headers.count)
    var status = 0
    for (name, value, _) in content.headers {
      if name == ":status" { status = Int(value) ?? 0 } else { fields.add(name, value) }
    }
    if stream.hasHead {
      stream.receiver.didReceiveTrailers(fields)
    } else {
      // 1xx comes before the answer itself.
      guard status >= 200 else { return }
      stream.hasHead = true
      stream.receiver.didReceiveHead(status: status, headers: fields)
    }
    if content.endStream { finish(stream, nil) }
  }

  private func received(_ content: HTTP2Frame.FramePayload.Data, _ stream: ClientStream) {
    guard case .byteBuffer(let bytes) = content.data else { return }
    let padding = content.paddingBytes.map { $0 + 1 } ?? 0
    if bytes.readableBytes > 0 {
      let granted = stream.receiver.didReceiveBody(bytes)
      if !content.endStream { grant(granted + padding, to: stream) }
    }
    if content.endStream { finish(stream, nil) }
  }

  private func finish(_ stream: ClientStream, _ error: ClientError?) {
    guard forget(stream) else { return }
    if error == nil, !stream.isRequestWhole {
      // Answered before the request was whole: the rest of it is wanted by nobody.
      write(.rstStream(.cancel), on: stream)
      flushSoon()
    }
    end(stream, error)
    retireIfIdle()
  }

  /// - Returns: whether the stream was under way.
  private func forget(_ stream: ClientStream) -> Bool {
    guard streams.removeValue(forKey: stream.number) != nil else { return false }
    waiting.remove(stream.number)
    return true
  }

  func retire() {
    capacity.end()
    retireIfIdle()
  }

  /// No further request comes to a connection that is not usable.
  private func retireIfIdle() {
    guard streams.isEmpty else { return }
    timer?.set(nil)
    if !capacity.isUsable { context?.close(promise: nil) }
  }

  private func end(_ stream: ClientStream, _ error: ClientError?) {
    guard !stream.isOver else { return }
    stream.isOver = true
    if stream.holdsPlace { capacity.giveBackPlace() }
    stream.receiver.didEnd(error)
  }

  // MARK: Channel events

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    timer = ConnectionTimer(eventLoop: context.eventLoop) { self.timerDidFire() }
    let increment = limits.connectionWindowByteCount - receiveWindow
    guard increment > 0 else { return }
    receiveWindow += increment
    write(.windowUpdate(windowSizeIncrement: increment), number: 0)
    context.flush()
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
      isPingUnanswered = false
    }
    let frame = unwrapInboundIn(data)
    switch frame.payload {
    case .headers(let content):
      if let stream = streams[Int(frame.streamID)] { received(content, stream) }
    case .data(let content):
      if let stream = streams[Int(frame.streamID)] { received(content, stream) }
    case .rstStream(let code):
      if let stream = streams[Int(frame.streamID)] {
        // After the whole answer a reset only says that the rest of the request is not wanted.
        finish(
          stream,
          code == .refusedStream
            ? .notProcessed : .connectionLost(reason: "the server reset the stream (\(code))"))
      }
    case .windowUpdate(let increment):
      grow(Int(frame.streamID), by: increment)
    case .settings(.settings(let settings)): apply(settings)
    case .goAway(let last, let code, _): goAway(lastNumber: Int(last), code)
    default: break
    }
  }

  private func grow(_ number: Int, by increment: Int) {
    if number == 0 { sendWindow += increment } else { streams[number]?.sendWindow += increment }
    if !waiting.isEmpty { pumpBlocked() }
  }

  private func apply(_ settings: HTTP2Settings) {
    for setting in settings {
      switch setting.parameter {
      case .maxConcurrentStreams: capacity.allow(streamsMax: setting.value)
      case .initialWindowSize:
        let change = setting.value - initialSendWindow
        initialSendWindow = setting.value
        for stream in streams.values { stream.sendWindow += change }
      default: break
      }
    }
    if !waiting.isEmpty { pumpBlocked() }
  }

  private func goAway(lastNumber: Int, _ code: HTTP2ErrorCode) {
    capacity.end()
    if code != .noError { failure = "the server ended it (\(code))" }
    for stream in Array(streams.values) where stream.number > lastNumber {
      finish(stream, .notProcessed)
    }
    if streams.isEmpty { context?.close(promise: nil) }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let event = event as? NIOHTTP2WindowUpdatedEvent, event.streamID == .rootStream,
      let size = event.inboundWindowSize, size <= limits.connectionWindowByteCount / 2
    {
      write(
        .windowUpdate(windowSizeIncrement: limits.connectionWindowByteCount - size), number: 0)
      flushSoon()
    } else if let event = event as? StreamClosedEvent, let reason = event.reason,
      let stream = streams[Int(event.streamID)]
    {
      finish(
        stream,
        reason == .refusedStream
          ? .notProcessed : .connectionLost(reason: "the stream was reset (\(reason))"))
    }
    context.fireUserInboundEventTriggered(event)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    isReading = false
    if isFlushPending {
      isFlushPending = false
      context.flush()
    }
    context.fireChannelReadComplete()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable, !waiting.isEmpty { pumpBlocked() }
    context.fireChannelWritabilityChanged()
  }

  func channelInactive(context: ChannelHandlerContext) {
    capacity.end()
    timer?.cancel()
    for stream in Array(streams.values) { finish(stream, .connectionLost(reason: failure)) }
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if frameWatch.hasSentError || !(error is any NIOHTTP2Error) {
      failure = "\(error)"
      capacity.end()
      context.close(promise: nil)
    }
  }

  private func timerDidFire() {
    guard let context, !streams.isEmpty else { return }
    if isPingUnanswered {
      failure = "the server does not answer"
      capacity.end()
      context.close(promise: nil)
    } else if lastArrival + TimeAmount(limits.pingInterval) <= context.eventLoop.now {
      isPingUnanswered = true
      write(.ping(HTTP2PingData(), ack: false), number: 0)
      context.flush()
      timer?.set(limits.pingTimeout)
    } else {
      timer?.set(limits.pingInterval)
    }
  }

  // MARK: Writing

  private func write(_ payload: HTTP2Frame.FramePayload, on stream: ClientStream) {
    write(payload, number: stream.number)
  }

  private func write(_ payload: HTTP2Frame.FramePayload, number: Int) {
    context?.write(
      wrapOutboundOut(HTTP2Frame(streamID: HTTP2StreamID(number), payload: payload)),
      promise: nil)
  }

  /// One flush serves what is written in one round: the rest of a read, or the tasks of a tick.
  private func flushSoon() {
    guard !isFlushPending, let context else { return }
    isFlushPending = true
    guard !isReading else { return }
    let this = NIOLoopBound(self, eventLoop: context.eventLoop)
    context.eventLoop.execute {
      guard this.value.isFlushPending else { return }
      this.value.isFlushPending = false
      this.value.context?.flush()
    }
  }
}
