import NIOCore
import Networking

/// One request on an HTTP/2 connection to an endpoint.
final class HTTP2BackendStream: BackendStream, ResponseReceiver, @unchecked Sendable {
  // Unchecked: used on the connection's event loop only, which is that of the pool.

  let isReused: Bool
  private let connection: ClientConnection
  private let pool: HTTP2EndpointPool
  private let timeout: Duration
  private let eventLoop: any EventLoop
  /// Set once the request has been sent.
  private var stream: ClientStream?
  private var receiver: (any AnswerReceiver)?
  private var trailers = HeaderFields()
  /// The request has been written whole.
  private var isSent = false
  private var isWritable = true
  private var isHeld = false
  private var isRoundNoted = false
  /// Bytes that came while the answer was held.
  private var ungrantedByteCount = 0
  private var timer: ConnectionTimer?
  private var isOver = false

  /// - Parameter connection: a place for this was taken on it.
  init(
    on connection: ClientConnection, isReused: Bool, of pool: HTTP2EndpointPool,
    timeout: Duration, eventLoop: any EventLoop
  ) {
    self.connection = connection
    self.isReused = isReused
    self.pool = pool
    self.timeout = timeout
    self.eventLoop = eventLoop
  }

  // MARK: The request

  func begin(_ request: ForwardedRequest, for receiver: any AnswerReceiver) {
    self.receiver = receiver
    isSent = request.isWhole
    let timer = ConnectionTimer(eventLoop: eventLoop) { [unowned self] in fail(.timeout) }
    self.timer = timer
    stream = connection.send(
      ClientRequest(
        request.request.method, RequestForwarding.target(of: request.request),
        headers: RequestForwarding.http2Fields(of: request)),
      to: self, holdsPlace: true, bodyFollows: !request.isWhole)
    watch()
  }

  func write(_ bytes: ByteBuffer) -> Bool {
    isWritable = stream?.write(bytes) ?? true
    watch()
    return isWritable
  }

  func finish() {
    isSent = true
    stream?.finish()
    watch()
  }

  func cancel() {
    receiver = nil
    if let stream { stream.cancel() } else { connection.giveBackPlace() }
    leave()
  }

  func hold(_ isHeld: Bool) {
    guard self.isHeld != isHeld else { return }
    self.isHeld = isHeld
    if !isHeld, ungrantedByteCount > 0 {
      stream?.grant(byteCount: ungrantedByteCount)
      ungrantedByteCount = 0
    }
    watch()
  }

  /// The endpoint's time runs while it is the one that is waited for.
  private func watch() {
    let isAwaited = receiver != nil && !isHeld && (isSent || !isWritable)
    timer?.set(isAwaited ? timeout : nil)
  }

  private func leave() {
    guard !isOver else { return }
    isOver = true
    timer?.cancel()
    timer = nil
    pool.didEndStream()
  }

  private func fail(_ error: BackendError) {
    let receiver = self.receiver
    self.receiver = nil
    stream?.cancel()
    leave()
    receiver?.didFail(error)
  }

  // MARK: The answer

  func didReceiveHead(status: Int, headers: HeaderFields) {
    receiver?.didReceive(RequestForwarding.answerHead(status: status, headers))
    noteRound()
    watch()
  }

  func didReceiveBody(_ bytes: ByteBuffer) -> Int {
    receiver?.didReceive(bytes)
    noteRound()
    watch()
    guard isHeld else { return bytes.readableBytes }
    ungrantedByteCount += bytes.readableBytes
    return 0
  }

  func didReceiveTrailers(_ fields: HeaderFields) {
    trailers = RequestForwarding.answerHead(status: 0, fields).headers
  }

  /// What comes in one round of the event loop goes on together.
  private func noteRound() {
    guard !isRoundNoted else { return }
    isRoundNoted = true
    eventLoop.assumeIsolated().execute { [self] in
      isRoundNoted = false
      receiver?.didReadComplete()
    }
  }

  func mayWriteBody() {
    isWritable = true
    watch()
    receiver?.mayWrite()
  }

  func didEnd(_ error: ClientError?) {
    guard stream != nil else {
      // While the request is being sent: the receiver is not ready to hear that.
      return eventLoop.assumeIsolated().execute { [self] in didEnd(error) }
    }
    let receiver = self.receiver
    self.receiver = nil
    // First, so that the receiver's next request finds the place.
    leave()
    if error == nil { receiver?.didEnd(trailers: trailers) } else { receiver?.didFail(.lost) }
  }
}
