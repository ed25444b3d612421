import IngressRouting
import NIOCore
import Networking

/// One request on its way to an endpoint, and the answer on its way back. Lives on one event loop;
/// bodies pass piece by piece, no faster than the slower side takes them.
///
/// An endpoint that fails before it has answered is replaced by another one, where nothing was sent,
/// or where the request may be sent twice and its body has not been touched.
final class ProxyExchange: AnswerReceiver {
  private let request: ServerRequest
  private let body: RequestBody?
  private let responder: Responder
  private let services: ProxyServices
  private let pools: BackendPools
  private let start: NIODeadline

  private var route: RequestCounts.RouteName?
  private var tried: [BackendEndpoint] = []
  private var endpoint: BackendEndpoint?
  private var connection: (any BackendStream)?
  /// Bytes of the request's body may have left: it cannot be sent again.
  private var isBodyTouched = false
  private var attemptCount = 1
  private var isOver = false
  /// Of the answer, until it is known whether it is whole in one round of reading.
  private var head: ResponseHead?
  private var early: ByteBuffer?
  private var writer: BodyWriter?
  private var status = 0
  private var byteCount = 0

  /// - Parameter body: `nil` where there is none.
  init(
    _ request: ServerRequest, body: RequestBody?, _ responder: Responder,
    services: ProxyServices, pools: BackendPools
  ) {
    self.request = request
    self.body = body
    self.responder = responder
    self.services = services
    self.pools = pools
    start = pools.eventLoop.now
  }

  func run() {
    let this = NIOLoopBound(self, eventLoop: pools.eventLoop)
    responder.onCancel { this.value.clientDidLeave() }
    tryNext()
  }

  // MARK: Finding an endpoint

  /// Looks anew each time: an endpoint that goes takes no further request, not even a second try.
  private func tryNext(mustBeNew: Bool = false) {
    guard let backend = services.routes.backend(of: request) else {
      return answer(PlainAnswer.noRoute())
    }
    route = backend.name
    let again = mustBeNew ? endpoint.flatMap { backend.endpoints.contains($0) ? $0 : nil } : nil
    guard let chosen = again ?? pools.choose(from: backend, without: tried) else {
      return answer(tried.isEmpty ? PlainAnswer.noEndpoint() : PlainAnswer.badGateway())
    }
    endpoint = chosen
    pools.connect(to: chosen, mustBeNew: mustBeNew) { [self] result in
      switch result {
      case .success(let connection): send(on: connection)
      case .failure(let error): didFail(error)
      }
    }
  }

  private func send(on connection: any BackendStream) {
    guard !isOver else { return connection.cancel() }
    self.connection = connection
    connection.begin(
      ForwardedRequest(request: request, port: services.port(of: request), framing: framing),
      for: self)
    guard let body else { return }
    isBodyTouched = true
    body.receive(
      onBytes: { [self] in forward($0) }, onEnd: { [self] in bodyDidEnd($0) })
  }

  private var framing: RequestForwarding.BodyFraming {
    guard let body else {
      // Methods that usually have a body say that there is none.
      return [.post, .put, .patch].contains(request.method) ? .length(0) : .none
    }
    return body.announcedByteCount.map { .length($0) } ?? .chunked
  }

  // MARK: The request's body

  private func forward(_ bytes: ByteBuffer) {
    guard let connection else { return }
    if !connection.write(bytes) { body?.pause() }
  }

  private func bodyDidEnd(_ end: RequestBody.End) {
    guard let connection else { return }
    switch end {
    case .whole: connection.finish()
    case .broken(let problem):
      self.connection = nil
      connection.cancel()
      if let problem, writer == nil {
        answer(PlainAnswer.problem(problem))
      } else {
        breakOff()
      }
    }
  }

  func mayWrite() { body?.resume() }

  // MARK: The answer

  func didReceive(_ head: ResponseHead) {
    status = head.status
    self.head = head
  }

  func didReceive(_ bytes: ByteBuffer) {
    byteCount += bytes.readableBytes
    if let writer {
      writer.write(bytes)
      if !writer.isWritable { connection?.hold(true) }
    } else if early == nil {
      early = bytes
    } else {
      early?.writeImmutableBuffer(bytes)
    }
  }

  func didReadComplete() {
    if head != nil { startStream() }
  }

  /// The answer takes more than one round of reading.
  private func startStream() {
    guard let head, !isOver else { return }
    self.head = nil
    let writer = responder.stream(head, bufferLimit: Self.bufferLimit)
    self.writer = writer
    let this = NIOLoopBound(self, eventLoop: pools.eventLoop)
    writer.onWritable { this.value.connection?.hold(false) }
    if let early { writer.write(early) }
    early = nil
    if !writer.isWritable { connection?.hold(true) }
  }

  /// A quarter of it makes the endpoint pause; four reads of 64 KB may still come then.
  private static let bufferLimit = 1 << 20

  func didEnd(trailers: HeaderFields) {
    connection = nil
    guard !isOver else { return }
    if !trailers.isEmpty { startStream() }
    if let writer {
      writer.finish(trailers: trailers)
    } else if let head {
      self.head = nil
      if request.method == .head || head.status == 304 {
        // The length is that of the body that is not sent.
        responder.stream(head).finish()
      } else {
        responder.send(
          ServerResponse(
            status: head.status, headers: head.headers,
            body: early.map { .buffer($0) } ?? .empty))
      }
    }
    conclude()
  }

  func didFail(_ error: BackendError) {
    let wasReused = connection?.isReused == true
    connection = nil
    guard !isOver else { return }
    if writer != nil { return breakOff() }
    if head == nil, mayTryAgain(after: error) {
      pools.counts.retryCount += 1
      // An unused connection may have been closed as it was taken: that says nothing of its endpoint.
      let isStale = wasReused && error == .lost
      if !isStale, let endpoint { tried.append(endpoint) }
      attemptCount += 1
      return tryNext(mustBeNew: isStale)
    }
    pools.counts.failureCount += 1
    switch error {
    case .timeout: answer(PlainAnswer.gatewayTimeout())
    case .full: answer(PlainAnswer.noEndpoint())
    case .unreachable, .lost: answer(PlainAnswer.badGateway())
    }
  }

  private func mayTryAgain(after error: BackendError) -> Bool {
    guard attemptCount < pools.limits.attemptsMax else { return false }
    switch error {
    case .unreachable, .full: return !isBodyTouched
    case .lost: return !isBodyTouched && RequestForwarding.isIdempotent(request.method)
    // It may be at work still.
    case .timeout: return false
    }
  }

  /// The answer has begun and cannot be finished: the client must not take it for whole.
  private func breakOff() {
    guard !isOver else { return }
    if let writer {
      writer.abort()
    } else {
      responder.stream(ResponseHead(status: 502)).abort()
    }
    pools.counts.failureCount += 1
    conclude()
  }

  private func answer(_ response: ServerResponse) {
    guard !isOver else { return }
    status = response.status
    byteCount = response.body.byteCount
    responder.send(response)
    conclude()
  }

  private func clientDidLeave() {
    guard !isOver else { return }
    isOver = true
    connection?.cancel()
    connection = nil
    // What nginx calls it, and people look for: the client closed the request.
    if status == 0 { status = 499 }
    note()
  }

  private func conclude() {
    guard !isOver else { return }
    isOver = true
    connection?.cancel()
    connection = nil
    note()
  }

  private func note() {
    let nanoseconds = (pools.eventLoop.now - start).nanoseconds
    pools.counts.note(route, status: status, nanoseconds: nanoseconds)
    guard let log = services.accessLog else { return }
    log.write(
      AccessLog.Record(
        request: request, status: status, byteCount: byteCount, nanoseconds: nanoseconds,
        ingress: route?.ingress ?? "", backend: route?.backend ?? "",
        endpoint: endpoint?.description ?? ""))
  }
}
