import Foundations

/// Current values and the log of changes that led to them.
struct InMemoryHistory: Sendable {
  private(set) var newest = Revision.zero
  /// The oldest revision that can be read and watched from.
  private(set) var oldestKept = Revision.zero
  private var current: [Key: StoredValue] = [:]
  private var log: [StoreEvent] = []

  /// Applies a transaction whole, or throws and changes nothing.
  mutating func apply(_ transaction: Transaction) throws(StoreError) -> [StoreEvent] {
    if let flaw = transaction.flaw { throw flaw }
    for write in transaction.writes {
      if let refusal = write.refusal(currentRevision: current[write.key]?.modRevision) {
        throw refusal
      }
    }
    let revision = newest.next
    let events = transaction.writes.map { write in
      let previous = current[write.key]
      let value: StoredValue? =
        write.isDelete
        ? nil
        : StoredValue(
          key: write.key, value: write.value, createRevision: previous?.createRevision ?? revision,
          modRevision: revision)
      return StoreEvent(
        key: write.key, revision: revision, value: value, previous: previous,
        prepared: write.prepared)
    }
    for event in events { current[event.key] = event.value }
    log.append(contentsOf: events)
    newest = revision
    return events
  }

  /// Everything as of a revision: the newest state with the later changes undone.
  func values(at revision: Revision?) throws(StoreError) -> [Key: StoredValue] {
    guard let revision else { return current }
    guard revision >= oldestKept else { throw .compacted(oldestKept: oldestKept) }
    guard revision <= newest else { throw .futureRevision(asked: revision, newest: newest) }
    var values = current
    for event in log.reversed() where event.revision > revision {
      values[event.key] = event.previous
    }
    return values
  }

  /// The changes of a stretch of revisions, grouped by transaction.
  func transactions(after start: Revision, through end: Revision) -> [[StoreEvent]] {
    var groups: [[StoreEvent]] = []
    for event in log where event.revision > start && event.revision <= end {
      if groups.last?[0].revision == event.revision {
        groups[groups.count - 1].append(event)
      } else {
        groups.append([event])
      }
    }
    return groups
  }

  mutating func compact(through revision: Revision) {
    let floor = min(revision, newest)
    guard floor > oldestKept else { return }
    oldestKept = floor
    log.removeAll { $0.revision <= floor }
  }
}
