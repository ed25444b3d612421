import DequeModule
import Synchronization

/// A number of places. Whoever finds none waits for one, first come first served.
package final class Semaphore: Sendable {
  private struct State {
    var free: Int
    var waiters = Deque<CheckedContinuation<Void, Never>>()
  }
  private let state: Mutex<State>

  package init(_ places: Int) {
    precondition(places > 0, "a semaphore without places lets nobody through")
    state = Mutex(State(free: places))
  }

  package func acquire() async {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        if state.free > 0 {
          state.free -= 1
          return true
        }
        state.waiters.append(continuation)
        return false
      }
      if isFree { continuation.resume() }
    }
  }

  package func release() {
    let next = state.withLock { state in
      let next = state.waiters.popFirst()
      if next == nil { state.free += 1 }
      return next
    }
    next?.resume()
  }
}
