package import Resources
import Synchronization

/// An object on its way into the store: the parsed document beside the bytes that are committed.
///
/// It travels with the write to the watch cache of this process, which takes the document as it is
/// and parses nothing, and leaves the committed object here for the writer's answer.
package final class PreparedObject: Sendable {
  /// As the writer built it; a resource version in it counts for nothing.
  package let document: Document
  /// What goes into the store (`StoredObject`).
  package let bytes: [UInt8]
  private let slot = Mutex<CachedObject?>(nil)

  /// Encodes the document. Cost is O(document).
  package init(_ document: Document) throws(StoredObjectError) {
    self.document = document
    self.bytes = try StoredObject.encode(document)
  }

  /// The object as committed, with its resource version: set before the write's completion is
  /// called where a watch cache of this process covers the key, else `nil`.
  package var committed: CachedObject? { slot.withLock { $0 } }

  func settle(as object: CachedObject) { slot.withLock { $0 = object } }
}
