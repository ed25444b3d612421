package import Foundations

/// The cluster's durable state: revisioned keys with compare-and-swap writes, ordered reads of any
/// kept revision, and watches that resume.
///
/// There is one sequence of revisions for the whole store. It survives restarts and compaction, and
/// each transaction takes the next number. `StoreContract` states the behaviour for every engine.
package protocol Store: Sendable {
  /// Carries out a transaction. Never blocks: the work is queued, and writes that wait together
  /// share one trip to the disk, each succeeding or failing by itself.
  /// - Parameter completion: told the new revision once the write is durable and every watch in
  ///   this process has been given its events; or `.keyExists`, `.notFound`, `.staleWrite`,
  ///   `.keyRepeated`, `.tooLarge`, `.overloaded`, `.diskFull`, `.corrupt`, `.unavailable`,
  ///   `.closed`. Called once, in order of the revisions, on a thread of the store's choosing: it
  ///   must not block.
  func commit(
    _ transaction: Transaction,
    completion: @escaping @Sendable (Result<Revision, StoreError>) -> Void)

  /// The revision that a consistent read must have reached: that of the last durable write.
  /// - Parameter completion: may be called before this returns; must not block.
  func newestRevision(completion: @escaping @Sendable (Result<Revision, StoreError>) -> Void)

  /// The value of one key; `nil` where it holds none.
  /// - Parameter revision: `nil` reads the newest. The cost of an older one is O(writes since).
  /// - Throws: `.compacted`, `.futureRevision`, `.corrupt`, `.unavailable`, `.closed`.
  func value(of key: Key, at revision: Revision?) async throws(StoreError) -> StoredValue?

  /// Values under a prefix in key order, as of one revision.
  /// - Parameters:
  ///   - prefix: ends in `/`.
  ///   - after: the `continuation` of the page before; `nil` starts at the beginning.
  ///   - limit: most values in the page, 1 or more.
  ///   - revision: `nil` reads the newest. The cost of an older one is O(writes since).
  /// - Throws: `.compacted`, `.futureRevision`, `.corrupt`, `.unavailable`, `.closed`.
  func page(
    under prefix: Key, after: Key?, limit: Int, at revision: Revision?
  ) async throws(StoreError) -> StoredPage

  /// Follows everything under a prefix from just after a revision, in order, missing nothing.
  /// - Parameters:
  ///   - prefix: ends in `/`.
  ///   - revision: changes of later revisions are told; `page.revision` continues a read.
  ///   - handler: called by one thread at a time and must not block: the writer waits for it, which
  ///     is why no queue stands in between. It must not call back into the store.
  func watch(
    under prefix: Key, after revision: Revision,
    handler: @escaping @Sendable (StoreWatchMessage) -> Void
  ) -> any StoreWatch

  /// Forgets history: afterwards reads and watches before `revision` are refused with `.compacted`.
  /// Current values and the newest revision stay. Revisions that do not exist yet are taken as the
  /// newest.
  func compact(through revision: Revision) async throws(StoreError)

  /// Refuses new work, finishes what was accepted, ends every watch, and lets go of the files.
  func close() async
}

/// What a watch tells its handler.
package enum StoreWatchMessage: Sendable {
  /// Changes in order; all writes of one transaction come in one message. May be followed by either
  /// case.
  case events([StoreEvent])
  /// The last message: `.compacted` where the start is no longer kept, `.closed`, or what broke.
  case ended(StoreError)
}

/// A running watch. Dropping it does not end it: `cancel()` does.
package protocol StoreWatch: AnyObject, Sendable {
  /// Every event up to here has been given to the handler. Grows also while the prefix is quiet.
  var progress: Revision { get }

  /// Calls `body` once `progress` has reached a revision, at once where it has; with `false` where
  /// the watch ended before. `body` must not block.
  func whenProgress(reaches revision: Revision, _ body: @escaping @Sendable (Bool) -> Void)

  /// Ends the watch without a last message. The handler may be running while this returns.
  func cancel()
}

extension StoreWatch {
  /// Waits for progress; `false` where the watch ended before.
  package func reached(_ revision: Revision) async -> Bool {
    await withCheckedContinuation { continuation in
      whenProgress(reaches: revision) { continuation.resume(returning: $0) }
    }
  }
}
