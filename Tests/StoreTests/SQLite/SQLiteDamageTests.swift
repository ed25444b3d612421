import Foundations
import Testing

@testable import Store

@Suite struct SQLiteDamageTests {
  private func filledDirectory() async throws -> TemporaryDirectory {
    let directory = try TemporaryDirectory()
    let store = try SQLiteStore(directory: directory.path)
    for number in 0..<200 {
      try await store.create(Key("/a/\(number)"), [UInt8](repeating: UInt8(number), count: 900))
    }
    await store.close()
    return directory
  }

  @Test("a file that is no database is named, with what was found and the fix")
  func noDatabase() async throws {
    let directory = try TemporaryDirectory()
    try overwrite(directory.path + "/store.sqlite", at: 0, with: Array("hello".utf8))
    let error = #expect(throws: StoreError.self) { try SQLiteStore(directory: directory.path) }
    let path = directory.path + "/store.sqlite"
    #expect(
      error
        == .corrupt(
          path: path, found: "its first bytes are not those of an SQLite database"))
    #expect(
      error?.description == """
        the database \(path) is damaged (its first bytes are not those of an SQLite database); \
        restore it from a backup, or move it away to start with an empty cluster
        """)
  }

  @Test("damage inside the file is found at the first start after a crash")
  func damagedPage() async throws {
    let directory = try await filledDirectory()
    let path = directory.path + "/store.sqlite"
    for page in 4..<8 {
      try overwrite(path, at: page * 4_096, with: [UInt8](repeating: 0xA5, count: 64))
    }
    // What a crash leaves: a write-ahead log.
    try overwrite(path + "-wal", at: 0, with: [UInt8](repeating: 0, count: 32))
    let error = #expect(throws: StoreError.self) { try SQLiteStore(directory: directory.path) }
    guard case .corrupt(path, let found)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(!found.isEmpty)
  }

  @Test("damage met while running fails that request, and nothing is written any more")
  func damagedRow() async throws {
    let directory = try await filledDirectory()
    let path = directory.path + "/store.sqlite"
    for page in 10..<30 {
      try overwrite(path, at: page * 4_096, with: [UInt8](repeating: 0xA5, count: 64))
    }
    let store = try SQLiteStore(directory: directory.path)
    var failures: [StoreError] = []
    for number in 0..<200 {
      do {
        try await store.update(Key("/a/\(number)"), [1], ifAt: nil)
        #expect(failures.isEmpty)
      } catch {
        failures.append(error)
      }
    }
    #expect(!failures.isEmpty && Set(failures.map(\.description)).count == 1)
    guard case .corrupt(path, _)? = failures.first else {
      Issue.record("\(failures)")
      return
    }
    await store.close()
  }

  @Test("the database of another program is left alone")
  func foreign() async throws {
    let directory = try await filledDirectory()
    let path = directory.path + "/store.sqlite"
    try overwrite(path, at: 68, with: [1, 2, 3, 4])  // the application id in SQLite's header
    #expect(
      throws: StoreError.unavailable(path: path, reason: "it belongs to another program")
    ) { try SQLiteStore(directory: directory.path) }
  }

  @Test("the database of a later Martlet is left alone")
  func later() async throws {
    let directory = try await filledDirectory()
    let path = directory.path + "/store.sqlite"
    try overwrite(path, at: 60, with: [0, 0, 0, 2])  // the user version
    let error = #expect(throws: StoreError.self) { try SQLiteStore(directory: directory.path) }
    #expect(error?.description.contains("written by a later Martlet") == true)
  }

  @Test("a directory that cannot be made gives its reason")
  func noDirectory() throws {
    #expect(
      throws: StoreError.unavailable(
        path: "/proc/none/store", reason: "No such file or directory")
    ) { try SQLiteStore(directory: "/proc/none/store") }
  }
}
