import Foundations
import Synchronization

@testable import Store

/// Keeps what a watch tells.
final class EventRecorder: Sendable {
  private struct State {
    var events: [StoreEvent] = []
    var messages: [[StoreEvent]] = []
    var end: StoreError?
    var waiters: [CheckedContinuation<StoreError, Never>] = []
  }
  private let state = Mutex(State())

  var events: [StoreEvent] { state.withLock { $0.events } }
  var messages: [[StoreEvent]] { state.withLock { $0.messages } }
  var end: StoreError? { state.withLock { $0.end } }

  func record(_ message: StoreWatchMessage) {
    let waiters = state.withLock { state in
      switch message {
      case .events(let events):
        state.events.append(contentsOf: events)
        state.messages.append(events)
        return [CheckedContinuation<StoreError, Never>]()
      case .ended(let error):
        state.end = error
        defer { state.waiters = [] }
        return state.waiters
      }
    }
    if case .ended(let error) = message {
      for waiter in waiters { waiter.resume(returning: error) }
    }
  }

  func waitForEnd() async -> StoreError {
    await withCheckedContinuation { continuation in
      let end = state.withLock { state in
        if state.end == nil { state.waiters.append(continuation) }
        return state.end
      }
      if let end { continuation.resume(returning: end) }
    }
  }
}

extension Store {
  /// Everything told after a revision, up to the newest one.
  func events(under prefix: Key, after revision: Revision) async throws -> [StoreEvent] {
    let recorder = EventRecorder()
    let watch = watch(under: prefix, after: revision, handler: recorder.record)
    let newest = try await newestRevision()
    let isAlive = await watch.reached(newest)
    watch.cancel()
    if !isAlive { throw recorder.end ?? .closed }
    return recorder.events
  }
}
