import NIOCore
import Synchronization

/// The HTTP/2 stream of a call, for whoever wants to end the call early: perhaps before there is a
/// stream.
final class GRPCStream: Sendable {
  /// Next: `.waiting` → `.open` → `.closed`, or straight to `.closed`.
  private enum State {
    case waiting
    case open(any Channel)
    case closed
  }
  private let state = Mutex(State.waiting)

  func open(_ channel: any Channel) {
    let isUnwanted = state.withLock { state in
      if case .closed = state { return true }
      state = .open(channel)
      return false
    }
    if isUnwanted { channel.close(promise: nil) }
  }

  /// The server is told that nobody waits any more.
  func close() {
    let channel: (any Channel)? = state.withLock { state in
      defer { state = .closed }
      if case .open(let channel) = state { return channel }
      return nil
    }
    channel?.close(promise: nil)
  }
}
