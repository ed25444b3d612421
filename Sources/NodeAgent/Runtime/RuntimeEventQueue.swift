import Foundations
import Synchronization

/// Events on their way to the node agent, in order. Holds `eventsMax`; one more, and all of them
/// become a single `.resync`, so the reader may be slow but never misses a change for good.
package final class RuntimeEventQueue: Sendable {
  static let eventsMax = 4096

  private let waiting = Mutex([RuntimeEvent]())
  private let signal = AsyncSignal()

  package init() {}

  package func append(_ event: RuntimeEvent) {
    waiting.withLock { waiting in
      if event == .resync || waiting.count >= Self.eventsMax {
        waiting = [.resync]  // whoever lists everything anew needs no older news
      } else {
        waiting.append(event)
      }
    }
    signal.wake()
  }

  /// Everything that waits, in order; waits for the first. Empty when the task is cancelled.
  package func nextBatch() async -> [RuntimeEvent] {
    while !Task.isCancelled {
      let batch = waiting.withLock { waiting in
        let batch = waiting
        waiting.removeAll(keepingCapacity: false)
        return batch
      }
      if !batch.isEmpty { return batch }
      await signal.wait()
    }
    return []
  }
}
