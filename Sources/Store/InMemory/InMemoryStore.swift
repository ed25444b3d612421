package import Foundations
import Synchronization

/// A store that forgets everything with its process: for tests and fakes.
///
/// Same behaviour as the engines on disk (`StoreContract`), with the simplest structures that give
/// it. Requests are carried out on the caller's thread. History is kept until `compact`.
package final class InMemoryStore: Store {
  private let state: Mutex<State>
  private let hub: WatchHub

  private struct State {
    var history = InMemoryHistory()
    /// What has happened but is not told yet, in order. Never longer than the callers that are
    /// inside `commit` or `watch` right now, since each of them empties it or leaves it to one who
    /// does.
    var outbox: [Happening] = []
    var isTelling = false
    var isClosed = false
  }

  private enum Happening {
    case committed([StoreEvent], Revision, @Sendable (Result<Revision, StoreError>) -> Void)
    case refused(StoreError, @Sendable (Result<Revision, StoreError>) -> Void)
    case watched(HubWatch, after: Revision)
    case closed
  }

  package init() {
    state = Mutex(State())
    hub = WatchHub(at: .zero)
  }

  package func commit(
    _ transaction: Transaction,
    completion: @escaping @Sendable (Result<Revision, StoreError>) -> Void
  ) {
    state.withLock { state in
      if state.isClosed {
        state.outbox.append(.refused(.closed, completion))
        return
      }
      do throws(StoreError) {
        let events = try state.history.apply(transaction)
        state.outbox.append(.committed(events, state.history.newest, completion))
      } catch {
        state.outbox.append(.refused(error, completion))
      }
    }
    tellAll()
  }

  package func newestRevision(
    completion: @escaping @Sendable (Result<Revision, StoreError>) -> Void
  ) {
    completion(state.withLock { $0.isClosed ? .failure(.closed) : .success($0.history.newest) })
  }

  package func value(
    of key: Key, at revision: Revision?
  ) async throws(StoreError) -> StoredValue? {
    let history = try currentHistory()
    return try history.values(at: revision)[key]
  }

  package func page(
    under prefix: Key, after: Key?, limit: Int, at revision: Revision?
  ) async throws(StoreError) -> StoredPage {
    precondition(limit > 0, "a page holds at least one value")
    let history = try currentHistory()
    let values = try history.values(at: revision).values
      .filter { $0.key.hasPrefix(prefix) && $0.key > after ?? prefix }
      .sorted { $0.key < $1.key }
    return StoredPage(
      values: Array(values.prefix(limit)), revision: revision ?? history.newest,
      remainingCount: max(0, values.count - limit))
  }

  package func watch(
    under prefix: Key, after revision: Revision,
    handler: @escaping @Sendable (StoreWatchMessage) -> Void
  ) -> any StoreWatch {
    let watch = hub.makeWatch(under: prefix, after: revision, handler: handler)
    state.withLock { $0.outbox.append(.watched(watch, after: revision)) }
    tellAll()
    return watch
  }

  package func compact(through revision: Revision) async throws(StoreError) {
    guard !state.withLock({ $0.isClosed }) else { throw .closed }
    state.withLock { $0.history.compact(through: revision) }
  }

  package func close() async {
    state.withLock { state in
      guard !state.isClosed else { return }
      state.isClosed = true
      state.outbox.append(.closed)
    }
    tellAll()
  }

  private func currentHistory() throws(StoreError) -> InMemoryHistory {
    let history = state.withLock { $0.isClosed ? nil : $0.history }
    guard let history else { throw .closed }
    return history
  }

  /// Tells what has happened, in order and outside the lock. One thread at a time does so; the
  /// others leave their part to it.
  private func tellAll() {
    while let happening = nextHappening() {
      switch happening {
      case .committed(let events, let revision, let completion):
        hub.publish(events, through: revision)
        completion(.success(revision))
      case .refused(let error, let completion): completion(.failure(error))
      case .watched(let watch, let revision): begin(watch, after: revision)
      case .closed: hub.end(.closed)
      }
      state.withLock { $0.isTelling = false }
    }
  }

  private func nextHappening() -> Happening? {
    state.withLock { state in
      guard !state.isTelling, !state.outbox.isEmpty else { return nil }
      state.isTelling = true
      return state.outbox.removeFirst()
    }
  }

  private func begin(_ watch: HubWatch, after revision: Revision) {
    let (history, isClosed) = state.withLock { ($0.history, $0.isClosed) }
    if isClosed { return watch.end(.closed) }
    guard revision >= history.oldestKept else {
      return watch.end(.compacted(oldestKept: history.oldestKept))
    }
    // Later events wait in the outbox.
    let told = hub.progress
    for events in history.transactions(after: revision, through: told) {
      watch.replay(events, through: events[0].revision)
    }
    hub.begin(watch)
  }
}
