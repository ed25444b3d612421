import Dispatch
import Store
import Synchronization

/// A watcher that is drained on a queue when woken, as a connection's event loop does.
final class DrainingReader: Sendable {
  private struct State {
    var remaining = 0
    var byteCount = 0
    var waiter: CheckedContinuation<Void, Never>?
  }
  private let queue: DispatchQueue
  private let watcher = Mutex<Watcher?>(nil)
  private let expected: Int?
  private let state = Mutex(State())

  init(
    _ cache: WatchCache, scope: WatchScope = .all, queue: DispatchQueue, expected: Int? = nil
  ) throws {
    self.queue = queue
    self.expected = expected
    var options = WatchOptions(scope: scope, wake: { [weak self] in self?.schedule() })
    options.queuedEventsMax = 1_000_000
    options.queuedByteCountMax = 1 << 40
    let opened = try cache.watch(after: nil, options)
    watcher.withLock { $0 = opened }
    schedule()
  }

  func expect(_ count: Int) { state.withLock { $0.remaining = expected ?? count } }

  func finished() async {
    await withCheckedContinuation { continuation in
      let isDone = state.withLock { state in
        if state.remaining > 0 { state.waiter = continuation }
        return state.remaining == 0
      }
      if isDone { continuation.resume() }
    }
  }

  func stop() { watcher.withLock { $0 }?.stop() }

  private func schedule() { queue.async { self.drain() } }

  private func drain() {
    guard let watcher = watcher.withLock({ $0 }) else { return }
    while true {
      let batch = watcher.drain()
      let waiter = state.withLock { state in
        for event in batch.events { state.byteCount += event.object.json.count }
        state.remaining -= batch.events.count
        defer { if state.remaining == 0 { state.waiter = nil } }
        return state.remaining == 0 ? state.waiter : nil
      }
      waiter?.resume()
      if batch.isDrained { return }
    }
  }
}
