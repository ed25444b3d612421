import DequeModule
package import Foundations
import Synchronization

/// One reader of a resource's events, with a bounded queue.
///
/// The reader calls `drain()` once after opening and again whenever it is woken, until the batch
/// says `isDrained`; then it sleeps until the next wake. `stop()` when done.
package final class Watcher: Sendable {
  package struct Batch: Sendable {
    package let events: [WatchEvent]
    /// Nothing is left; a wake will tell of more. Otherwise drain again.
    package let isDrained: Bool
    /// Why the watch is over, once all events before that were handed out: `.tooSlow`, `.closed`,
    /// or what broke the store. Then nothing follows.
    package let end: StoreError?
  }

  private struct State {
    var queue = Deque<WatchEvent>()
    var queuedByteCount = 0
    /// Whether the reader has seen an empty queue and waits to be woken.
    var isAsleep = false
    var end: StoreError?
    var sleeper: CheckedContinuation<Void, Never>?
  }

  let scope: WatchScope
  private let cache: WatchCache
  private let options: WatchOptions
  private let selects: (@Sendable (CachedObject) -> Bool)?
  /// Later events are wanted.
  private let start: Revision
  private let state = Mutex(State())

  init(cache: WatchCache, after start: Revision, options: WatchOptions) {
    self.cache = cache
    self.start = start
    self.options = options
    self.scope = options.scope
    self.selects = options.effectiveSelection
  }

  /// Takes events out of the queue, oldest first.
  package func drain(max: Int = 512) -> Batch {
    state.withLock { state in
      let count = min(max, state.queue.count)
      let events = Array(state.queue.prefix(count))
      state.queue.removeFirst(count)
      state.queuedByteCount -= events.reduce(0) { $0 + $1.object.json.count }
      let isDrained = state.queue.isEmpty
      state.isAsleep = isDrained
      return Batch(events: events, isDrained: isDrained, end: isDrained ? state.end : nil)
    }
  }

  /// Waits until there is something to hand out, for readers that run in a task. One at a time.
  /// Cancelling the task stops the watch.
  package func nextBatch(max: Int = 512) async -> Batch {
    while true {
      let batch = drain(max: max)
      if !batch.events.isEmpty || batch.end != nil { return batch }
      await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
          let isReady = state.withLock { state in
            let isReady = !state.queue.isEmpty || state.end != nil
            if !isReady { state.sleeper = continuation }
            return isReady
          }
          if isReady { continuation.resume() }
        }
      } onCancel: {
        stop()
      }
    }
  }

  /// A revision up to which the reader has been handed everything; `nil` while some is queued.
  /// This is what a bookmark says.
  package func bookmark() -> Revision? {
    // Read first: what is queued later lies after it.
    let revision = cache.revision
    return state.withLock { $0.queue.isEmpty && $0.end == nil ? max(revision, start) : nil }
  }

  /// Ends the watch; the queue is dropped.
  package func stop() {
    cache.remove(self)
    end(.closed, keepingQueue: false)
  }

  enum Reception {
    case queued, mustWake, overflown
  }

  /// Takes an event of its scope, where it is selected and fits the queue.
  func offer(_ event: WatchEvent) -> Reception {
    guard event.revision > start else { return .queued }
    var event = event
    if let selects {
      guard let seen = event.seen(by: selects) else { return .queued }
      event = seen
    }
    return state.withLock { state in
      guard state.end == nil else { return .queued }
      state.queuedByteCount += event.object.json.count
      // One event always fits, however large.
      let isFull =
        state.queue.count >= options.queuedEventsMax
        || (state.queuedByteCount > options.queuedByteCountMax && !state.queue.isEmpty)
      if isFull {
        state.queue = Deque()
        state.queuedByteCount = 0
        state.end = .tooSlow
        return .overflown
      }
      state.queue.append(event)
      defer { state.isAsleep = false }
      return state.isAsleep ? .mustWake : .queued
    }
  }

  /// Takes past events; their number is bounded by the ring they come from.
  func backfill(_ events: some Sequence<WatchEvent>) {
    let seen = events.compactMap { event in
      scope.covers(event) ? (selects.map(event.seen(by:)) ?? event) : nil
    }
    state.withLock { state in
      state.queue.append(contentsOf: seen)
      state.queuedByteCount += seen.reduce(0) { $0 + $1.object.json.count }
    }
  }

  func end(_ error: StoreError, keepingQueue: Bool) {
    let isFirst = state.withLock { state in
      if !keepingQueue {
        state.queue = Deque()
        state.queuedByteCount = 0
      }
      defer { state.end = state.end ?? error }
      return state.end == nil
    }
    if isFirst { wake() }
  }

  func wake() {
    let sleeper = state.withLock { state in
      defer { state.sleeper = nil }
      return state.sleeper
    }
    sleeper?.resume()
    options.wake()
  }
}

extension WatchOptions {
  /// Unlike a name, an index value can change: an object then enters or leaves the scope.
  fileprivate var effectiveSelection: (@Sendable (CachedObject) -> Bool)? {
    guard case .index(let value) = scope else { return selects }
    guard let selects else { return { $0.indexValue == value } }
    return { $0.indexValue == value && selects($0) }
  }
}

extension WatchScope {
  /// Whether a watcher of this scope has to look at an event: the object lies in it, or did before.
  func covers(_ event: WatchEvent) -> Bool {
    switch self {
    case .all: true
    case .namespace(let namespace): event.object.namespace == namespace
    case .object(let namespace, let name):
      event.object.name == name && event.object.namespace == namespace
    case .index(let value):
      event.object.indexValue == value || event.previous?.indexValue == value
    }
  }
}
