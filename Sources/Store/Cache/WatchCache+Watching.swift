package import Foundations
import Synchronization

extension WatchCache {
  /// Opens a watch.
  /// - Parameter revision: later changes are told; `nil` for the cache's own revision.
  /// - Throws: `.compacted` where the events since are no longer kept; what ended the cache.
  package func watch(
    after revision: Revision?, _ options: WatchOptions
  ) throws(StoreError) -> Watcher {
    try fanout.withLock { fanout throws(StoreError) in
      if let end = fanout.end { throw end }
      let start = revision ?? view.withLock { $0.progress }
      let missed = try fanout.ring.events(after: start)
      let watcher = Watcher(cache: self, after: start, options: options)
      watcher.backfill(missed)
      fanout.watchers.insert(watcher)
      return watcher
    }
  }

  /// A snapshot, and a watch that goes on from exactly there.
  package func readAndWatch(
    _ options: WatchOptions
  ) throws(StoreError) -> (snapshot: ObjectSnapshot, watcher: Watcher) {
    // No event can be missed in between: the ring is far longer than this takes, and says so if not.
    let snapshot = read()
    return (snapshot, try watch(after: snapshot.revision, options))
  }

  package var watcherCount: Int { fanout.withLock { $0.watchers.count } }

  func remove(_ watcher: Watcher) { fanout.withLock { $0.watchers.remove(watcher) } }
}
