import Foundations
import Synchronization

/// What waits to be sent on, many at a time. Bounded: what finds no room is the caller's to count.
/// Whoever adds never waits; one task takes.
final class BatchQueue<Element: Sendable>: Sendable {
  private let waitingMax: Int
  private let batchMax: Int
  private let batchWait: Duration
  private let waiting = Mutex<[Element]>([])
  private let signal = AsyncSignal()

  /// - Parameters:
  ///   - waitingMax: elements that may wait.
  ///   - batchWait: how long the first of a batch waits for others.
  init(waitingMax: Int, batchMax: Int, batchWait: Duration) {
    self.waitingMax = waitingMax
    self.batchMax = batchMax
    self.batchWait = batchWait
  }

  var count: Int { waiting.withLock { $0.count } }

  /// - Returns: whether there was room.
  func add(_ element: Element) -> Bool {
    let count = waiting.withLock { waiting -> Int? in
      guard waiting.count < waitingMax else { return nil }
      waiting.append(element)
      return waiting.count
    }
    if count == 1 || count == batchMax { signal.wake() }
    return count != nil
  }

  /// Until a batch is full, or its first element has waited long enough, or the task is cancelled.
  func waitForBatch() async {
    while count == 0, !Task.isCancelled { await signal.wait() }
    let deadline = ContinuousClock.now + batchWait
    while count < batchMax, ContinuousClock.now < deadline, !Task.isCancelled {
      await signal.wait(until: deadline)
    }
  }

  /// The oldest, as many as one batch holds.
  func takeBatch() -> [Element] {
    waiting.withLock { waiting in
      let batch = Array(waiting.prefix(batchMax))
      waiting.removeFirst(batch.count)
      return batch
    }
  }
}
