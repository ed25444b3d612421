import GRDB
import GRDBSQLite

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension StoreError {
  /// What an SQLite result code means to our callers.
  /// - Parameter systemError: the `errno` behind an input or output error; 0 where unknown.
  init(sqliteCode code: CInt, message: String, systemError: CInt = 0, path: String) {
    switch code & 0xFF {
    case SQLITE_FULL: self = .diskFull(path: path)
    case SQLITE_IOERR where systemError == ENOSPC || systemError == EDQUOT:
      self = .diskFull(path: path)
    case SQLITE_CORRUPT, SQLITE_NOTADB: self = .corrupt(path: path, found: message)
    case SQLITE_IOERR:
      let cause = systemError == 0 ? "" : " (\(String(cString: strerror(systemError))))"
      self = .unavailable(path: path, reason: message + cause)
    default: self = .unavailable(path: path, reason: message)
    }
  }

  init(opening error: any Error, path: String) {
    switch error {
    case let error as StoreError: self = error
    case let damaged as DamagedFile:
      self = .corrupt(path: path, found: damaged.findings.joined(separator: "; "))
    case let foreign as ForeignFile: self = .unavailable(path: path, reason: foreign.reason)
    case let error as DatabaseError:
      self.init(
        sqliteCode: error.extendedResultCode.rawValue, message: error.message ?? "unknown error",
        path: path)
    default: self = .unavailable(path: path, reason: "\(error)")
    }
  }
}
