import DequeModule
package import NIOCore
import Synchronization

/// Writes the body of one streamed answer, from any thread.
///
/// Bytes wait here until the client's windows and socket take them. What waits is bounded: see
/// `Responder.stream`. A writer that can pause looks at `isWritable` and waits for `onWritable`.
package final class BodyWriter: Sendable {
  /// Four of the largest objects, which is also some thousands of usual watch events.
  package static let defaultBufferLimit = 6 << 20

  package enum CloseReason: Equatable, Sendable {
    /// `finish` was called, and everything went out.
    case finished
    /// The connection or the stream ended on the client's side, or the server stopped.
    case clientGone
    /// The client read too slowly: more than the limit was waiting.
    case overflow
    /// `abort` was called.
    case aborted
  }

  fileprivate struct State {
    var pending: [[UInt8]] = []
    /// As `pending`, of a body that is written in buffers.
    var pendingBuffers: [ByteBuffer] = []
    /// Bytes in both, and those the drain took and has not handed to the network.
    var bufferedByteCount = 0
    var isDrainScheduled = false
    var isFinishing = false
    /// Behind the body.
    var trailers = HeaderFields()
    var isPauseAdvised = false
    /// Fills the body on the drain's thread, when `askSource` has been called.
    var source: (@Sendable () -> Void)?
    var isSourceAsked = false
    /// Set once; nothing but callbacks happens after it.
    var closeReason: CloseReason?
    var drain: (any BodyDrain)?
    var onWritable: (@Sendable () -> Void)?
    var onClose: (@Sendable (CloseReason) -> Void)?
    var onEnd: (@Sendable (CloseReason) -> Void)?
  }

  private let bufferLimit: Int
  /// From here on `isWritable` says no, until less than half of it waits.
  private let pauseLimit: Int
  private let state = Mutex(State())

  /// - Parameter bufferLimit: at least 2.
  init(bufferLimit: Int) {
    precondition(bufferLimit >= 2, "a body writer needs room to buffer")
    self.bufferLimit = bufferLimit
    self.pauseLimit = min(256 << 10, bufferLimit / 2)
  }

  /// Appends to the body. The first write into an empty buffer may have any size.
  /// - Returns: whether the stream still lives.
  @discardableResult
  package func write(_ bytes: [UInt8]) -> Bool {
    append(byteCount: bytes.count) { $0.pending.append(bytes) }
  }

  @discardableResult
  package func write(_ chunks: [[UInt8]]) -> Bool {
    append(byteCount: chunks.byteCount) { $0.pending.append(contentsOf: chunks) }
  }

  /// As above, without a copy on the way. A body is written in arrays or in buffers, not in both:
  /// their order among each other is lost.
  @discardableResult
  package func write(_ bytes: ByteBuffer) -> Bool {
    append(byteCount: bytes.readableBytes) { $0.pendingBuffers.append(bytes) }
  }

  private func append(byteCount: Int, _ add: (inout State) -> Void) -> Bool {
    guard byteCount > 0 else { return isOpen }
    let (isAlive, drain) = state.withLock { state -> (Bool, (any BodyDrain)?) in
      guard state.closeReason == nil, !state.isFinishing else { return (false, nil) }
      if state.bufferedByteCount > 0, state.bufferedByteCount + byteCount > bufferLimit {
        state.closeReason = .overflow
        state.dropPending()
        return (false, state.takeDrainToWake())
      }
      add(&state)
      state.bufferedByteCount += byteCount
      return (true, state.takeDrainToWake())
    }
    drain?.wake()
    return isAlive
  }

  /// Ends the body once everything before it is out. Later writes do nothing.
  /// - Parameter trailers: go behind the body over HTTP/2; HTTP/1.1 leaves them away.
  package func finish(trailers: HeaderFields = HeaderFields()) {
    end {
      $0.isFinishing = true
      $0.trailers = trailers
    }
  }

  /// Ends the stream at once and visibly broken, so the client cannot take it for complete.
  package func abort() {
    end {
      $0.closeReason = .aborted
      $0.dropPending()
    }
  }

  private func end(_ change: (inout State) -> Void) {
    let drain = state.withLock { state -> (any BodyDrain)? in
      guard state.closeReason == nil, !state.isFinishing else { return nil }
      change(&state)
      return state.takeDrainToWake()
    }
    drain?.wake()
  }

  package var isOpen: Bool { state.withLock { $0.closeReason == nil && !$0.isFinishing } }

  /// Whether more should be written now. Advice: writes are taken up to the buffer limit.
  package var isWritable: Bool {
    state.withLock { state in
      guard state.closeReason == nil else { return false }
      if state.bufferedByteCount >= pauseLimit { state.isPauseAdvised = true }
      return !state.isPauseAdvised
    }
  }

  /// Calls `action` each time the writer becomes writable after `isWritable` said no. Runs on the
  /// event loop: it must not block. A later call replaces the action of an earlier one.
  package func onWritable(_ action: @escaping @Sendable () -> Void) {
    state.withLock { $0.onWritable = action }
  }

  /// Has `source` called on the event loop after each `askSource()`, to write what there is by then.
  /// It must not block. A later call replaces the source of an earlier one.
  package func onAsked(_ source: @escaping @Sendable () -> Void) {
    state.withLock { $0.source = source }
  }

  /// There is something to write: the event loop is to ask the source for it. What else comes up
  /// before it does shares the way there, and the write. From any thread.
  package func askSource() {
    let drain = state.withLock { state -> (any BodyDrain)? in
      guard state.closeReason == nil, !state.isFinishing else { return nil }
      state.isSourceAsked = true
      return state.takeDrainToWake()
    }
    drain?.wake()
  }

  /// Calls `action` once when the stream has ended, in whatever way; at once where it has already.
  /// Runs on the event loop: it must not block. A later call replaces the action of an earlier one.
  package func onClose(_ action: @escaping @Sendable (CloseReason) -> Void) {
    let reason = state.withLock { state -> CloseReason? in
      // While a drain is attached it has yet to report the end.
      if let reason = state.closeReason, state.drain == nil { return reason }
      state.onClose = action
      return nil
    }
    if let reason { action(reason) }
  }
}

extension BodyWriter {
  /// Calls `action` once when the stream has ended, beside the action of `onClose` and those of earlier
  /// calls: for those who look on at an answer that others write. To be called before the stream starts.
  package func onEnd(_ action: @escaping @Sendable (CloseReason) -> Void) {
    state.withLock { state in
      guard let earlier = state.onEnd else {
        state.onEnd = action
        return
      }
      state.onEnd = { reason in
        earlier(reason)
        action(reason)
      }
    }
  }
}

/// Whoever carries a body to the network. `wake` may come from any thread, and asks for one call of
/// `takeWork` on the drain's own.
package protocol BodyDrain: AnyObject, Sendable {
  func wake()
}

// MARK: The drain's side

extension BodyWriter {
  /// What a drain finds when it looks.
  struct Work {
    var chunks: [[UInt8]]
    var buffers: [ByteBuffer]
    /// No part of the body comes behind them.
    var isLast: Bool
    var trailers: HeaderFields
    /// The stream is to be broken off.
    var isBroken: Bool
  }

  /// Connects the body with its way out. Wakes `drain` where bytes already wait.
  package func attach(_ drain: any BodyDrain) {
    let woken = state.withLock { state -> (any BodyDrain)? in
      state.drain = drain
      let hasWork =
        !state.pending.isEmpty || !state.pendingBuffers.isEmpty || state.isSourceAsked
        || state.isFinishing
        || state.closeReason != nil
      return hasWork ? state.takeDrainToWake() : nil
    }
    woken?.wake()
  }

  /// Takes everything that waits. The drain reports it with `didHandOver` as it leaves.
  func takeWork() -> Work {
    let source = state.withLock { state in
      defer { state.isSourceAsked = false }
      return state.isSourceAsked ? state.source : nil
    }
    source?()
    let (work, drain) = state.withLock { state in
      state.isDrainScheduled = false
      let (chunks, buffers) = (state.pending, state.pendingBuffers)
      state.dropPending()
      let work = Work(
        chunks: chunks, buffers: buffers, isLast: state.isFinishing,
        trailers: state.trailers,
        isBroken: state.closeReason == .overflow || state.closeReason == .aborted)
      // A source that has more says so while it is asked.
      return (work, state.isSourceAsked ? state.takeDrainToWake() : nil)
    }
    drain?.wake()
    return work
  }

  /// `byteCount` bytes have gone to the network.
  func didHandOver(byteCount: Int) {
    let action = state.withLock { state -> (@Sendable () -> Void)? in
      state.bufferedByteCount -= byteCount
      guard state.isPauseAdvised, state.bufferedByteCount <= pauseLimit / 2 else { return nil }
      state.isPauseAdvised = false
      return state.closeReason == nil ? state.onWritable : nil
    }
    action?()
  }

  /// The stream is over. The first reason counts; callbacks are let go.
  package func didClose(_ reason: CloseReason) {
    let (action, onEnd, reason) = state.withLock { state in
      let action = state.onClose
      let onEnd = state.onEnd
      let first = state.closeReason ?? reason
      state.closeReason = first
      state.onClose = nil
      state.onEnd = nil
      state.onWritable = nil
      state.source = nil
      state.drain = nil
      state.dropPending()
      state.bufferedByteCount = 0
      return (action, onEnd, first)
    }
    action?(reason)
    onEnd?(reason)
  }
}

extension BodyWriter.State {
  fileprivate mutating func dropPending() {
    pending = []
    if !pendingBuffers.isEmpty { pendingBuffers = [] }
  }

  /// The drain, where nobody has woken it for what waits now.
  fileprivate mutating func takeDrainToWake() -> (any BodyDrain)? {
    guard let drain, !isDrainScheduled else { return nil }
    isDrainScheduled = true
    return drain
  }
}
