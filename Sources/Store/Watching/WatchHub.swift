import Foundations
import Synchronization

/// Hands the changes of an engine in this process to those who watch, in order.
///
/// One thread at a time calls `publish`, `begin` and `end`: the engine sees to that. Watches are
/// found by the first part of their prefix (`/pods/`), so a change costs what its own resource's
/// watches cost, whatever else is watched.
final class WatchHub: Sendable {
  private struct Table {
    var byResource: [Key: [HubWatch]] = [:]
    /// Watches of `/`.
    var everywhere: [HubWatch] = []
  }
  private let table = Mutex(Table())
  private let newest: Atomic<UInt64>
  /// How many callers wait for progress, so that publishing looks for them only where there are
  /// some.
  private let waiting = Atomic(0)

  init(at revision: Revision) { newest = Atomic(revision.rawValue) }

  /// All events up to here have been handed out.
  var progress: Revision { Revision(newest.load(ordering: .acquiring)) }

  /// A watch that is not told anything yet: see `begin`.
  func makeWatch(
    under prefix: Key, after revision: Revision,
    handler: @escaping @Sendable (StoreWatchMessage) -> Void
  ) -> HubWatch {
    precondition(prefix.isPrefix, "\(prefix) is no prefix")
    return HubWatch(hub: self, prefix: prefix, after: revision, handler: handler)
  }

  /// Tells a watch everything that is published from now on.
  func begin(_ watch: HubWatch) {
    table.withLock { table in
      if let resource = watch.prefix.resourcePrefix {
        table.byResource[resource, default: []].append(watch)
      } else {
        table.everywhere.append(watch)
      }
    }
    watch.goLive()
  }

  func remove(_ watch: HubWatch) {
    table.withLock { table in
      if let resource = watch.prefix.resourcePrefix {
        table.byResource[resource]?.removeAll { $0 === watch }
        if table.byResource[resource]?.isEmpty == true { table.byResource[resource] = nil }
      } else {
        table.everywhere.removeAll { $0 === watch }
      }
    }
  }

  /// Tells the events of one or more whole transactions.
  func publish(_ events: [StoreEvent], through revision: Revision) {
    if events.count == 1 {
      let watches = watches(of: events[0].key)
      for watch in watches { watch.tell(events) }
    } else {
      for (resource, events) in Dictionary(grouping: events, by: \.key.resourcePrefix) {
        guard let resource else { continue }  // a key always has a resource, a prefix may not
        let watches = table.withLock { $0.byResource[resource] ?? [] }
        for watch in watches { watch.tell(events) }
      }
      for watch in table.withLock({ $0.everywhere }) { watch.tell(events) }
    }
    newest.store(revision.rawValue, ordering: .sequentiallyConsistent)
    if waiting.load(ordering: .sequentiallyConsistent) > 0 {
      for watch in allWatches { watch.wakeWaiters(through: revision) }
    }
  }

  /// Ends every watch.
  func end(_ error: StoreError) {
    let watches = allWatches
    table.withLock { $0 = Table() }
    for watch in watches { watch.end(error) }
  }

  func addWaiting(_ count: Int) {
    waiting.add(count, ordering: .sequentiallyConsistent)
  }

  private func watches(of key: Key) -> [HubWatch] {
    table.withLock { table in
      let narrow = key.resourcePrefix.flatMap { table.byResource[$0] } ?? []
      return table.everywhere.isEmpty ? narrow : narrow + table.everywhere
    }
  }

  private var allWatches: [HubWatch] {
    table.withLock { $0.byResource.values.flatMap { $0 } + $0.everywhere }
  }
}

extension Key {
  /// `/pods/default/web` gives `/pods/`; `/` gives `nil`.
  var resourcePrefix: Key? {
    guard let end = bytes.dropFirst().firstIndex(of: UInt8(ascii: "/")) else { return nil }
    return end == bytes.count - 1 ? self : Key(bytes: Array(bytes[...end]))
  }
}
