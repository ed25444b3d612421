import Foundations
import Testing

@testable import Store

@Suite struct SQLiteSpaceTests {
  /// Creates values until the disk is full.
  /// - Returns: the keys that were acknowledged.
  private func fill(_ store: SQLiteStore, path: String) async throws -> [Key] {
    var keys: [Key] = []
    for number in 0..<10_000 {
      let key = Key("/a/\(number)")
      do {
        try await store.create(key, [UInt8](repeating: 1, count: 1_000))
        keys.append(key)
      } catch {
        #expect(error == .diskFull(path: path))
        return keys
      }
    }
    Issue.record("the disk never filled")
    return keys
  }

  @Test("a full disk refuses the write and loses nothing; more room makes writes work again")
  func pageLimit() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/store.sqlite"
    var configuration = SQLiteStoreConfiguration()
    configuration.pageCountMax = 60
    var store = try SQLiteStore(directory: directory.path, configuration: configuration)
    let keys = try await fill(store, path: path)
    #expect(keys.count > 20)
    await #expect(throws: StoreError.diskFull(path: path)) {
      try await store.create("/b/1", [UInt8](repeating: 1, count: 20_000))
    }
    #expect(try await store.page(under: "/a/", limit: 10_000).values.count == keys.count)
    await store.close()
    store = try SQLiteStore(directory: directory.path)
    #expect(try await store.newestRevision() == Revision(UInt64(keys.count)))
    #expect(try await store.create("/b/1", [1]) == Revision(UInt64(keys.count + 1)))
    await store.close()
  }

  @Test("writes go on by themselves once a full file system has room again")
  func fileSystem() async throws {
    let directory = try TemporaryDirectory()
    guard let disk = MemoryFileSystem(at: directory.path, megabytes: 4) else {
      print("skipped: this process may not mount a file system")
      return
    }
    let store = try SQLiteStore(directory: disk.path)
    try overwrite(disk.path + "/ballast", at: 0, with: [UInt8](repeating: 1, count: 2_000_000))
    let path = disk.path + "/store.sqlite"
    let keys = try await fill(store, path: path)
    await #expect(throws: StoreError.diskFull(path: path)) {
      try await store.create("/b/0", [UInt8](repeating: 1, count: 100_000))
    }
    try overwrite(disk.path + "/ballast", truncatingTo: 0)
    let revision = try await store.create("/b/1", [UInt8](repeating: 1, count: 100_000))
    #expect(revision == Revision(UInt64(keys.count + 1)))
    #expect(try await store.page(under: "/", limit: 10_000).values.count == keys.count + 1)
    await store.close()
  }

  @Test("history is trimmed to its bound, and the newest part stays")
  func history() async throws {
    let directory = try TemporaryDirectory()
    var configuration = SQLiteStoreConfiguration()
    configuration.historyRevisionsMax = 1_000
    let store = try SQLiteStore(directory: directory.path, configuration: configuration)
    try await store.create("/a/1", [0])
    try await update(store, keys: ["/a/1"], times: 5_000, byteCount: 10)
    #expect(try await store.newestRevision() == Revision(5_001))
    await #expect(throws: StoreError.self) {
      try await store.value(of: "/a/1", at: Revision(2_000))
    }
    #expect(try await store.value(of: "/a/1", at: Revision(4_001)) != nil)
    #expect(try await store.events(under: "/", after: Revision(4_001)).count == 1_000)
    await store.close()
  }

  @Test("under constant change the file stays within twice its live bytes")
  func churn() async throws {
    let directory = try TemporaryDirectory()
    var configuration = SQLiteStoreConfiguration()
    configuration.historyByteCountMin = 256 * 1_024
    let store = try SQLiteStore(directory: directory.path, configuration: configuration)
    let keys = (0..<2_000).map { Key("/a/\($0)") }
    try await create(store, keys: keys, byteCount: 1_500)
    try await update(store, keys: keys, times: 10_000, byteCount: 1_500)
    await store.close()
    let live = 2_000 * 1_500
    let size = try byteCount(of: directory.path + "/store.sqlite")
    #expect(size < 2 * live, "\(size) bytes for \(live) live")
  }

  @Test("the file shrinks after most was deleted")
  func shrink() async throws {
    let directory = try TemporaryDirectory()
    var configuration = SQLiteStoreConfiguration()
    configuration.historyByteCountMin = 256 * 1_024
    let store = try SQLiteStore(directory: directory.path, configuration: configuration)
    let keys = (0..<4_000).map { Key("/a/\($0)") }
    try await create(store, keys: keys, byteCount: 1_500)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for key in keys.dropFirst(100) {
        group.addTask { try await store.delete(key, ifAt: nil) }
      }
      try await group.waitForAll()
    }
    // Renewing one lease is what an idle cluster does.
    for _ in 0..<200 { try await store.update(keys[0], [1], ifAt: nil) }
    await store.close()
    let size = try byteCount(of: directory.path + "/store.sqlite")
    #expect(size < 4_000_000, "\(size) bytes")
  }

  private func create(_ store: SQLiteStore, keys: [Key], byteCount: Int) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for key in keys {
        group.addTask { try await store.create(key, [UInt8](repeating: 2, count: byteCount)) }
      }
      try await group.waitForAll()
    }
  }

  /// Updates keys in turn from eight tasks.
  private func update(
    _ store: SQLiteStore, keys: [Key], times: Int, byteCount: Int
  ) async throws {
    let writersMax = 8
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<writersMax {
        group.addTask {
          for number in stride(from: writer, to: times, by: writersMax) {
            let bytes = [UInt8](repeating: UInt8(number % 256), count: byteCount)
            try await store.update(keys[number * 7 % keys.count], bytes, ifAt: nil)
          }
        }
      }
      try await group.waitForAll()
    }
  }
}
