import Foundations
import Testing

@testable import Store

@Suite struct SQLiteRestartTests {
  @Test("state, history and the sequence of revisions survive a restart")
  func restart() async throws {
    let directory = try TemporaryDirectory()
    var generator = SeededGenerator(seed: 7)
    var model = StoreModel()
    for _ in 0..<5 {
      let store = try SQLiteStore(directory: directory.path)
      #expect(try await store.newestRevision() == model.newest)
      for _ in 0..<20 { try await model.writeRandomly(to: store, using: &generator) }
      await store.close()
    }
    let store = try SQLiteStore(directory: directory.path)
    for number in 0..<model.states.count {
      let page = try await store.page(
        under: "/m/", after: nil, limit: 100, at: Revision(UInt64(number)))
      #expect(page.values == model.states[number].values.sorted { $0.key < $1.key })
    }
    #expect(try await store.events(under: "/", after: .zero).last?.revision == model.newest)
    await store.close()
  }

  @Test("the sequence goes on after everything was deleted and forgotten")
  func emptied() async throws {
    let directory = try TemporaryDirectory()
    var store = try SQLiteStore(directory: directory.path)
    for number in 0..<10 { try await store.create(Key("/a/\(number)"), [1]) }
    for number in 0..<10 { try await store.delete(Key("/a/\(number)"), ifAt: nil) }
    try await store.compact(through: Revision(20))
    await store.close()
    store = try SQLiteStore(directory: directory.path)
    #expect(try await store.newestRevision() == Revision(20))
    #expect(try await store.create("/a/1", [1]) == Revision(21))
    await #expect(throws: StoreError.compacted(oldestKept: Revision(19))) {
      try await store.value(of: "/a/1", at: Revision(18))
    }
    await store.close()
  }

  @Test("only the owner can read the files")
  func mode() async throws {
    let directory = try TemporaryDirectory()
    let store = try SQLiteStore(directory: directory.path)
    try await store.create("/a/1", [1])
    for name in ["store.sqlite", "store.sqlite-wal", "store.sqlite-shm", "store.lock"] {
      #expect(try posixMode(of: directory.path + "/" + name) == 0o600, "\(name)")
    }
    await store.close()
  }

  @Test("a second server on the same directory is refused and told who holds it")
  func locked() async throws {
    let directory = try TemporaryDirectory()
    let store = try SQLiteStore(directory: directory.path)
    let refusal = #expect(throws: StoreError.self) {
      try SQLiteStore(directory: directory.path)
    }
    #expect(refusal == .locked(path: directory.path, holder: Int(processID())))
    await store.close()
  }

  @Test("the directory is free again once the store is gone")
  func unlocked() async throws {
    let directory = try TemporaryDirectory()
    do {
      let store = try SQLiteStore(directory: directory.path)
      try await store.create("/a/1", [1])
      await store.close()
    }
    let store = try SQLiteStore(directory: directory.path)
    #expect(try await store.value(of: "/a/1") != nil)
    await store.close()
  }
}
