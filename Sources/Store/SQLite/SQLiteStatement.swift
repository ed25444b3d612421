import Foundations
import GRDB
import GRDBSQLite

/// A compiled statement, used through SQLite's own functions: GRDB's argument and row types cost
/// more than the statements themselves on the write path (docs/decisions/0003-store-engine.md).
///
/// Belongs to one connection and its queue. Blobs are lent, not copied: they must stay alive until
/// the statement was run.
final class SQLiteStatement {
  private let statement: Statement
  private let handle: OpaquePointer
  private let database: OpaquePointer
  private let path: String

  init(_ database: Database, path: String, _ sql: String) throws(StoreError) {
    do {
      statement = try database.makeStatement(sql: sql)
    } catch {
      throw StoreError(opening: error, path: path)
    }
    handle = statement.sqliteStatement
    // A statement that compiled has a connection.
    self.database = sqlite3_db_handle(handle)!
    self.path = path
  }

  func bind(_ value: Int64, at index: CInt) { sqlite3_bind_int64(handle, index, value) }
  func bind(_ value: UInt64, at index: CInt) { bind(Int64(bitPattern: value), at: index) }
  func bind(_ value: Revision, at index: CInt) { bind(value.rawValue, at: index) }
  func bindNull(at index: CInt) { sqlite3_bind_null(handle, index) }

  func bind(_ bytes: UnsafeRawBufferPointer, at index: CInt) {
    if let base = bytes.baseAddress {
      sqlite3_bind_blob64(handle, index, base, UInt64(bytes.count), nil)
    } else {
      sqlite3_bind_zeroblob(handle, index, 0)
    }
  }

  /// Binds a copy, where a blob cannot be lent.
  func bind(copying bytes: [UInt8], at index: CInt) {
    let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)  // SQLITE_TRANSIENT
    sqlite3_bind_blob64(handle, index, bytes, UInt64(bytes.count), transient)
  }

  /// Goes to the next row.
  /// - Returns: `false`, and the statement is ready for its next use, where there is none.
  func step() throws(StoreError) -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE:
      sqlite3_reset(handle)
      return false
    default:
      let error = StoreError(
        sqliteCode: sqlite3_extended_errcode(database),
        message: String(cString: sqlite3_errmsg(database)),
        systemError: sqlite3_system_errno(database), path: path)
      sqlite3_reset(handle)
      throw error
    }
  }

  /// Runs a statement whose rows, if any, do not matter.
  func run() throws(StoreError) {
    while try step() {}
  }

  /// Leaves the remaining rows.
  func reset() { sqlite3_reset(handle) }

  func integer(at column: CInt) -> Int64 { sqlite3_column_int64(handle, column) }
  func revision(at column: CInt) -> Revision {
    Revision(UInt64(bitPattern: sqlite3_column_int64(handle, column)))
  }
  func isNull(at column: CInt) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

  func bytes(at column: CInt) -> [UInt8] {
    guard let base = sqlite3_column_blob(handle, column) else { return [] }
    return Array(
      UnsafeRawBufferPointer(start: base, count: Int(sqlite3_column_bytes(handle, column))))
  }
}

/// Runs statements that are needed once.
extension Database {
  func integer(_ sql: String, path: String) throws(StoreError) -> Int64 {
    let statement = try SQLiteStatement(self, path: path, sql)
    defer { statement.reset() }
    return try statement.step() ? statement.integer(at: 0) : 0
  }
}
