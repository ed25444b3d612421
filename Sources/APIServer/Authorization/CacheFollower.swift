import Resources
import Store
import Synchronization

/// Says that something made from watch caches is behind them.
final class StaleMark: Sendable {
  private let isSet = Atomic(true)

  func set() { isSet.store(true, ordering: .releasing) }

  /// Whether it was set since the last call.
  func take() -> Bool {
    isSet.load(ordering: .acquiring) && isSet.exchange(false, ordering: .acquiringAndReleasing)
  }
}

/// Follows one watch cache for whoever keeps something made from it, and who catches up when it is
/// next asked for: changes that nobody asks about cost a place in a bounded queue.
final class CacheFollower: Sendable {
  enum Change {
    /// Everything there is, in place of what was told before.
    case all(ObjectSnapshot)
    case put(CachedObject)
    case remove(CachedObject)
  }

  private let cache: WatchCache
  private let mark: StaleMark
  private let watcher = Mutex<Watcher?>(nil)

  /// More changes than these between two questions are read anew from the whole.
  private static let queuedEventsMax = 1_024
  private static let queuedByteCountMax = 1 << 20

  /// - Parameter mark: set with every change, before its writer is answered.
  init(_ cache: WatchCache, mark: StaleMark) {
    self.cache = cache
    self.mark = mark
  }

  deinit { watcher.withLock { $0 }?.stop() }

  /// Tells what changed since the last call; everything the first time.
  func catchUp(_ tell: (Change) -> Void) {
    watcher.withLock { watcher in
      if let current = watcher, drain(current, tell) { return }
      watcher = nil
      // Without a watch the cache has ended, as the server is about to: the last state stays.
      guard let (snapshot, fresh) = try? cache.readAndWatch(options) else { return }
      tell(.all(snapshot))
      if drain(fresh, tell) { watcher = fresh }
    }
  }

  private var options: WatchOptions {
    var options = WatchOptions(wake: { [mark] in mark.set() })
    options.queuedEventsMax = Self.queuedEventsMax
    options.queuedByteCountMax = Self.queuedByteCountMax
    return options
  }

  /// - Returns: whether the watch goes on.
  private func drain(_ watcher: Watcher, _ tell: (Change) -> Void) -> Bool {
    while true {
      let batch = watcher.drain()
      for event in batch.events {
        tell(event.kind == .deleted ? .remove(event.object) : .put(event.object))
      }
      if batch.end != nil { return false }
      if batch.isDrained { return true }
    }
  }
}

extension CachedObject {
  var objectKey: ObjectKey { ObjectKey(namespace: namespace, name: name) }
}
