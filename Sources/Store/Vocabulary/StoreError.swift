package import Foundations

/// Why the store refused a request or could not carry it out. A refused write changed nothing.
package enum StoreError: Error, Equatable, Sendable {
  /// A create found the key taken. 409 AlreadyExists.
  case keyExists(Key)
  /// 404 NotFound.
  case notFound(Key)
  /// The value has moved on since the revision that the writer read. 409 Conflict.
  case staleWrite(Key, expected: Revision, found: Revision)
  /// The history asked for is gone; `oldestKept` can still be read and watched from. 410 Expired.
  case compacted(oldestKept: Revision)
  /// The revision asked for has not been written yet.
  case futureRevision(asked: Revision, newest: Revision)
  /// One transaction names a key twice, so its order would decide.
  case keyRepeated(Key)
  /// A transaction or a value is over the engine's bound. 413.
  case tooLarge(byteCount: Int, limit: Int)
  /// Too many writes wait already; try again later. 429.
  case overloaded(pendingWrites: Int)
  /// A watcher read too slowly and was dropped; list again. 410 Expired.
  case tooSlow
  /// The disk took no more bytes. Writes work again once there is space.
  case diskFull(path: String)
  /// The file is damaged. Nothing is repaired or deleted by the store itself.
  case corrupt(path: String, found: String)
  /// Another process holds the data directory.
  case locked(path: String, holder: Int?)
  /// The file cannot be opened, read or written for the reason given.
  case unavailable(path: String, reason: String)
  /// The store was closed; no later request is taken.
  case closed
}

extension StoreError: CustomStringConvertible {
  /// One sentence with the fix, where there is one. Nobody matches on it.
  package var description: String {
    switch self {
    case .keyExists(let key): "\(key) already exists"
    case .notFound(let key): "\(key) does not exist"
    case .staleWrite(let key, let expected, let found):
      "\(key) was written at revision \(found) since it was read at revision \(expected)"
    case .compacted(let oldestKept):
      "the history before revision \(oldestKept) is no longer kept; list again"
    case .futureRevision(let asked, let newest):
      "revision \(asked) does not exist yet; the newest is \(newest)"
    case .keyRepeated(let key): "the transaction writes \(key) twice"
    case .tooLarge(let byteCount, let limit): "\(byteCount) bytes are over the limit of \(limit)"
    case .overloaded(let pendingWrites):
      "\(pendingWrites) writes are waiting for the disk; try again in a moment"
    case .tooSlow: "the watcher fell behind and was dropped; list again"
    case .diskFull(let path):
      "the disk that holds \(path) is full; free some space and writes work again"
    case .corrupt(let path, let found):
      "the database \(path) is damaged (\(found)); restore it from a backup, or move it away to "
        + "start with an empty cluster"
    case .locked(let path, let holder):
      "the data directory \(path) is in use by another Martlet server"
        + (holder.map { " (process \($0))" } ?? "") + "; stop it or choose another directory"
    case .unavailable(let path, let reason): "the database \(path) cannot be used: \(reason)"
    case .closed: "the store is closed"
    }
  }
}
