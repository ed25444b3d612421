import NIOCore
import Synchronization

/// One request and its answer: what a `Responder` stands for on a real connection.
///
/// The answer may come from any thread. On the event loop it goes straight to the connection;
/// from elsewhere it waits in `mailbox` for the loop.
final class Exchange: ResponseSink, BodyDrain, EventLoopWork, @unchecked Sendable {
  // Unchecked: everything that is neither a constant nor in `mailbox` is used on the event loop
  // only, by the connection that made this.

  private enum Answer: Sendable {
    case response(ServerResponse)
    case stream(ResponseHead, BodyWriter)
    case upgrade(String, HeaderFields, @Sendable ((any Channel)?) -> Void)
  }

  private struct Mailbox {
    var isAnswered = false
    /// Answered whole, or the client is gone: nothing can be done for it any more.
    var isOver = false
    var isCancelled = false
    var isEnqueued = false
    var hasBodyWork = false
    var answer: Answer?
    var onCancel: (@Sendable () -> Void)?
    var onEnd: (@Sendable () -> Void)?

    /// Whether whoever asks has to put the exchange into the outbox.
    mutating func mustEnqueue() -> Bool {
      defer { isEnqueued = true }
      return !isEnqueued
    }
  }

  let outbox: EventLoopOutbox
  /// HTTP/2's number of the stream; 0 for HTTP/1.1.
  let streamNumber: Int
  private let mailbox = Mutex(Mailbox())

  // On the event loop only:

  /// `nil` once the exchange is over.
  private(set) var connection: (any ServerConnection)?
  /// The answer leaves its body away.
  var isHeadRequest = false
  /// Set while the answer streams.
  private(set) var writer: BodyWriter?
  /// What waits to be sent, of a whole body or of a stream.
  var outgoing = OutgoingBody()
  /// Nothing comes behind `outgoing`.
  var isOutgoingComplete = false
  /// Behind `outgoing`, once that is complete.
  var trailers = HeaderFields()
  /// HTTP/2: bytes that the client's window of this stream still takes.
  var sendWindow = 0
  /// When bytes last left, or could not.
  var lastProgress: NIODeadline = .uptimeNanoseconds(0)

  init(outbox: EventLoopOutbox, connection: any ServerConnection, streamNumber: Int) {
    self.outbox = outbox
    self.connection = connection
    self.streamNumber = streamNumber
  }

  // MARK: The handler's side, from any thread

  func send(_ response: ServerResponse) { answer(.response(response)) }

  func startStream(_ head: ResponseHead, _ writer: BodyWriter) {
    writer.attach(self)
    answer(.stream(head, writer))
  }

  func upgrade(
    to name: String, headers: HeaderFields, install: @escaping @Sendable ((any Channel)?) -> Void
  ) {
    answer(.upgrade(name, headers, install))
  }

  func onCancel(_ action: @escaping @Sendable () -> Void) {
    let isCancelled = mailbox.withLock { mailbox in
      if !mailbox.isOver { mailbox.onCancel = action }
      return mailbox.isCancelled
    }
    if isCancelled { action() }
  }

  func onEnd(_ action: @escaping @Sendable () -> Void) {
    let isOver = mailbox.withLock { mailbox in
      if !mailbox.isOver { mailbox.onEnd = action }
      return mailbox.isOver
    }
    if isOver { action() }
  }

  /// The body's writer has something to take.
  func wake() {
    let mustEnqueue = mailbox.withLock { mailbox in
      guard !mailbox.isOver else { return false }
      mailbox.hasBodyWork = true
      return mailbox.mustEnqueue()
    }
    if mustEnqueue { outbox.enqueue(self) }
  }

  private func answer(_ answer: Answer) {
    let isInEventLoop = outbox.eventLoop.inEventLoop
    let (isOver, mustEnqueue) = mailbox.withLock { mailbox in
      precondition(!mailbox.isAnswered, "a request was answered twice")
      mailbox.isAnswered = true
      if isInEventLoop || mailbox.isOver { return (mailbox.isOver, false) }
      mailbox.answer = answer
      return (false, mailbox.mustEnqueue())
    }
    if isOver {
      Self.discard(answer)
    } else if isInEventLoop {
      deliver(answer)
    } else if mustEnqueue {
      outbox.enqueue(self)
    }
  }

  /// Tells whoever waits behind `answer` that nobody will read it.
  private static func discard(_ answer: Answer) {
    switch answer {
    case .response: break
    case .stream(_, let writer): writer.didClose(.clientGone)
    case .upgrade(_, _, let install): install(nil)
    }
  }
}

// MARK: The connection's side, on the event loop

extension Exchange {
  func performOnEventLoop() {
    let (answer, hasBodyWork) = mailbox.withLock { mailbox in
      defer {
        mailbox.isEnqueued = false
        mailbox.hasBodyWork = false
        mailbox.answer = nil
      }
      return (mailbox.answer, mailbox.hasBodyWork)
    }
    if let answer { deliver(answer) }
    if hasBodyWork, writer != nil { connection?.pump(self) }
  }

  private func deliver(_ answer: Answer) {
    guard let connection else { return Self.discard(answer) }
    switch answer {
    case .response(let response):
      connection.answer(self, with: response)
    case .stream(let head, let writer):
      self.writer = writer
      connection.beginStream(self, head)
      connection.pump(self)
    case .upgrade(let name, let headers, let install):
      connection.upgrade(self, to: name, headers: headers, install: install)
    }
  }

  /// Takes what the writer holds into `outgoing`.
  /// - Returns: `false` where the stream is to be broken off.
  func takeBodyWork() -> Bool {
    guard let writer else { return true }
    let work = writer.takeWork()
    guard !work.isBroken else { return false }
    outgoing.append(contentsOf: work.chunks)
    if !work.buffers.isEmpty { outgoing.append(contentsOf: work.buffers) }
    if work.isLast {
      isOutgoingComplete = true
      trailers = work.trailers
    }
    return true
  }

  /// `byteCount` bytes of the body are on their way.
  func didSend(byteCount: Int, at now: NIODeadline) {
    lastProgress = now
    writer?.didHandOver(byteCount: byteCount)
  }

  /// The answer is out, whole.
  func didComplete() {
    connection = nil
    let (onCancel, onEnd) = mailbox.withLock { mailbox in
      mailbox.isOver = true
      defer {
        mailbox.onCancel = nil
        mailbox.onEnd = nil
      }
      return (mailbox.onCancel, mailbox.onEnd)
    }
    // Let go outside the lock: what it captured may run code as it dies.
    withExtendedLifetime(onCancel) {}
    onEnd?()
    writer?.didClose(.finished)
    writer = nil
  }

  /// The client is gone, or the answer cannot be finished.
  func didBreak(_ reason: BodyWriter.CloseReason = .clientGone) {
    guard connection != nil else { return }
    connection = nil
    let (onCancel, onEnd, answer) = mailbox.withLock { mailbox in
      mailbox.isOver = true
      mailbox.isCancelled = true
      defer {
        mailbox.onCancel = nil
        mailbox.onEnd = nil
        mailbox.answer = nil
      }
      return (mailbox.onCancel, mailbox.onEnd, mailbox.answer)
    }
    onCancel?()
    onEnd?()
    if let answer { Self.discard(answer) }
    writer?.didClose(reason)
    writer = nil
    outgoing = OutgoingBody()
  }
}
