import DequeModule
import Foundations

/// The latest events of a resource, for watches that resume and lists at a recent revision.
///
/// Bounded in number and in bytes; the oldest go first, and whoever needs them must list again.
struct EventRing {
  private var events = Deque<WatchEvent>()
  private(set) var byteCount = 0
  var count: Int { events.count }
  private let eventsMax: Int
  private let byteCountMax: Int
  /// All events after this revision are here.
  private(set) var start: Revision

  init(start: Revision, eventsMax: Int, byteCountMax: Int) {
    self.start = start
    self.eventsMax = eventsMax
    self.byteCountMax = byteCountMax
  }

  mutating func append(_ event: WatchEvent) {
    events.append(event)
    byteCount += event.retainedByteCount
    while events.count > eventsMax || byteCount > byteCountMax, let oldest = events.popFirst() {
      byteCount -= oldest.retainedByteCount
      start = oldest.revision
    }
  }

  /// - Throws: `.compacted` where some are gone.
  func events(after revision: Revision) throws(StoreError) -> Deque<WatchEvent>.SubSequence {
    guard revision >= start else { throw .compacted(oldestKept: start) }
    var low = 0
    var high = events.count
    while low < high {
      let middle = (low + high) / 2
      if events[middle].revision > revision { high = middle } else { low = middle + 1 }
    }
    return events[low...]
  }
}
