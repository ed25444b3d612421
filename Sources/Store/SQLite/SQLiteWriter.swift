import Foundations
import GRDB
import GRDBSQLite

/// Carries out transactions on the one connection that writes.
///
/// @unchecked: every use is on the queue of that connection (`SQLiteStore` sees to it), as SQLite's
/// statements want it too.
final class SQLiteWriter: @unchecked Sendable {
  private let path: String
  private let database: Database
  private let statements: Statements
  private let trimmer: SQLiteTrimmer
  private(set) var position: SQLitePosition
  /// Set when the file or the disk is broken in a way that the next write cannot mend: what the
  /// disk holds is then unknown until the file was opened anew.
  private(set) var failure: StoreError?
  /// What the log was last told of; `nil` while writes work.
  var reportedError: StoreError?

  private struct Statements {
    let begin, commit, rollback, find, insert, replace, remove, record: SQLiteStatement
  }

  /// What became of one transaction of a group.
  enum Outcome {
    case done([StoreEvent], Revision)
    case refused(StoreError)
  }

  init(
    _ database: Database, path: String, configuration: SQLiteStoreConfiguration
  ) throws(StoreError) {
    func statement(_ sql: String) throws(StoreError) -> SQLiteStatement {
      try SQLiteStatement(database, path: path, sql)
    }
    self.path = path
    self.database = database
    statements = Statements(
      begin: try statement("BEGIN IMMEDIATE"),
      commit: try statement("COMMIT"),
      rollback: try statement("ROLLBACK"),
      find: try statement("SELECT id, created, modified, value FROM current WHERE key = ?"),
      insert: try statement(
        "INSERT INTO current (key, created, modified, value) VALUES (?, ?, ?, ?)"),
      replace: try statement("UPDATE current SET modified = ?, value = ? WHERE id = ?"),
      remove: try statement("DELETE FROM current WHERE id = ?"),
      record: try statement(
        """
        INSERT INTO change (id, key, is_delete, live_bytes, history_bytes, previous_created,
          previous_modified, previous) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """))
    trimmer = try SQLiteTrimmer(database, path: path, configuration: configuration)
    position = try SQLitePosition(database, path: path)
  }

  /// Carries out a group with one trip to the disk. Each transaction sees those before it and
  /// succeeds or is refused by itself.
  /// - Throws: what kept the whole group from the disk. Then nothing of it happened, refusals
  ///   included: they may have rested on writes that did not happen.
  func commit(_ group: [Transaction]) throws(StoreError) -> [Outcome] {
    if let failure { throw failure }
    let before = position
    do throws(StoreError) {
      try statements.begin.run()
      var outcomes: [Outcome] = []
      outcomes.reserveCapacity(group.count)
      for transaction in group { outcomes.append(try apply(transaction)) }
      if position == before {
        try statements.rollback.run()
      } else {
        try trimmer.trimIfDue(&position)
        try statements.commit.run()
      }
      return outcomes
    } catch {
      position = before
      abandon(after: error)
      throw error
    }
  }

  /// Forgets a slice of history.
  /// - Returns: whether more is left to forget.
  func compact(through revision: Revision) throws(StoreError) -> Bool {
    if let failure { throw failure }
    let floor = min(revision, position.newest)
    guard floor > position.oldestKept || trimmer.canTrim(position, through: floor) else {
      return false
    }
    let before = position
    do throws(StoreError) {
      try statements.begin.run()
      position.oldestKept = max(position.oldestKept, floor)
      try trimmer.trimSlice(&position, through: floor)
      try statements.commit.run()
      return trimmer.canTrim(position, through: floor)
    } catch {
      position = before
      abandon(after: error)
      throw error
    }
  }

  private func apply(_ transaction: Transaction) throws(StoreError) -> Outcome {
    if let flaw = transaction.flaw { return .refused(flaw) }
    var rows: [Row?] = []
    for write in transaction.writes {
      let row = try find(write.key)
      if let refusal = write.refusal(currentRevision: row?.value.modRevision) {
        return .refused(refusal)
      }
      rows.append(row)
    }
    let revision = position.newest.next
    position.newest = revision
    var events: [StoreEvent] = []
    events.reserveCapacity(transaction.writes.count)
    for (place, write) in transaction.writes.enumerated() {
      events.append(
        try apply(write, to: rows[place], id: ChangeID(revision, place: place)))
    }
    return .done(events, revision)
  }

  private struct Row {
    let id: Int64
    let value: StoredValue
  }

  private func find(_ key: Key) throws(StoreError) -> Row? {
    let find = statements.find
    let result = key.bytes.withUnsafeBytes { bytes in
      Result { () throws(StoreError) in
        find.bind(bytes, at: 1)
        return try find.step()
      }
    }
    guard try result.get() else { return nil }
    let row = Row(
      id: find.integer(at: 0),
      value: StoredValue(
        key: key, value: find.bytes(at: 3), createRevision: find.revision(at: 1),
        modRevision: find.revision(at: 2)))
    find.reset()
    return row
  }

  private func apply(
    _ write: Write, to row: Row?, id: ChangeID
  ) throws(StoreError) -> StoreEvent {
    let previous = row?.value
    if let previous {
      position.liveByteCount -= SQLitePosition.cost(key: write.key, value: previous.value)
    }
    position.recordedByteCount += SQLitePosition.cost(key: write.key, value: previous?.value)
    var value: StoredValue?
    if !write.isDelete {
      position.liveByteCount += SQLitePosition.cost(key: write.key, value: write.value)
      value = StoredValue(
        key: write.key, value: write.value, createRevision: previous?.createRevision ?? id.revision,
        modRevision: id.revision)
    }
    let result = write.key.bytes.withUnsafeBytes { key in
      write.value.withUnsafeBytes { new in
        Result { () throws(StoreError) in
          try change(row, key: key, to: write.isDelete ? nil : new, at: id.revision)
          try record(id, key: key, isDelete: write.isDelete, previous: previous)
        }
      }
    }
    try result.get()
    return StoreEvent(
      key: write.key, revision: id.revision, value: value, previous: previous,
      prepared: write.prepared)
  }

  private func change(
    _ row: Row?, key: UnsafeRawBufferPointer, to value: UnsafeRawBufferPointer?,
    at revision: Revision
  ) throws(StoreError) {
    switch (row, value) {
    case (nil, let value?):
      statements.insert.bind(key, at: 1)
      statements.insert.bind(revision, at: 2)
      statements.insert.bind(revision, at: 3)
      statements.insert.bind(value, at: 4)
      try statements.insert.run()
    case (let row?, let value?):
      statements.replace.bind(revision, at: 1)
      statements.replace.bind(value, at: 2)
      statements.replace.bind(row.id, at: 3)
      try statements.replace.run()
    case (let row?, nil):
      statements.remove.bind(row.id, at: 1)
      try statements.remove.run()
    case (nil, nil): break  // a delete of nothing was refused before
    }
  }

  private func record(
    _ id: ChangeID, key: UnsafeRawBufferPointer, isDelete: Bool, previous: StoredValue?
  ) throws(StoreError) {
    let record = statements.record
    record.bind(id.rawValue, at: 1)
    record.bind(key, at: 2)
    record.bind(isDelete ? Int64(1) : 0, at: 3)
    record.bind(position.liveByteCount, at: 4)
    record.bind(position.recordedByteCount, at: 5)
    guard let previous else {
      for column: CInt in 6...8 { record.bindNull(at: column) }
      try record.run()
      return
    }
    record.bind(previous.createRevision, at: 6)
    record.bind(previous.modRevision, at: 7)
    let result = previous.value.withUnsafeBytes { bytes in
      Result { () throws(StoreError) in
        record.bind(bytes, at: 8)
        try record.run()
      }
    }
    try result.get()
  }

  /// Ends a transaction that failed, and decides whether writing can go on after it.
  private func abandon(after error: StoreError) {
    switch error {
    case .corrupt, .unavailable: failure = isTransient ? nil : error
    default: break
    }
    guard database.isInsideTransaction else { return }
    do throws(StoreError) {
      try statements.rollback.run()
    } catch {
      failure = error
    }
  }

  /// A lock held by another program passes; an error of input or output may have lost what was
  /// written before, so no later commit can be trusted.
  private var isTransient: Bool {
    let code = sqlite3_errcode(database.sqliteConnection)
    return code == SQLITE_BUSY || code == SQLITE_LOCKED
  }
}
