import Foundations
import GRDB

/// Where the store stands in its history.
struct SQLitePosition: Equatable, Sendable {
  var newest = Revision.zero
  /// The oldest revision that can be read and watched from.
  var oldestKept = Revision.zero
  /// Changes up to here are no longer in the file. The newest change always is, since the sequence
  /// of revisions goes on from it; so this may lie one before `oldestKept`.
  var trimmedThrough = Revision.zero
  /// Bytes of current keys and values.
  var liveByteCount: Int64 = 0
  /// Bytes of all changes ever recorded, and of those that are gone.
  var recordedByteCount: Int64 = 0
  var forgottenByteCount: Int64 = 0

  var historyByteCount: Int64 { recordedByteCount - forgottenByteCount }
  var historyRevisionCount: UInt64 { newest.rawValue - oldestKept.rawValue }

  /// What a row costs beside its key and value.
  static let rowOverhead: Int64 = 40

  static func cost(key: Key, value: [UInt8]?) -> Int64 {
    Int64(key.bytes.count) + Int64(value?.count ?? 0) + rowOverhead
  }

  init() {}

  /// Reads it from the first and the last change.
  init(_ database: Database, path: String) throws(StoreError) {
    let last = try SQLiteStatement(
      database, path: path,
      "SELECT id, live_bytes, history_bytes FROM change ORDER BY id DESC LIMIT 1")
    guard try last.step() else { return }
    newest = ChangeID(rawValue: last.integer(at: 0)).revision
    liveByteCount = last.integer(at: 1)
    recordedByteCount = last.integer(at: 2)
    last.reset()
    let first = try SQLiteStatement(
      database, path: path,
      """
      SELECT id, history_bytes - length(key) - ifnull(length(previous), 0) - \(Self.rowOverhead)
      FROM change ORDER BY id LIMIT 1
      """)
    guard try first.step() else { return }
    trimmedThrough = Revision(ChangeID(rawValue: first.integer(at: 0)).revision.rawValue - 1)
    oldestKept = trimmedThrough
    forgottenByteCount = first.integer(at: 1)
    first.reset()
  }
}
