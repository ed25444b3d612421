import Foundations
import Testing

@testable import Store

@Suite struct CompactionContract {
  @Test("what is forgotten is refused, what is kept reads as before", arguments: Backend.allCases)
  func boundary(_ backend: Backend) async throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SeededGenerator(seed: seed)
    let store = try backend.open()
    var model = StoreModel()
    for _ in 0..<60 { try await model.writeRandomly(to: store, using: &generator) }
    try await store.compact(through: Revision(30))
    let refusal = StoreError.compacted(oldestKept: Revision(30))
    await #expect(throws: refusal) {
      try await store.page(under: "/m/", after: nil, limit: 100, at: Revision(29))
    }
    await #expect(throws: refusal) {
      try await store.value(of: StoreModel.keys[0], at: Revision(29))
    }
    await #expect(throws: refusal) { try await store.events(under: "/m/", after: Revision(29)) }
    for number in 30...60 {
      let page = try await store.page(
        under: "/m/", after: nil, limit: 100, at: Revision(UInt64(number)))
      #expect(page.values == model.states[number].values.sorted { $0.key < $1.key })
    }
    #expect(
      try await store.events(under: "/m/", after: Revision(30)).first?.revision == Revision(31))
    await store.close()
  }

  @Test(
    "compaction through the newest revision keeps it and the sequence",
    arguments: Backend.allCases)
  func everything(_ backend: Backend) async throws {
    let store = try backend.open()
    try await store.create("/a/1", [1])
    try await store.create("/a/2", [1])
    try await store.delete("/a/1", ifAt: nil)
    try await store.compact(through: Revision(1_000))
    try await store.compact(through: Revision(2))
    await #expect(throws: StoreError.compacted(oldestKept: Revision(3))) {
      try await store.value(of: "/a/1", at: Revision(2))
    }
    #expect(try await store.value(of: "/a/1", at: Revision(3)) == nil)
    #expect(try await store.newestRevision() == Revision(3))
    #expect(try await store.create("/a/3", [1]) == Revision(4))
    #expect(try await store.events(under: "/", after: Revision(3)).map(\.key) == ["/a/3"])
    await store.close()
  }

  @Test("a running watch misses nothing through a compaction", arguments: Backend.allCases)
  func runningWatch(_ backend: Backend) async throws {
    let store = try backend.open()
    let recorder = EventRecorder()
    let watch = store.watch(under: "/", after: .zero, handler: recorder.record)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<300 {
        group.addTask {
          let revision = try await store.create(Key("/a/\(number)"), [1])
          if number % 50 == 0 { try await store.compact(through: revision) }
        }
      }
      try await group.waitForAll()
    }
    #expect(await watch.reached(Revision(300)))
    #expect(recorder.events.map(\.revision.rawValue) == Array(1...300))
    await store.close()
  }

  @Test("an empty store can be compacted", arguments: Backend.allCases)
  func empty(_ backend: Backend) async throws {
    let store = try backend.open()
    try await store.compact(through: Revision(5))
    #expect(try await store.create("/a/1", [1]) == Revision(1))
    await store.close()
  }
}
