import Synchronization

/// A flag that one task waits for and anyone raises. Raises while nobody waits are kept, as one.
package final class AsyncSignal: Sendable {
  private struct State {
    var isRaised = false
    var waiter: CheckedContinuation<Void, Never>?
    /// Tells a timer of an earlier wait from the present one's.
    var generation = 0
  }
  private let state = Mutex(State())

  package init() {}

  package func wake() {
    let waiter: CheckedContinuation<Void, Never>? = state.withLock { state in
      guard let waiter = state.waiter else {
        state.isRaised = true
        return nil
      }
      state.waiter = nil
      return waiter
    }
    waiter?.resume()
  }

  /// Returns when the flag is raised, taking it down, when `deadline` comes, or when the task is
  /// cancelled. Only one task may wait.
  package func wait(until deadline: ContinuousClock.Instant? = nil) async {
    if let deadline {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await self.waitForWake() }
        group.addTask {
          // Cancelled when the flag came first.
          do { try await ContinuousClock().sleep(until: deadline) } catch { return }
          self.wake()
        }
        await group.next()
        group.cancelAll()
      }
    } else {
      await waitForWake()
    }
  }

  private func waitForWake() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isReady = state.withLock { state in
          if state.isRaised || Task.isCancelled {
            state.isRaised = false
            return true
          }
          precondition(state.waiter == nil, "two tasks wait for one signal")
          state.waiter = continuation
          return false
        }
        if isReady { continuation.resume() }
      }
    } onCancel: {
      wake()
    }
  }
}
