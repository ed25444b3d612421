import Foundations
import Synchronization

extension WatchCache {
  /// On the store's thread, one message at a time.
  func take(_ message: StoreWatchMessage) {
    switch message {
    case .events(let events): apply(events)
    case .ended(let error): end(error)
    }
  }

  fileprivate enum Change {
    case put(CachedObject)
    /// `reason` says why the record that came is none that can be served.
    case remove(Key, Revision, reason: String?)
  }

  private func apply(_ events: [StoreEvent]) {
    // Objects are built before the locks are taken: this is where the time goes.
    let changes = events.map(change(for:))
    var sleepers: [Watcher] = []
    var overflown: [Watcher] = []
    fanout.withLock { fanout in
      for event in view.withLock({ view in changes.compactMap { view.apply($0) } }) {
        fanout.ring.append(event)
        fanout.watchers.offer(event, sleepers: &sleepers, overflown: &overflown)
      }
      for watcher in overflown { fanout.watchers.remove(watcher) }
    }
    for watcher in sleepers { watcher.wake() }
    for watcher in overflown { watcher.wake() }
  }

  private func change(for event: StoreEvent) -> Change {
    guard let value = event.value else { return .remove(event.key, event.revision, reason: nil) }
    do throws(StoredObjectError) {
      let object = try CachedObject(
        value, prefixByteCount: prefix.bytes.count, prepared: event.prepared,
        index: configuration.index, labelSets: labelSets)
      event.prepared?.settle(as: object)
      return .put(object)
    } catch {
      report(event.key, "\(error)")
      return .remove(event.key, event.revision, reason: "\(error)")
    }
  }

  func end(_ error: StoreError) {
    let watchers = fanout.withLock { fanout in
      fanout.end = fanout.end ?? error
      return fanout.watchers.removeAll()
    }
    for watcher in watchers { watcher.end(error, keepingQueue: true) }
  }
}

extension WatchCache.View {
  fileprivate mutating func apply(_ change: WatchCache.Change) -> WatchEvent? {
    switch change {
    case .put(let object):
      revision = object.modRevision
      undecodable[object.key] = nil
      let previous = objects.put(object)
      return WatchEvent(previous == nil ? .added : .modified, object, previous: previous)
    case .remove(let key, let revision, let reason):
      self.revision = revision
      undecodable[key] = reason
      guard let previous = objects.remove(key) else { return nil }
      return WatchEvent(.deleted, previous.restamped(at: revision), previous: previous)
    }
  }
}
