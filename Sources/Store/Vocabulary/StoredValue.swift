package import Foundations

/// What the store holds under a key. The bytes mean nothing to an engine.
package struct StoredValue: Equatable, Sendable {
  package let key: Key
  package let value: [UInt8]
  /// When the key last came into being.
  package let createRevision: Revision
  /// When the value was last written.
  package let modRevision: Revision

  package init(key: Key, value: [UInt8], createRevision: Revision, modRevision: Revision) {
    self.key = key
    self.value = value
    self.createRevision = createRevision
    self.modRevision = modRevision
  }
}

/// A run of values in key order, all as of one revision.
package struct StoredPage: Equatable, Sendable {
  package let values: [StoredValue]
  /// The revision the page shows. Ask for the next page at this one to see a consistent whole.
  package let revision: Revision
  /// How many values follow the last one of this page under the same prefix.
  package let remainingCount: Int

  package init(values: [StoredValue], revision: Revision, remainingCount: Int) {
    self.values = values
    self.revision = revision
    self.remainingCount = remainingCount
  }

  /// Where the next page starts; `nil` on the last one.
  package var continuation: Key? { remainingCount > 0 ? values.last?.key : nil }
}
