import Synchronization

/// Waits for a number of calls to finish, on whatever threads they do.
final class Countdown<Failure: Sendable>: Sendable {
  private struct State {
    var remaining: Int
    var failure: Failure?
  }
  private let state: Mutex<State>
  private let done: @Sendable (Failure?) -> Void

  /// - Parameter done: called once, when the last call has finished, with the first failure; at
  ///   once where there is nothing to wait for.
  init(_ count: Int, done: @escaping @Sendable (Failure?) -> Void) {
    self.state = Mutex(State(remaining: count))
    self.done = done
    if count == 0 { done(nil) }
  }

  func finish(_ failure: Failure?) {
    let last: State? = state.withLock { state in
      state.remaining -= 1
      if state.failure == nil { state.failure = failure }
      return state.remaining == 0 ? state : nil
    }
    if let last { done(last.failure) }
  }
}
