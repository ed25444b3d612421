package import Foundations

/// Writes that happen all or not at all, under one revision.
package struct Transaction: Sendable {
  /// No key may be named twice.
  package let writes: [Write]

  package init(_ writes: [Write]) {
    precondition(!writes.isEmpty, "a transaction has at least one write")
    self.writes = writes
  }

  package init(_ write: Write) { writes = [write] }

  /// More writes in one transaction are refused with `.tooLarge`. The change log numbers the writes
  /// of a revision with 16 bits; nothing of ours needs more than a few.
  package static let writesMax = 1_024
  /// Longer values are refused with `.tooLarge`. The API refuses objects over 3 MiB itself, so this
  /// only keeps a bug from filling the disk.
  package static let valueByteCountMax = 8 * 1_024 * 1_024
}

/// One conditional change of one key: compare, then swap.
package struct Write: Sendable {
  package enum Condition: Equatable, Sendable {
    /// The key must be free.
    case create
    /// The key must hold a value, and `ifAt`, where given, must be the revision of that value.
    case update(ifAt: Revision?)
    /// As `update`; the value goes.
    case delete(ifAt: Revision?)
  }

  package let key: Key
  package let condition: Condition
  /// Empty for a delete.
  package let value: [UInt8]
  /// The object behind `value`, handed along to watchers in this process so that they do not parse
  /// it again.
  package let prepared: PreparedObject?

  package static func create(_ key: Key, _ value: [UInt8]) -> Write {
    Write(key: key, condition: .create, value: value, prepared: nil)
  }

  package static func create(_ key: Key, _ object: PreparedObject) -> Write {
    Write(key: key, condition: .create, value: object.bytes, prepared: object)
  }

  /// - Parameter revision: where the value must still stand; `nil` overwrites whatever is there.
  package static func update(_ key: Key, _ value: [UInt8], ifAt revision: Revision?) -> Write {
    Write(key: key, condition: .update(ifAt: revision), value: value, prepared: nil)
  }

  package static func update(
    _ key: Key, _ object: PreparedObject, ifAt revision: Revision?
  ) -> Write {
    Write(key: key, condition: .update(ifAt: revision), value: object.bytes, prepared: object)
  }

  package static func delete(_ key: Key, ifAt revision: Revision?) -> Write {
    Write(key: key, condition: .delete(ifAt: revision), value: [], prepared: nil)
  }

  package var isDelete: Bool {
    if case .delete = condition { true } else { false }
  }
}

extension Transaction {
  /// What makes this transaction impossible whatever the store holds; `nil` where nothing does.
  var flaw: StoreError? {
    guard writes.count <= Self.writesMax else {
      return .tooLarge(byteCount: writes.count, limit: Self.writesMax)
    }
    for write in writes where write.value.count > Self.valueByteCountMax {
      return .tooLarge(byteCount: write.value.count, limit: Self.valueByteCountMax)
    }
    if writes.count > 1 {
      var seen = Set<Key>(minimumCapacity: writes.count)
      for write in writes where !seen.insert(write.key).inserted { return .keyRepeated(write.key) }
    }
    return nil
  }
}

extension Write {
  /// Why the write is refused where the key now holds `current`; `nil` lets it through.
  func refusal(currentRevision current: Revision?) -> StoreError? {
    switch condition {
    case .create:
      return current == nil ? nil : .keyExists(key)
    case .update(let expected), .delete(let expected):
      guard let current else { return .notFound(key) }
      guard let expected, expected != current else { return nil }
      return .staleWrite(key, expected: expected, found: current)
    }
  }
}
