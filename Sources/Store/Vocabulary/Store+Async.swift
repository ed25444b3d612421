package import Foundations

/// The same requests for callers that run in tasks.
extension Store {
  package func commit(_ transaction: Transaction) async throws(StoreError) -> Revision {
    // A continuation carries one error type or none, so the result travels whole.
    let result = await withCheckedContinuation { continuation in
      commit(transaction) { continuation.resume(returning: $0) }
    }
    return try result.get()
  }

  package func newestRevision() async throws(StoreError) -> Revision {
    let result = await withCheckedContinuation { continuation in
      newestRevision { continuation.resume(returning: $0) }
    }
    return try result.get()
  }

  @discardableResult
  package func create(_ key: Key, _ value: [UInt8]) async throws(StoreError) -> Revision {
    try await commit(Transaction(.create(key, value)))
  }

  @discardableResult
  package func update(
    _ key: Key, _ value: [UInt8], ifAt revision: Revision?
  ) async throws(StoreError) -> Revision {
    try await commit(Transaction(.update(key, value, ifAt: revision)))
  }

  @discardableResult
  package func delete(_ key: Key, ifAt revision: Revision?) async throws(StoreError) -> Revision {
    try await commit(Transaction(.delete(key, ifAt: revision)))
  }

  package func value(of key: Key) async throws(StoreError) -> StoredValue? {
    try await value(of: key, at: nil)
  }

  /// The first values under a prefix at the newest revision.
  package func page(under prefix: Key, limit: Int = 500) async throws(StoreError) -> StoredPage {
    try await page(under: prefix, after: nil, limit: limit, at: nil)
  }
}
