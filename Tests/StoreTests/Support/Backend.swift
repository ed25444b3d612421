import Foundations

@testable import Store

/// The engines that the contract is run on.
enum Backend: CaseIterable {
  case memory
  case sqlite
  /// Everything is sealed on top of one in memory.
  case sealed

  func open() throws -> any Store {
    switch self {
    case .memory: return InMemoryStore()
    case .sqlite: return try TemporaryStore()
    case .sealed: return SealedStore(InMemoryStore(), seal: MarkingSeal(), below: ["/"])
    }
  }
}

/// An SQLite store in a directory that goes with it.
final class TemporaryStore: Store {
  let directory: TemporaryDirectory
  private let store: SQLiteStore

  init(configuration: SQLiteStoreConfiguration = SQLiteStoreConfiguration()) throws {
    directory = try TemporaryDirectory()
    store = try SQLiteStore(directory: directory.path, configuration: configuration)
  }

  func commit(
    _ transaction: Transaction,
    completion: @escaping @Sendable (Result<Revision, StoreError>) -> Void
  ) {
    store.commit(transaction, completion: completion)
  }
  func newestRevision(completion: @escaping @Sendable (Result<Revision, StoreError>) -> Void) {
    store.newestRevision(completion: completion)
  }
  func value(of key: Key, at revision: Revision?) async throws(StoreError) -> StoredValue? {
    try await store.value(of: key, at: revision)
  }
  func page(
    under prefix: Key, after: Key?, limit: Int, at revision: Revision?
  ) async throws(StoreError) -> StoredPage {
    try await store.page(under: prefix, after: after, limit: limit, at: revision)
  }
  func watch(
    under prefix: Key, after revision: Revision,
    handler: @escaping @Sendable (StoreWatchMessage) -> Void
  ) -> any StoreWatch {
    store.watch(under: prefix, after: revision, handler: handler)
  }
  func compact(through revision: Revision) async throws(StoreError) {
    try await store.compact(through: revision)
  }
  func close() async { await store.close() }
}
