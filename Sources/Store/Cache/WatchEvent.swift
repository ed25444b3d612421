package import Foundations
import Synchronization

/// A change of one object, made once and shared by every watcher that sees it.
package final class WatchEvent: Sendable {
  package enum Kind: Sendable {
    case added, modified, deleted
  }

  package let kind: Kind
  /// The object after the change. For a deletion: as it last stood, under the revision of the
  /// deletion.
  package let object: CachedObject
  /// The object before the change; `nil` for an addition.
  package let previous: CachedObject?
  package var revision: Revision { object.modRevision }

  private struct Variants {
    var entered: WatchEvent?
    var left: WatchEvent?
  }
  /// What watchers with a selection see of a modification, made when the first of them needs it.
  private let variants = Mutex(Variants())
  private let encodings = EncodingCache()

  init(_ kind: Kind, _ object: CachedObject, previous: CachedObject?) {
    self.kind = kind
    self.object = object
    self.previous = previous
  }

  /// The whole event's bytes in a format (`{"type":"ADDED","object":...}`), made by `encode` the
  /// first time and kept.
  package func bytes(
    in format: EncodingFormat, encode: (WatchEvent) throws -> [UInt8]
  ) rethrows -> [UInt8] {
    try encodings.bytes(in: format) { try encode(self) }
  }

  /// The event as a watcher sees it that follows only some objects: one that comes to be selected
  /// is added for it, one that no longer is, deleted. `nil` where it sees nothing.
  package func seen(by selects: (CachedObject) -> Bool) -> WatchEvent? {
    switch kind {
    case .added: return selects(object) ? self : nil
    case .deleted: return selects(previous ?? object) ? self : nil
    case .modified:
      let wasSelected = previous.map(selects) ?? false
      switch (wasSelected, selects(object)) {
      case (true, true): return self
      case (false, true): return entered
      case (true, false): return left
      case (false, false): return nil
      }
    }
  }

  private var entered: WatchEvent {
    variants.withLock { variants in
      if let known = variants.entered { return known }
      let event = WatchEvent(.added, object, previous: nil)
      variants.entered = event
      return event
    }
  }

  private var left: WatchEvent? {
    variants.withLock { variants in
      if let known = variants.left { return known }
      guard let previous else { return nil }
      let event = WatchEvent(.deleted, previous.restamped(at: revision), previous: previous)
      variants.left = event
      return event
    }
  }

  /// Memory that lives only because this event is kept: what the snapshot no longer holds.
  var retainedByteCount: Int {
    let overhead = 256
    return overhead + (previous?.byteCount ?? 0) + (kind == .deleted ? object.byteCount : 0)
  }
}
