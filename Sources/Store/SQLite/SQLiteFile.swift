import Dispatch
import GRDB

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Opens the database file: makes it where it is missing, checks it where it may be damaged.
struct SQLiteFile {
  let path: String
  /// For the one thread that writes.
  let writer: DatabaseQueue
  /// Sees whole transactions only, while the writer goes on.
  let reader: DatabaseQueue

  /// "MART": tells our file from those of other programs.
  static let applicationID = 0x4D41_5254
  /// The layout of the tables below. A later layout gets the next number and a migration.
  static let schemaVersion = 1

  /// - Throws: `.corrupt`, `.unavailable`, `.diskFull`.
  init(path: String, configuration: SQLiteStoreConfiguration) throws(StoreError) {
    self.path = path
    let isNew = try Self.create(path)
    // The last connection to close removes the log, so one that is left tells of a crash.
    let wasLeftOpen = Self.byteCount(of: path + "-wal") > 0
    do {
      writer = try DatabaseQueue(
        path: path, configuration: Self.writerConfiguration(configuration))
      try writer.writeWithoutTransaction { database in
        if wasLeftOpen && !isNew { try Self.check(database) }
        try Self.prepareTables(database)
      }
      reader = try DatabaseQueue(path: path, configuration: Self.readerConfiguration())
    } catch {
      throw StoreError(opening: error, path: path)
    }
  }

  /// Makes an empty file that only its owner can read, since it holds secrets; SQLite gives its
  /// other files the same mode.
  /// - Returns: whether the file is new.
  private static func create(_ path: String) throws(StoreError) -> Bool {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw StoreError(opening: path, systemError: errno) }
    defer { close(descriptor) }
    var header = [UInt8](repeating: 0, count: 16)
    let count = pread(descriptor, &header, header.count, 0)
    guard count >= 0 else {
      throw .unavailable(path: path, reason: String(cString: strerror(errno)))
    }
    if count == 0 {
      try syncDirectory(of: path)
      return true
    }
    guard count == header.count, header == magic else {
      throw .corrupt(path: path, found: "its first bytes are not those of an SQLite database")
    }
    return false
  }

  /// The file's name must survive a power loss as its content does.
  private static func syncDirectory(of path: String) throws(StoreError) {
    let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .unavailable(path: directory, reason: String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else {
      throw .unavailable(path: directory, reason: String(cString: strerror(errno)))
    }
  }

  private static let magic = Array("SQLite format 3\0".utf8)

  private static func byteCount(of path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
  }

  private static func writerConfiguration(_ limits: SQLiteStoreConfiguration) -> Configuration {
    var configuration = Configuration()
    configuration.label = "store.writer"
    configuration.busyMode = .timeout(5)  // for a backup tool that has the file open
    configuration.foreignKeysEnabled = false
    configuration.prepareDatabase { database in
      // Only counts while the file is empty; `compact` gives pages back with it.
      try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
      try database.execute(sql: "PRAGMA journal_mode = WAL")
      // A commit returns once its bytes are on the disk.
      try database.execute(sql: "PRAGMA synchronous = FULL")
      try database.execute(sql: "PRAGMA wal_autocheckpoint = \(limits.checkpointPageCount)")
      // One huge transaction must not leave a huge log behind.
      try database.execute(sql: "PRAGMA journal_size_limit = \(16 * 1_024 * 1_024)")
      try database.execute(sql: "PRAGMA cache_size = -4096")
      try database.execute(sql: "PRAGMA mmap_size = 0")
      if let pages = limits.pageCountMax {
        try database.execute(sql: "PRAGMA max_page_count = \(pages)")
      }
    }
    return configuration
  }

  private static func readerConfiguration() -> Configuration {
    var configuration = Configuration()
    configuration.label = "store.reader"
    configuration.busyMode = .timeout(5)
    configuration.readonly = true
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA cache_size = -512")
      try database.execute(sql: "PRAGMA mmap_size = 0")
    }
    return configuration
  }

  /// Reads every page once. Only done after a crash: it takes about a second for a gigabyte.
  private static func check(_ database: Database) throws {
    let found = try String.fetchAll(database, sql: "PRAGMA quick_check(3)")
    if found != ["ok"] { throw DamagedFile(findings: found) }
  }

  private static func prepareTables(_ database: Database) throws {
    let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    let owner = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
    if version == 0 && owner == 0 {
      let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
      guard tables == 0 else { throw ForeignFile(reason: "it belongs to another program") }
      try database.inTransaction {
        try database.execute(sql: schema)
        try database.execute(sql: "PRAGMA application_id = \(applicationID)")
        try database.execute(sql: "PRAGMA user_version = \(schemaVersion)")
        return .commit
      }
      return
    }
    guard owner == applicationID else { throw ForeignFile(reason: "it belongs to another program") }
    guard version <= schemaVersion else {
      throw ForeignFile(
        reason: "it was written by a later Martlet (layout \(version), this one knows "
          + "\(schemaVersion)); start that version or restore an earlier backup")
    }
  }

  /// Current state and history.
  ///
  /// `change` is an undo log: each row holds what its write replaced. The newest state is in
  /// `current` alone, so a create writes its bytes once, and compaction cuts rows off the old end.
  /// - `change.id`: the revision shifted left by 16 bits, plus the write's place in its
  ///   transaction.
  /// - `change.live_bytes`, `change.history_bytes`: the size of `current` after the write, and of
  ///   all history ever written up to and with it, so that no start has to add them up.
  private static let schema = """
    CREATE TABLE current (
      id INTEGER PRIMARY KEY,
      key BLOB NOT NULL UNIQUE,
      created INTEGER NOT NULL,
      modified INTEGER NOT NULL,
      value BLOB NOT NULL
    );
    CREATE TABLE change (
      id INTEGER PRIMARY KEY,
      key BLOB NOT NULL,
      is_delete INTEGER NOT NULL,
      live_bytes INTEGER NOT NULL,
      history_bytes INTEGER NOT NULL,
      previous_created INTEGER,
      previous_modified INTEGER,
      previous BLOB
    );
    """
}

/// What `quick_check` reported.
struct DamagedFile: Error {
  let findings: [String]
}

/// A healthy database that is not ours to write.
struct ForeignFile: Error {
  let reason: String
}
