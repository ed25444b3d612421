import DequeModule
package import NIOCore

/// The body of a request, handed over as it comes: it never stands in memory as a whole.
///
/// Lives on the connection's event loop: every call is made there, and every callback comes there.
/// What comes while nobody takes it waits here; the connection stops reading meanwhile, so that is
/// one read (HTTP/1.1) or the stream's window (HTTP/2) at most.
package final class RequestBody {
  package enum End: Equatable, Sendable {
    /// All of it has been handed over.
    case whole
    /// No more comes. `nil`: the client is gone, or its request is answered.
    case broken(ProtocolProblem?)
  }

  /// What the connection learns of.
  enum Step {
    /// Somebody takes it now: a client that waits for that may send.
    case started
    /// So many bytes that waited are taken.
    case taken(byteCount: Int)
    /// It may go on.
    case resumed
  }

  package let eventLoop: any EventLoop
  /// `nil` where the client did not say: it comes in chunks.
  package let announcedByteCount: Int?
  private var waiting = Deque<ByteBuffer>()
  private(set) var waitingByteCount = 0
  private(set) var end: End?
  private var isStarted = false
  private var isPaused = false
  private var isHandingOver = false
  private var onBytes: ((ByteBuffer) -> Void)?
  private var onEnd: ((End) -> Void)?
  private var onStep: ((Step) -> Void)?

  /// - Parameter onStep: let go at the end.
  init(eventLoop: any EventLoop, announcedByteCount: Int?, onStep: @escaping (Step) -> Void) {
    self.eventLoop = eventLoop
    self.announcedByteCount = announcedByteCount
    self.onStep = onStep
  }

  /// A body that has come already.
  package init(whole bytes: [UInt8], on eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
    announcedByteCount = bytes.count
    if !bytes.isEmpty { waiting.append(ByteBuffer(bytes: bytes)) }
    waitingByteCount = bytes.count
    end = .whole
  }

  /// Whether the connection should leave bytes where they are.
  var isHolding: Bool { !isStarted || isPaused || waitingByteCount > 0 }

  // MARK: The handler's side

  /// Begins to take the body; called once.
  /// - Parameters:
  ///   - onBytes: never empty, in order. It may `pause`.
  ///   - onEnd: called once, after the last bytes.
  package func receive(
    onBytes: @escaping (ByteBuffer) -> Void, onEnd: @escaping (End) -> Void
  ) {
    precondition(!isStarted, "a request's body was taken twice")
    isStarted = true
    self.onBytes = onBytes
    self.onEnd = onEnd
    onStep?(.started)
    handOver()
  }

  /// Hands nothing over until `resume`.
  package func pause() { isPaused = true }

  package func resume() {
    guard isPaused else { return }
    isPaused = false
    handOver()
    onStep?(.resumed)
  }

  /// Bytes and end, as far as they are there and wanted.
  private func handOver() {
    guard isStarted, !isHandingOver else { return }
    isHandingOver = true
    while !isPaused, let bytes = waiting.popFirst() {
      waitingByteCount -= bytes.readableBytes
      onStep?(.taken(byteCount: bytes.readableBytes))
      onBytes?(bytes)
    }
    isHandingOver = false
    guard let end, waiting.isEmpty, let onEnd else { return }
    letGo()
    onEnd(end)
  }

  private func letGo() {
    onBytes = nil
    onEnd = nil
    onStep = nil
  }

  // MARK: The connection's side

  /// - Returns: how many bytes wait for the handler, of these.
  func deliver(_ bytes: ByteBuffer) -> Int {
    guard end == nil, bytes.readableBytes > 0 else { return 0 }
    if isStarted, !isPaused, waiting.isEmpty, !isHandingOver {
      onBytes?(bytes)
      return 0
    }
    waiting.append(bytes)
    waitingByteCount += bytes.readableBytes
    return bytes.readableBytes
  }

  /// No more comes. What waits is still handed over, unless the end is a broken one.
  func finish(_ end: End) {
    guard self.end == nil else { return }
    self.end = end
    if end != .whole { drop() }
    handOver()
  }

  /// Nobody wants it any more: the request is answered, or its client gone.
  func close() {
    finish(.broken(nil))
    drop()
    letGo()
  }

  private func drop() {
    let dropped = waitingByteCount
    waiting = []
    waitingByteCount = 0
    if dropped > 0 { onStep?(.taken(byteCount: dropped)) }
  }
}
