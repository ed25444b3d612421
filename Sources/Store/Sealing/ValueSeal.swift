/// Makes values unreadable for those who have the store's files and no key.
package protocol ValueSeal: Sendable {
  /// - Parameter place: the value's key; the sealed value opens nowhere else.
  /// - Throws: `.unavailable` where it cannot be sealed.
  func sealed(_ value: [UInt8], at place: Key) throws(StoreError) -> [UInt8]

  /// A value that is not sealed comes back as it is: it was written before there were keys.
  /// - Throws: `.unavailable` where the key that it was sealed with is not there, `.corrupt` where it
  ///   was changed or moved.
  func opened(_ value: [UInt8], at place: Key) throws(StoreError) -> [UInt8]

  /// Gets ready what opening some values takes, where that may wait. Others are opened all the same.
  /// - Throws: `.unavailable` where the key of one of them is not to be had.
  func prepare(toOpen values: [StoredValue]) async throws(StoreError)

  /// Whether the value is sealed with the key that new values are sealed with.
  func isCurrent(_ value: [UInt8]) -> Bool
}

extension ValueSeal {
  /// Keys that are at hand need nothing.
  package func prepare(toOpen values: [StoredValue]) async throws(StoreError) {}
}
