package import Foundations

/// One change of one key, as watchers see it.
package struct StoreEvent: Sendable {
  package let key: Key
  /// All writes of one transaction share it.
  package let revision: Revision
  /// What the key holds from this revision on; `nil` where it was deleted.
  package let value: StoredValue?
  /// What it held before; `nil` where it was free.
  package let previous: StoredValue?
  /// The parsed object behind `value`, where the writer is in this process.
  package let prepared: PreparedObject?

  package init(
    key: Key, revision: Revision, value: StoredValue?, previous: StoredValue?,
    prepared: PreparedObject? = nil
  ) {
    self.key = key
    self.revision = revision
    self.value = value
    self.previous = previous
    self.prepared = prepared
  }

  package var isDelete: Bool { value == nil }
}
