package import Foundations

/// Another store, some of whose values are sealed on their way to the disk and opened on their way
/// back. Keys, revisions and the order of things stay readable; what is not to be sealed passes
/// through at the cost of comparing a prefix.
package struct SealedStore: Store {
  private let base: any Store
  private let seal: any ValueSeal
  private let prefixes: [Key]

  /// - Parameter prefixes: what lies below them is sealed.
  package init(_ base: any Store, seal: any ValueSeal, below prefixes: [Key]) {
    precondition(prefixes.allSatisfy(\.isPrefix), "each is a prefix")
    self.base = base
    self.seal = seal
    self.prefixes = prefixes
  }

  /// Writes anew what is not sealed with the newest key, without a change for readers but a new
  /// revision. Cost is O(values below the prefixes); a value that somebody else writes or deletes
  /// meanwhile is left to them.
  /// - Returns: how many were written.
  package func reseal() async throws(StoreError) -> Int {
    var count = 0
    for prefix in prefixes {
      var last: Key?
      var revision: Revision?
      repeat {
        let page = try await base.page(under: prefix, after: last, limit: 500, at: revision)
        revision = page.revision
        last = page.continuation
        try await seal.prepare(toOpen: page.values)
        for stored in page.values where !seal.isCurrent(stored.value) {
          let value = try seal.opened(stored.value, at: stored.key)
          do throws(StoreError) {
            try await update(stored.key, value, ifAt: stored.modRevision)
            count += 1
          } catch {
            switch error {
            case .staleWrite, .notFound: continue
            default: throw error
            }
          }
        }
      } while last != nil
    }
    return count
  }

  // MARK: Store

  package func commit(
    _ transaction: Transaction,
    completion: @escaping @Sendable (Result<Revision, StoreError>) -> Void
  ) {
    guard transaction.writes.contains(where: { isSealed($0.key) && !$0.isDelete }) else {
      return base.commit(transaction, completion: completion)
    }
    do throws(StoreError) {
      var writes: [Write] = []
      for write in transaction.writes { writes.append(try sealed(write)) }
      base.commit(Transaction(writes), completion: completion)
    } catch {
      completion(.failure(error))
    }
  }

  package func newestRevision(
    completion: @escaping @Sendable (Result<Revision, StoreError>) -> Void
  ) {
    base.newestRevision(completion: completion)
  }

  package func value(of key: Key, at revision: Revision?) async throws(StoreError) -> StoredValue? {
    guard let stored = try await base.value(of: key, at: revision) else { return nil }
    guard isSealed(key) else { return stored }
    try await seal.prepare(toOpen: [stored])
    return try opened(stored)
  }

  package func page(
    under prefix: Key, after: Key?, limit: Int, at revision: Revision?
  ) async throws(StoreError) -> StoredPage {
    let page = try await base.page(under: prefix, after: after, limit: limit, at: revision)
    guard reachesSealed(prefix) else { return page }
    try await seal.prepare(toOpen: page.values.filter { isSealed($0.key) })
    var values: [StoredValue] = []
    values.reserveCapacity(page.values.count)
    for stored in page.values { values.append(try opened(stored)) }
    return StoredPage(
      values: values, revision: page.revision, remainingCount: page.remainingCount)
  }

  package func watch(
    under prefix: Key, after revision: Revision,
    handler: @escaping @Sendable (StoreWatchMessage) -> Void
  ) -> any StoreWatch {
    guard reachesSealed(prefix) else {
      return base.watch(under: prefix, after: revision, handler: handler)
    }
    let watch = OpeningWatch(handler) { (event: StoreEvent) throws(StoreError) in
      try opened(event)
    }
    watch.follow(base.watch(under: prefix, after: revision, handler: watch.receive))
    return watch
  }

  package func compact(through revision: Revision) async throws(StoreError) {
    try await base.compact(through: revision)
  }

  package func close() async { await base.close() }

  // MARK: Sealing and opening

  private func isSealed(_ key: Key) -> Bool { prefixes.contains { key.hasPrefix($0) } }

  private func reachesSealed(_ prefix: Key) -> Bool {
    prefixes.contains { prefix.hasPrefix($0) || $0.hasPrefix(prefix) }
  }

  private func sealed(_ write: Write) throws(StoreError) -> Write {
    guard isSealed(write.key), !write.isDelete else { return write }
    return Write(
      key: write.key, condition: write.condition,
      value: try seal.sealed(write.value, at: write.key), prepared: write.prepared)
  }

  private func opened(_ stored: StoredValue) throws(StoreError) -> StoredValue {
    guard isSealed(stored.key) else { return stored }
    return StoredValue(
      key: stored.key, value: try seal.opened(stored.value, at: stored.key),
      createRevision: stored.createRevision, modRevision: stored.modRevision)
  }

  private func opened(_ event: StoreEvent) throws(StoreError) -> StoreEvent {
    guard isSealed(event.key) else { return event }
    var value: StoredValue?
    if let stored = event.value { value = try opened(stored) }
    var previous: StoredValue?
    if let stored = event.previous { previous = try opened(stored) }
    return StoreEvent(
      key: event.key, revision: event.revision, value: value, previous: previous,
      prepared: event.prepared)
  }
}
