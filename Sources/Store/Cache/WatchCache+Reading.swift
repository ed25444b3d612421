package import Foundations
import Synchronization

extension WatchCache {
  /// Everything up to here has been taken in.
  package var revision: Revision { view.withLock { $0.progress } }

  /// How many objects there are now.
  package var count: Int { view.withLock { $0.objects.count } }

  /// The newest snapshot. It holds every write that was answered before, as long as engine and
  /// cache are in one process; else see `readConsistent`.
  package func read() -> ObjectSnapshot {
    let (revision, objects) = view.withLock { ($0.progress, $0.objects) }
    return ObjectSnapshot(revision: revision, prefix: prefix, objects: objects)
  }

  /// One object as it stands now. Cheaper than by a snapshot, from which the next write would have to
  /// copy what it changes.
  /// - Parameter namespace: empty for objects outside namespaces.
  package func object(namespace: String, name: String) -> CachedObject? {
    let key = Key.object(prefix, namespace: namespace, name: name)
    return view.withLock { $0.objects[key] }
  }

  /// A snapshot of an earlier revision, for the later pages of a list. Cost is O(events since).
  /// - Throws: `.compacted` where those events are no longer kept; `.futureRevision`.
  package func read(at revision: Revision) throws(StoreError) -> ObjectSnapshot {
    // Under one lock, so that the events that are kept lead exactly to the objects as they are.
    var (events, objects, newest) = try fanout.withLock { fanout throws(StoreError) in
      let (objects, newest) = view.withLock { ($0.objects, $0.progress) }
      return (try fanout.ring.events(after: revision), objects, newest)
    }
    guard revision <= newest else {
      throw .futureRevision(asked: revision, newest: newest)
    }
    while let event = events.popLast() {
      if let previous = event.previous {
        objects.put(previous)
      } else {
        objects.remove(event.object.key)
      }
    }
    return ObjectSnapshot(revision: revision, prefix: prefix, objects: objects)
  }

  /// Reads once the cache has reached a revision.
  /// - Parameter body: called at once where it has, else on the store's thread; must not block.
  ///   `.closed` where the cache ends before.
  package func read(
    atLeast revision: Revision,
    _ body: @escaping @Sendable (Result<ObjectSnapshot, StoreError>) -> Void
  ) {
    guard let source = view.withLock({ $0.source }) else { return body(.failure(.closed)) }
    source.whenProgress(reaches: revision) { isReached in
      body(isReached ? .success(self.read()) : .failure(.closed))
    }
  }

  /// Reads no older state than any write that was answered before, by whatever server.
  package func readConsistent(
    _ body: @escaping @Sendable (Result<ObjectSnapshot, StoreError>) -> Void
  ) {
    store.newestRevision { result in
      switch result {
      case .success(let newest): self.read(atLeast: newest, body)
      case .failure(let error): body(.failure(error))
      }
    }
  }

  package func read(atLeast revision: Revision) async throws(StoreError) -> ObjectSnapshot {
    let result = await withCheckedContinuation { continuation in
      read(atLeast: revision) { continuation.resume(returning: $0) }
    }
    return try result.get()
  }

  package func readConsistent() async throws(StoreError) -> ObjectSnapshot {
    let result = await withCheckedContinuation { continuation in
      readConsistent { continuation.resume(returning: $0) }
    }
    return try result.get()
  }
}
