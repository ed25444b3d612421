import Foundations
import Resources
import Testing

@testable import Store

@Suite struct WatchCacheTests {
  @Test("a write is read back as soon as it is answered", arguments: Backend.allCases)
  func readYourWrites(_ backend: Backend) async throws {
    let store = try backend.open()
    let cache = try await WatchCache.open(store, prefix: WatchCache.samplePrefix)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<100 {
        group.addTask {
          let prepared = try await store.create(sample("n\(number)"))
          let object = try #require(
            cache.read().object(namespace: "default", name: "n\(number)"))
          #expect(prepared.committed === object)
        }
      }
      try await group.waitForAll()
    }
    #expect(cache.read().count == 100)
    #expect(cache.read().revision == Revision(100))
    await store.close()
  }

  @Test(
    "an object is served with the committed bytes and its revision",
    arguments: Backend.allCases)
  func content(_ backend: Backend) async throws {
    let store = try backend.open()
    let live = try await WatchCache.open(store, prefix: WatchCache.samplePrefix)
    try await store.create(sample("x"))
    try await store.update(sample("x", labels: ["tier": "web"], value: "<1>"))
    let loaded = try await WatchCache.open(store, prefix: WatchCache.samplePrefix)
    for cache in [live, loaded] {
      let object = try #require(cache.read().object(namespace: "default", name: "x"))
      #expect(
        String(decoding: object.json, as: UTF8.self)
          == #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"resourceVersion":"2","#
          + #""name":"x","namespace":"default","labels":{"tier":"web"}},"#
          + #""data":{"value":"\u003c1\u003e"}}"#)
      #expect(object.document == (try Document(json: object.json)))
      #expect(object.document[path: "metadata", "resourceVersion"]?.string == "2")
      #expect(object.createRevision == Revision(1) && object.modRevision == Revision(2))
      #expect(object.label("tier") == "web")
    }
    await store.close()
  }

  @Test("the revision grows with other resources' writes", arguments: Backend.allCases)
  func progress(_ backend: Backend) async throws {
    let store = try backend.open()
    let cache = try await WatchCache.open(store, prefix: WatchCache.samplePrefix)
    try await store.create("/other/1", [1])
    #expect(cache.read().revision == Revision(1))
    let snapshot = try await cache.readConsistent()
    #expect(snapshot.revision == Revision(1))
    async let later = cache.read(atLeast: Revision(3))
    try await store.create("/other/2", [1])
    try await store.create(sample("x"))
    #expect(try await later.object(namespace: "default", name: "x") != nil)
    await store.close()
    await #expect(throws: StoreError.closed) { try await cache.read(atLeast: Revision(4)) }
  }

  @Test(
    "earlier revisions read as they were, as long as the events are kept",
    arguments: Backend.allCases)
  func earlier(_ backend: Backend) async throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SeededGenerator(seed: seed)
    let store = try backend.open()
    var configuration = WatchCacheConfiguration()
    configuration.eventsMax = 100
    let cache = try await WatchCache.open(
      store, prefix: WatchCache.samplePrefix, configuration: configuration)
    var states: [[String]] = [[]]
    for _ in 0..<200 {
      try await writeRandomly(store, cache, using: &generator)
      states.append(cache.read().objects().map { "\($0.name)@\($0.modRevision)" })
    }
    for number in 100...200 {
      let snapshot = try cache.read(at: Revision(UInt64(number)))
      #expect(
        snapshot.objects().map { "\($0.name)@\($0.modRevision)" } == states[number],
        "seed \(seed)")
    }
    #expect(throws: StoreError.compacted(oldestKept: Revision(100))) {
      try cache.read(at: Revision(99))
    }
    #expect(throws: StoreError.futureRevision(asked: Revision(201), newest: Revision(200))) {
      try cache.read(at: Revision(201))
    }
    await store.close()
  }

  @Test("a transaction is seen whole or not at all", arguments: Backend.allCases)
  func wholeTransactions(_ backend: Backend) async throws {
    let store = try backend.open()
    let cache = try await WatchCache.open(store, prefix: WatchCache.samplePrefix)
    let pair = try [PreparedObject(sample("x")), PreparedObject(sample("y"))]
    let keys = [WatchCache.key("x"), WatchCache.key("y")]
    _ = try await store.commit(
      Transaction([.create(keys[0], pair[0]), .create(keys[1], pair[1])]))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for _ in 0..<200 {
          _ = try await store.commit(
            Transaction([
              .update(keys[0], pair[0], ifAt: nil), .update(keys[1], pair[1], ifAt: nil),
            ]))
        }
      }
      group.addTask {
        for _ in 0..<2_000 {
          let revisions = cache.read().objects().map(\.modRevision)
          #expect(revisions.count == 2 && revisions[0] == revisions[1])
        }
      }
      try await group.waitForAll()
    }
    await store.close()
  }

  @Test(
    "a record that is no object is kept and reported, and the others are served",
    arguments: Backend.allCases)
  func undecodable(_ backend: Backend) async throws {
    let store = try backend.open()
    try await store.create(WatchCache.key("bad"), [9, 9, 9])
    try await store.create(sample("good"))
    let cache = try await WatchCache.open(store, prefix: WatchCache.samplePrefix)
    #expect(cache.read().count == 1)
    #expect(Array(cache.undecodable.keys) == [WatchCache.key("bad")])
    let watcher = try cache.watch(after: nil, WatchOptions())
    try await store.update(WatchCache.key("good"), [7], ifAt: nil)
    #expect(watcher.drain().events.map(\.brief) == ["deleted good@3"])
    try await store.update(sample("bad"))
    #expect(Array(cache.undecodable.keys) == [WatchCache.key("good")])
    #expect(watcher.drain().events.map(\.brief) == ["added bad@4"])
    #expect(try await store.value(of: WatchCache.key("good"))?.value == [7])
    await store.close()
  }

  /// Creates, updates or deletes one of thirty objects.
  private func writeRandomly(
    _ store: any Store, _ cache: WatchCache, using generator: inout SeededGenerator
  ) async throws {
    let name = "n\(Int.random(in: 0..<30, using: &generator))"
    if cache.read().object(namespace: "default", name: name) == nil {
      try await store.create(sample(name))
    } else if Bool.random(using: &generator) {
      try await store.update(sample(name))
    } else {
      try await store.delete(name)
    }
  }
}
