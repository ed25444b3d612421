import Foundations
import Testing

@testable import Store

@Suite struct RangeContract {
  @Test("a page holds what is under its prefix, in byte order", arguments: Backend.allCases)
  func order(_ backend: Backend) async throws {
    let store = try backend.open()
    let keys: [Key] = ["/a/b/c", "/a-b/c", "/a/é", "/a/e\u{301}", "/a/-", "/a0", "/a/Z", "/b/a"]
    for key in keys { try await store.create(key, [1]) }
    let page = try await store.page(under: "/a/")
    #expect(page.values.map(\.key) == ["/a/-", "/a/Z", "/a/b/c", "/a/e\u{301}", "/a/é"])
    #expect(page.remainingCount == 0)
    #expect(page.continuation == nil)
    #expect(try await store.page(under: "/").values.count == keys.count)
    #expect(try await store.page(under: "/none/").values.isEmpty)
    await store.close()
  }

  @Test(
    "pages at one revision join to a whole, whatever is written meanwhile",
    arguments: Backend.allCases)
  func continuation(_ backend: Backend) async throws {
    let store = try backend.open()
    for number in 100..<130 { try await store.create(Key("/a/\(number)"), [0]) }
    var page = try await store.page(under: "/a/", after: nil, limit: 7, at: nil)
    let revision = page.revision
    var seen = page.values
    while let next = page.continuation {
      #expect(seen.count + page.remainingCount == 30)
      try await store.delete(seen[seen.count - 2].key, ifAt: nil)
      try await store.create(Key("/a/\(seen.count)new"), [1])
      if seen.count == 7 { try await store.delete("/a/127", ifAt: nil) }
      try await store.update("/a/125", [2], ifAt: nil)
      page = try await store.page(under: "/a/", after: next, limit: 7, at: revision)
      seen += page.values
    }
    #expect(seen.map(\.key) == (100..<130).map { Key("/a/\($0)") })
    #expect(seen.allSatisfy { $0.value == [0] })
    await store.close()
  }

  @Test("a revision that is not there yet cannot be read", arguments: Backend.allCases)
  func future(_ backend: Backend) async throws {
    let store = try backend.open()
    try await store.create("/a/1", [1])
    let refusal = StoreError.futureRevision(asked: Revision(2), newest: Revision(1))
    await #expect(throws: refusal) {
      try await store.page(under: "/a/", after: nil, limit: 1, at: Revision(2))
    }
    await #expect(throws: refusal) { try await store.value(of: "/a/1", at: Revision(2)) }
    await store.close()
  }

  @Test("every kept revision reads as it was, in pages of any size", arguments: Backend.allCases)
  func everyRevision(_ backend: Backend) async throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SeededGenerator(seed: seed)
    let store = try backend.open()
    var model = StoreModel()
    for _ in 0..<150 { try await model.writeRandomly(to: store, using: &generator) }
    for number in 0..<model.states.count {
      let revision = Revision(UInt64(number))
      let expected = model.states[number].values.sorted { $0.key < $1.key }
      let limit = Int.random(in: 1...20, using: &generator)
      var values: [StoredValue] = []
      var after: Key?
      repeat {
        let page = try await store.page(under: "/m/", after: after, limit: limit, at: revision)
        values += page.values
        #expect(values.count + page.remainingCount == expected.count, "seed \(seed)")
        after = page.continuation
      } while after != nil
      #expect(values == expected, "seed \(seed), revision \(revision)")
      for key in StoreModel.keys {
        let value = try await store.value(of: key, at: revision)
        #expect(value == model.states[number][key], "seed \(seed), revision \(revision)")
      }
    }
    await store.close()
  }
}
