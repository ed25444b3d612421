import DequeModule
import Synchronization

/// Keys that wait to be worked on, each at most once. A key that is being worked on is not handed
/// out again before `done`; when it is added meanwhile, it comes again after that.
///
/// Bounded by the number of distinct keys.
package final class KeyedQueue<Key: Hashable & Sendable>: Sendable {
  private struct State {
    var ready = Deque<Key>()
    /// Keys in `ready`, and keys to be added to it when their work is done.
    var waiting: Set<Key> = []
    var working: Set<Key> = []
    var failures: [Key: Int] = [:]
    var delayed: [Key: ContinuousClock.Instant] = [:]
    /// When the timer looks again; never later than the earliest in `delayed`.
    var nextLook: ContinuousClock.Instant?
    var consumers = Deque<CheckedContinuation<Key?, Never>>()
    var isClosed = false
    var addCount = 0
    var retryCount = 0
  }

  private let state = Mutex(State())
  private let timer = AsyncSignal()
  private let backoff: BackoffPolicy

  package init(backoff: BackoffPolicy = .controller) { self.backoff = backoff }

  /// What went through a queue since it was made.
  package struct Counts: Equatable, Sendable {
    /// Keys that wait now.
    package var waiting: Int
    package var added: Int
    /// Those that came again after a failure.
    package var retried: Int
  }

  package var counts: Counts {
    state.withLock {
      Counts(waiting: $0.waiting.count, added: $0.addCount, retried: $0.retryCount)
    }
  }

  /// Adds a key; nothing happens where it waits already.
  package func add(_ key: Key) {
    let consumer: CheckedContinuation<Key?, Never>? = state.withLock { state in
      guard !state.isClosed, state.waiting.insert(key).inserted else { return nil }
      state.delayed[key] = nil
      state.addCount += 1
      if state.working.contains(key) { return nil }
      if let consumer = state.consumers.popFirst() {
        state.waiting.remove(key)
        state.working.insert(key)
        return consumer
      }
      state.ready.append(key)
      return nil
    }
    consumer?.resume(returning: key)
  }

  /// Adds a key after a pause. The earlier of two pauses counts.
  package func add(_ key: Key, after pause: Duration) {
    let due = ContinuousClock.now + pause
    let isNext = state.withLock { state in
      if let earlier = state.delayed[key], earlier <= due { return false }
      state.delayed[key] = due
      if let nextLook = state.nextLook, nextLook <= due { return false }
      state.nextLook = due
      return true
    }
    if isNext { timer.wake() }
  }

  /// Adds a key that failed, after a pause that doubles with each failure in a row.
  package func addAfterFailure(_ key: Key) {
    let failures = state.withLock { state in
      state.failures[key, default: 0] += 1
      state.retryCount += 1
      return state.failures[key, default: 1]
    }
    add(key, after: backoff.pause(afterFailures: failures))
  }

  /// A key succeeded: its next failure is the first again.
  package func forget(_ key: Key) { state.withLock { $0.failures[key] = nil } }

  /// Waits for a key. `done` must follow. `nil` when the queue is closed.
  package func next() async -> Key? {
    await withCheckedContinuation { continuation in
      let answer: Key?? = state.withLock { state in
        if state.isClosed { return .some(nil) }
        if let key = state.ready.popFirst() {
          state.waiting.remove(key)
          state.working.insert(key)
          return key
        }
        state.consumers.append(continuation)
        return nil
      }
      if let answer { continuation.resume(returning: answer) }
    }
  }

  /// The work on a key has ended, well or badly.
  package func done(_ key: Key) {
    let consumer: CheckedContinuation<Key?, Never>? = state.withLock { state in
      state.working.remove(key)
      guard state.waiting.contains(key) else { return nil }
      if let consumer = state.consumers.popFirst() {
        state.waiting.remove(key)
        state.working.insert(key)
        return consumer
      }
      state.ready.append(key)
      return nil
    }
    consumer?.resume(returning: key)
  }

  /// Wakes everyone who waits, with `nil`. Later adds do nothing.
  package func close() {
    let consumers = state.withLock { state in
      state.isClosed = true
      defer { state.consumers = [] }
      return state.consumers
    }
    for consumer in consumers { consumer.resume(returning: nil) }
  }

  /// Moves keys whose pause is over to the front of the work; returns when the task is cancelled.
  package func runTimer() async {
    while !Task.isCancelled {
      let now = ContinuousClock.now
      let (due, nextDue) = state.withLock { state in
        let due = state.delayed.compactMap { $0.value <= now ? $0.key : nil }
        for key in due { state.delayed[key] = nil }
        state.nextLook = state.delayed.values.min()
        return (due, state.nextLook)
      }
      for key in due { add(key) }
      await timer.wait(until: nextDue)
    }
  }
}

/// How long to wait after failures in a row.
package struct BackoffPolicy: Equatable, Sendable {
  package let first: Duration
  package let longest: Duration

  package init(first: Duration, longest: Duration) {
    self.first = first
    self.longest = longest
  }

  /// For work queues: 5 ms, doubling to 100 s. Source: upstream's default controller rate limiter
  /// (5 ms to 1000 s), with an end that people wait for.
  package static let controller = BackoffPolicy(first: .milliseconds(5), longest: .seconds(100))

  /// - Parameter failures: in a row, 1 or more.
  package func pause(afterFailures failures: Int) -> Duration {
    var pause = first
    for _ in 1..<max(failures, 1) where pause < longest { pause = pause * 2 }
    return min(pause, longest)
  }
}
