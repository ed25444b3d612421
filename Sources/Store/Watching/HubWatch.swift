import Foundations
import Synchronization

/// A watch on an engine of this process.
final class HubWatch: StoreWatch {
  let prefix: Key
  private let start: Revision
  private let hub: WatchHub
  private let handler: @Sendable (StoreWatchMessage) -> Void
  private let state: Mutex<State>

  private struct Waiter {
    let revision: Revision
    let body: @Sendable (Bool) -> Void
  }

  private struct State {
    var phase: Phase
    var waiters: [Waiter] = []
  }

  private enum Phase {
    /// History is being told; everything up to the revision has been. Then `live` or `ended`.
    case replaying(through: Revision)
    /// The hub tells each change as it happens. Then `ended`.
    case live
    case ended(at: Revision)
  }

  init(
    hub: WatchHub, prefix: Key, after revision: Revision,
    handler: @escaping @Sendable (StoreWatchMessage) -> Void
  ) {
    self.hub = hub
    self.prefix = prefix
    self.start = revision
    self.handler = handler
    state = Mutex(State(phase: .replaying(through: revision)))
  }

  var progress: Revision { state.withLock { progress(in: $0.phase) } }

  private func progress(in phase: Phase) -> Revision {
    switch phase {
    case .replaying(let revision), .ended(let revision): revision
    case .live: hub.progress
    }
  }

  var isEnded: Bool {
    state.withLock { if case .ended = $0.phase { true } else { false } }
  }

  func whenProgress(reaches revision: Revision, _ body: @escaping @Sendable (Bool) -> Void) {
    // Counted before looking: a publisher that misses the count has already moved the progress.
    hub.addWaiting(1)
    let answer: Bool? = state.withLock { state in
      if progress(in: state.phase) >= revision { return true }
      if case .ended = state.phase { return false }
      state.waiters.append(Waiter(revision: revision, body: body))
      return nil
    }
    if let answer {
      hub.addWaiting(-1)
      body(answer)
    }
  }

  func cancel() {
    hub.remove(self)
    finish()
  }

  /// Hands over the events under this watch's prefix and after its start, if any.
  func tell(_ events: [StoreEvent]) {
    guard !isEnded else { return }
    let mine = events.allSatisfy(concerns) ? events : events.filter(concerns)
    if !mine.isEmpty { handler(.events(mine)) }
  }

  private func concerns(_ event: StoreEvent) -> Bool {
    event.revision > start && event.key.hasPrefix(prefix)
  }

  /// Tells a stretch of history.
  func replay(_ events: [StoreEvent], through revision: Revision) {
    tell(events)
    state.withLock { state in
      if case .replaying = state.phase { state.phase = .replaying(through: revision) }
    }
    wakeWaiters(through: revision)
  }

  func goLive() {
    state.withLock { state in
      if case .replaying = state.phase { state.phase = .live }
    }
    if isEnded {
      hub.remove(self)  // cancelled while it was being put into the table
    } else {
      wakeWaiters(through: hub.progress)
    }
  }

  func end(_ error: StoreError) { finish(telling: error) }

  func wakeWaiters(through revision: Revision) {
    let ready = state.withLock { state in
      guard !state.waiters.isEmpty else { return [Waiter]() }
      let ready = state.waiters.filter { $0.revision <= revision }
      state.waiters.removeAll { $0.revision <= revision }
      return ready
    }
    hub.addWaiting(-ready.count)
    for waiter in ready { waiter.body(true) }
  }

  private func finish(telling error: StoreError? = nil) {
    let waiters: [Waiter]? = state.withLock { state in
      if case .ended = state.phase { return nil }
      state.phase = .ended(at: progress(in: state.phase))
      defer { state.waiters = [] }
      return state.waiters
    }
    guard let waiters else { return }
    if let error { handler(.ended(error)) }
    hub.addWaiting(-waiters.count)
    for waiter in waiters { waiter.body(false) }
  }
}
