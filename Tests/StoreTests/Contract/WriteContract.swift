import Foundations
import Testing

@testable import Store

@Suite struct WriteContract {
  @Test("each write takes the next revision", arguments: Backend.allCases)
  func revisions(_ backend: Backend) async throws {
    let store = try backend.open()
    #expect(try await store.newestRevision() == .zero)
    #expect(try await store.create("/a/1", [1]) == Revision(1))
    #expect(try await store.update("/a/1", [2], ifAt: Revision(1)) == Revision(2))
    #expect(try await store.create("/b/1", [3]) == Revision(3))
    #expect(try await store.delete("/a/1", ifAt: nil) == Revision(4))
    #expect(try await store.newestRevision() == Revision(4))
    await store.close()
  }

  @Test("a value keeps its create revision until it is deleted", arguments: Backend.allCases)
  func createRevision(_ backend: Backend) async throws {
    let store = try backend.open()
    try await store.create("/a/1", [1])
    try await store.update("/a/1", [2], ifAt: nil)
    let updated = try await store.value(of: "/a/1")
    #expect(
      updated
        == StoredValue(
          key: "/a/1", value: [2], createRevision: Revision(1), modRevision: Revision(2)))
    try await store.delete("/a/1", ifAt: Revision(2))
    #expect(try await store.value(of: "/a/1") == nil)
    try await store.create("/a/1", [3])
    #expect(try await store.value(of: "/a/1")?.createRevision == Revision(4))
    await store.close()
  }

  @Test("a create of a taken key is refused and changes nothing", arguments: Backend.allCases)
  func taken(_ backend: Backend) async throws {
    let store = try backend.open()
    try await store.create("/a/1", [1])
    await #expect(throws: StoreError.keyExists("/a/1")) { try await store.create("/a/1", [2]) }
    #expect(try await store.newestRevision() == Revision(1))
    #expect(try await store.value(of: "/a/1")?.value == [1])
    await store.close()
  }

  @Test("a stale update or delete is refused and changes nothing", arguments: Backend.allCases)
  func stale(_ backend: Backend) async throws {
    let store = try backend.open()
    let first = try await store.create("/a/1", [1])
    let second = try await store.update("/a/1", [2], ifAt: first)
    let refusal = StoreError.staleWrite("/a/1", expected: first, found: second)
    await #expect(throws: refusal) { try await store.update("/a/1", [3], ifAt: first) }
    await #expect(throws: refusal) { try await store.delete("/a/1", ifAt: first) }
    #expect(try await store.newestRevision() == second)
    #expect(try await store.value(of: "/a/1")?.value == [2])
    await store.close()
  }

  @Test("nothing can be updated or deleted where there is nothing", arguments: Backend.allCases)
  func missing(_ backend: Backend) async throws {
    let store = try backend.open()
    let refusal = StoreError.notFound("/a/1")
    await #expect(throws: refusal) { try await store.update("/a/1", [3], ifAt: nil) }
    await #expect(throws: refusal) { try await store.update("/a/1", [3], ifAt: Revision(1)) }
    await #expect(throws: refusal) { try await store.delete("/a/1", ifAt: nil) }
    #expect(try await store.newestRevision() == .zero)
    await store.close()
  }

  @Test("the writes of a transaction share one revision", arguments: Backend.allCases)
  func batch(_ backend: Backend) async throws {
    let store = try backend.open()
    try await store.create("/a/1", [1])
    let revision = try await store.commit(
      Transaction([
        .create("/a/2", [2]), .update("/a/1", [9], ifAt: Revision(1)), .create("/b/1", [3]),
      ]))
    #expect(revision == Revision(2))
    let values = try await store.page(under: "/a/").values
    #expect(values.map(\.modRevision) == [Revision(2), Revision(2)])
    #expect(values.map(\.value) == [[9], [2]])
    await store.close()
  }

  @Test("a transaction with one refused write does nothing", arguments: Backend.allCases)
  func refusedBatch(_ backend: Backend) async throws {
    let store = try backend.open()
    try await store.create("/a/1", [1])
    await #expect(throws: StoreError.keyExists("/a/1")) {
      try await store.commit(Transaction([.create("/a/0", [0]), .create("/a/1", [2])]))
    }
    #expect(try await store.value(of: "/a/0") == nil)
    #expect(try await store.newestRevision() == Revision(1))
    await store.close()
  }

  @Test("a transaction may not name a key twice", arguments: Backend.allCases)
  func repeated(_ backend: Backend) async throws {
    let store = try backend.open()
    await #expect(throws: StoreError.keyRepeated("/a/1")) {
      try await store.commit(
        Transaction([.create("/a/1", [1]), .delete("/a/1", ifAt: nil)]))
    }
    await store.close()
  }

  /// What is sealed is longer than what it hides, so its bound is below that of the engine under it.
  @Test("transactions and values have bounds", arguments: Backend.allCases.filter { $0 != .sealed })
  func bounds(_ backend: Backend) async throws {
    let store = try backend.open()
    func transaction(of count: Int) -> Transaction {
      Transaction((0..<count).map { .create(Key("/a/\($0)"), [1]) })
    }
    let limit = Transaction.writesMax
    await #expect(throws: StoreError.tooLarge(byteCount: limit + 1, limit: limit)) {
      try await store.commit(transaction(of: limit + 1))
    }
    #expect(try await store.commit(transaction(of: limit)) == Revision(1))
    let longest = Transaction.valueByteCountMax
    await #expect(throws: StoreError.tooLarge(byteCount: longest + 1, limit: longest)) {
      try await store.create("/b/1", [UInt8](repeating: 7, count: longest + 1))
    }
    let bytes = [UInt8](repeating: 7, count: longest)
    try await store.create("/b/1", bytes)
    #expect(try await store.value(of: "/b/1")?.value == bytes)
    await store.close()
  }

  @Test("an empty value is a value", arguments: Backend.allCases)
  func emptyValue(_ backend: Backend) async throws {
    let store = try backend.open()
    try await store.create("/a/1", [])
    try await store.update("/a/1", [1], ifAt: nil)
    #expect(try await store.value(of: "/a/1", at: Revision(1))?.value == [])
    await store.close()
  }

  @Test(
    "of writers that compare and swap, each success builds on the one before",
    arguments: Backend.allCases)
  func counters(_ backend: Backend) async throws {
    let store = try backend.open()
    try await store.create("/a/counter", [0, 0])
    let successes = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<8 { group.addTask { try await increment(store, times: 50) } }
      return try await group.reduce(0, +)
    }
    let bytes = try #require(try await store.value(of: "/a/counter")).value
    #expect(successes == 400)
    #expect(Int(bytes[0]) + Int(bytes[1]) * 256 == 400)
    #expect(try await store.newestRevision() == Revision(401))
    await store.close()
  }

  @Test("a closed store refuses everything", arguments: Backend.allCases)
  func closed(_ backend: Backend) async throws {
    let store = try backend.open()
    try await store.create("/a/1", [1])
    await store.close()
    await store.close()
    await #expect(throws: StoreError.closed) { try await store.create("/a/2", [1]) }
    await #expect(throws: StoreError.closed) { try await store.value(of: "/a/1") }
    await #expect(throws: StoreError.closed) { try await store.compact(through: Revision(1)) }
    let recorder = EventRecorder()
    _ = store.watch(under: "/", after: .zero, handler: recorder.record)
    #expect(await recorder.waitForEnd() == .closed)
  }
}

/// Adds one as often as asked, reading again after each lost race.
private func increment(_ store: any Store, times: Int) async throws -> Int {
  var successes = 0
  while successes < times {
    guard let old = try await store.value(of: "/a/counter") else { break }
    let sum = Int(old.value[0]) + Int(old.value[1]) * 256 + 1
    do {
      try await store.update(
        "/a/counter", [UInt8(sum % 256), UInt8(sum / 256)], ifAt: old.modRevision)
      successes += 1
    } catch StoreError.staleWrite {
      continue
    }
  }
  return successes
}
