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

  /// What the system said to opening or making a file.
  init(opening path: String, systemError code: CInt) {
    self =
      code == ENOSPC || code == EDQUOT
      ? .diskFull(path: path) : .unavailable(path: path, reason: String(cString: strerror(code)))
  }

  init(opening error: any Error, path: String) {
    switch error {
    case let error as StoreError: self = error
    case let damaged as DamagedFile:
      self = .corrupt(path: path, found: damaged.findings.joined(separator: "; "))
    case let foreign as ForeignFile: self = .unavailable(path: path, reason: foreign.reason)
    case let error as DatabaseError
    where [.SQLITE_IOERR, .SQLITE_CANTOPEN].contains(error.resultCode) && Self.isFull(path):
      self = .diskFull(path: path)
    case let error as DatabaseError:
      self.init(
        sqliteCode: error.extendedResultCode.rawValue, message: error.message ?? "unknown error",
        path: path)
    default: self = .unavailable(path: path, reason: "\(error)")
    }
  }

  /// What SQLite asks for at once: the index of its log. A connection that could not be opened keeps
  /// no `errno` that would tell a full disk from a broken one.
  private static let byteCountNeeded = 32 << 10

  private static func isFull(_ path: String) -> Bool {
    var facts = statvfs()
    guard statvfs(path, &facts) == 0 else { return false }
    return Int(facts.f_bavail) * Int(facts.f_frsize) < byteCountNeeded
  }
}
