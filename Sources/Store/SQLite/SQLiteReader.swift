import Foundations
import GRDB

/// Reads current and past state on one connection, inside one read transaction.
///
/// A past revision is the newest state with the later changes undone: the first change of a key
/// after that revision holds what the key held then.
struct SQLiteReader {
  let database: Database
  let path: String
  let newest: Revision
  let oldestKept: Revision

  /// - Parameter floor: history before it counts as forgotten even where the file still has it.
  init(_ database: Database, path: String, floor: Revision) throws(StoreError) {
    self.database = database
    self.path = path
    let last = try database.integer("SELECT max(id) FROM change", path: path)
    let first = try database.integer("SELECT min(id) FROM change", path: path)
    newest = ChangeID(rawValue: last).revision
    let firstRevision = ChangeID(rawValue: first).revision
    oldestKept = max(floor, firstRevision == .zero ? .zero : Revision(firstRevision.rawValue - 1))
  }

  func check(_ revision: Revision) throws(StoreError) {
    guard revision >= oldestKept else { throw .compacted(oldestKept: oldestKept) }
    guard revision <= newest else { throw .futureRevision(asked: revision, newest: newest) }
  }

  func value(of key: Key, at revision: Revision?) throws(StoreError) -> StoredValue? {
    if let revision {
      try check(revision)
      let change = try statement(
        """
        SELECT previous_created, previous_modified, previous FROM change
        WHERE id >= ? AND key = ? ORDER BY id LIMIT 1
        """)
      change.bind(ChangeID.end(of: revision).rawValue, at: 1)
      change.bind(copying: key.bytes, at: 2)
      if try change.step() { return previous(of: change, key: key, from: 0) }
    }
    let find = try statement("SELECT created, modified, value FROM current WHERE key = ?")
    find.bind(copying: key.bytes, at: 1)
    guard try find.step() else { return nil }
    return StoredValue(
      key: key, value: find.bytes(at: 2), createRevision: find.revision(at: 0),
      modRevision: find.revision(at: 1))
  }

  func page(
    under prefix: Key, after: Key?, limit: Int, at revision: Revision?
  ) throws(StoreError) -> StoredPage {
    if let revision { try check(revision) }
    let start = after ?? prefix
    let undone = try changedKeys(under: prefix, above: start, since: revision ?? newest)
    var restored = undone.filter(\.value.hadValue).keys.sorted()[...]
    let rows = try statement(
      "SELECT key, created, modified, value FROM current WHERE key > ? AND key < ? ORDER BY key")
    rows.bind(copying: start.bytes, at: 1)
    rows.bind(copying: prefix.endOfPrefix, at: 2)
    var values: [StoredValue] = []
    var hasRow = try rows.step()
    while values.count < limit {
      let key = hasRow ? Key(bytes: rows.bytes(at: 0)) : nil
      if let next = restored.first, key.map({ next <= $0 }) ?? true {
        restored.removeFirst()
        if let value = try previousValue(of: next, change: undone[next]) { values.append(value) }
      } else if let key {
        if undone[key] == nil {
          values.append(
            StoredValue(
              key: key, value: rows.bytes(at: 3), createRevision: rows.revision(at: 1),
              modRevision: rows.revision(at: 2)))
        }
        hasRow = try rows.step()
      } else {
        break
      }
    }
    rows.reset()
    var remaining = 0
    if values.count == limit, let last = values.last?.key {
      let current = try countCurrent(above: last, below: prefix.endOfPrefix)
      remaining =
        current + restored.count - undone.filter { $0.key > last && $0.value.hasValueNow }.count
    }
    return StoredPage(values: values, revision: revision ?? newest, remainingCount: remaining)
  }

  private struct ChangedKey {
    let firstChange: Int64
    /// Whether the key held a value before the first of the changes, and holds one after the last.
    let hadValue: Bool
    var hasValueNow: Bool
  }

  private func changedKeys(
    under prefix: Key, above start: Key, since revision: Revision
  ) throws(StoreError) -> [Key: ChangedKey] {
    guard revision < newest else { return [:] }
    let changes = try statement(
      """
      SELECT id, key, is_delete, previous_modified FROM change
      WHERE id >= ? AND key > ? AND key < ? ORDER BY id
      """)
    changes.bind(ChangeID.end(of: revision).rawValue, at: 1)
    changes.bind(copying: start.bytes, at: 2)
    changes.bind(copying: prefix.endOfPrefix, at: 3)
    var changed: [Key: ChangedKey] = [:]
    while try changes.step() {
      let key = Key(bytes: changes.bytes(at: 1))
      let hasValueNow = changes.integer(at: 2) == 0
      if changed[key] == nil {
        changed[key] = ChangedKey(
          firstChange: changes.integer(at: 0), hadValue: !changes.isNull(at: 3),
          hasValueNow: hasValueNow)
      } else {
        changed[key]?.hasValueNow = hasValueNow
      }
    }
    return changed
  }

  private func previousValue(
    of key: Key, change: ChangedKey?
  ) throws(StoreError) -> StoredValue? {
    guard let change else { return nil }
    let find = try statement(
      "SELECT previous_created, previous_modified, previous FROM change WHERE id = ?")
    find.bind(change.firstChange, at: 1)
    return try find.step() ? previous(of: find, key: key, from: 0) : nil
  }

  private func countCurrent(above start: Key, below end: [UInt8]) throws(StoreError) -> Int {
    let count = try statement("SELECT count(*) FROM current WHERE key > ? AND key < ?")
    count.bind(copying: start.bytes, at: 1)
    count.bind(copying: end, at: 2)
    return try count.step() ? Int(count.integer(at: 0)) : 0
  }

  func statement(_ sql: String) throws(StoreError) -> SQLiteStatement {
    try SQLiteStatement(database, path: path, sql)
  }

  /// What a change replaced, from three columns of its row.
  func previous(of row: SQLiteStatement, key: Key, from column: CInt) -> StoredValue? {
    guard !row.isNull(at: column + 1) else { return nil }
    return StoredValue(
      key: key, value: row.bytes(at: column + 2), createRevision: row.revision(at: column),
      modRevision: row.revision(at: column + 1))
  }
}
