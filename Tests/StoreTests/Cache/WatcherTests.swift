import Foundations
import Resources
import Synchronization
import Testing

@testable import Store

@Suite struct WatcherTests {
  private let store = InMemoryStore()

  private func open(
    _ change: (inout WatchCacheConfiguration) -> Void = { _ in }
  ) async throws -> WatchCache {
    var configuration = WatchCacheConfiguration { $0[path: "spec", "nodeName"]?.string }
    change(&configuration)
    return try await WatchCache.open(
      store, prefix: WatchCache.samplePrefix, configuration: configuration)
  }

  private func briefs(_ watcher: Watcher) -> [String] { watcher.drain().events.map(\.brief) }

  @Test("a watcher is told what is added, modified and deleted, each with its revision")
  func kinds() async throws {
    let watcher = try await open().watch(after: nil, WatchOptions())
    try await store.create(sample("x", value: "1"))
    try await store.update(sample("x", value: "2"))
    try await store.delete("x")
    let events = watcher.drain().events
    #expect(events.map(\.brief) == ["added x@1", "modified x@2", "deleted x@3"])
    let last = events[2].object
    #expect(last.document[path: "metadata", "resourceVersion"]?.string == "3")
    #expect(last.document == (try Document(json: last.json)))
    #expect(last.document[path: "data", "value"]?.string == "2")
    #expect(events[2].previous?.modRevision == Revision(2))
  }

  @Test("a watch resumes at every revision that is kept, and is refused before")
  func resume() async throws {
    let cache = try await open { $0.eventsMax = 20 }
    for number in 0..<50 { try await store.create(sample("n\(number)")) }
    for revision in 30...50 {
      let watcher = try cache.watch(after: Revision(UInt64(revision)), WatchOptions())
      #expect(
        watcher.drain().events.map(\.revision.rawValue)
          == (0..<50 - revision).map {
            UInt64(revision + 1 + $0)
          })
      watcher.stop()
    }
    #expect(throws: StoreError.compacted(oldestKept: Revision(30))) {
      try cache.watch(after: Revision(29), WatchOptions())
    }
    #expect(cache.watcherCount == 0)
  }

  @Test("kept events are bounded in bytes")
  func ringBytes() async throws {
    let cache = try await open { $0.eventByteCountMax = 40_000 }
    try await store.create(sample("x"))
    let long = String(repeating: "v", count: 900)
    for _ in 0..<50 { try await store.update(sample("x", value: long)) }
    #expect(throws: StoreError.self) { try cache.watch(after: Revision(35), WatchOptions()) }
    #expect(throws: Never.self) { try cache.watch(after: Revision(45), WatchOptions()) }
  }

  @Test("for a selecting watcher, objects come and go with the selection")
  func selection() async throws {
    let cache = try await open()
    try await store.create(sample("x", labels: ["tier": "web"]))
    let options = WatchOptions(selects: { $0.label("tier") == "web" })
    let watcher = try cache.watch(after: nil, options)
    let other = try cache.watch(after: nil, options)
    try await store.create(sample("y", labels: ["tier": "db"]))
    try await store.update(sample("y", labels: ["tier": "web"], value: "1"))
    try await store.update(sample("y", labels: ["tier": "web"], value: "2"))
    try await store.update(sample("y", labels: ["tier": "db"], value: "3"))
    try await store.delete("y")
    try await store.delete("x")
    let events = watcher.drain().events
    #expect(
      events.map(\.brief) == ["added y@3", "modified y@4", "deleted y@5", "deleted x@7"])
    // It left as it last was in the selection, under the revision at which it left.
    #expect(events[2].object.document[path: "data", "value"]?.string == "2")
    #expect(events[2].object.document[path: "metadata", "resourceVersion"]?.string == "5")
    #expect(zip(events, other.drain().events).allSatisfy { $0 === $1 })
    let resumed = try cache.watch(after: Revision(2), options)
    #expect(briefs(resumed) == events.map(\.brief))
  }

  @Test("scopes see their own objects")
  func scopes() async throws {
    let cache = try await open()
    func watch(_ scope: WatchScope) throws -> Watcher {
      try cache.watch(after: .zero, WatchOptions(scope: scope))
    }
    func check(_ watchers: [Watcher]) {
      #expect(briefs(watchers[0]) == ["added x@1", "added x@2", "added y@3", "modified x@4"])
      #expect(briefs(watchers[1]) == ["added x@2"])
      #expect(briefs(watchers[2]) == ["added x@1", "modified x@4"])
      #expect(briefs(watchers[3]).isEmpty)
    }
    let scopes: [WatchScope] = [
      .all, .namespace("b"), .object(namespace: "a", name: "x"), .namespace("c"),
    ]
    let early = try scopes.map(watch)
    try await store.create(sample("x", in: "a"))
    try await store.create(sample("x", in: "b"))
    try await store.create(sample("y", in: "a"))
    try await store.update(sample("x", in: "a"))
    check(early)
    check(try scopes.map(watch))
  }

  @Test("an index finds the watchers of what an object belongs to and belonged to")
  func index() async throws {
    let cache = try await open()
    func pod(on node: String?) -> Document {
      var pod = sample("p")
      if let node { pod["spec"] = ["nodeName": Document(node)] }
      return pod
    }
    func watch(_ node: String) throws -> Watcher {
      try cache.watch(after: .zero, WatchOptions(scope: .index(node)))
    }
    let early = [try watch("n1"), try watch("n2")]
    try await store.create(pod(on: nil))
    try await store.update(pod(on: "n1"))
    try await store.update(pod(on: "n2"))
    try await store.delete("p")
    for watchers in [early, [try watch("n1"), try watch("n2")]] {
      #expect(briefs(watchers[0]) == ["added p@2", "deleted p@3"])
      #expect(briefs(watchers[1]) == ["added p@3", "deleted p@4"])
    }
  }

  @Test(
    "a watcher that does not read is dropped, and the others go on",
    arguments: [(4, 1_000_000), (1_000, 2_000)])
  func tooSlow(_ events: Int, _ bytes: Int) async throws {
    let cache = try await open()
    let wakes = Mutex(0)
    var options = WatchOptions(wake: { wakes.withLock { $0 += 1 } })
    options.queuedEventsMax = events
    options.queuedByteCountMax = bytes
    let slow = try cache.watch(after: nil, options)
    let quick = try cache.watch(after: nil, WatchOptions())
    let long = String(repeating: "v", count: 900)
    for number in 0..<5 { try await store.create(sample("n\(number)", value: long)) }
    #expect(slow.drain().end == .tooSlow)
    #expect(slow.drain().events.isEmpty)
    #expect(quick.drain().events.count == 5)
    #expect(cache.watcherCount == 1)
    #expect(wakes.withLock { $0 } == 1)
  }

  @Test("a watcher is woken once for each time it was drained")
  func wakes() async throws {
    let cache = try await open()
    let wakes = Mutex(0)
    let watcher = try cache.watch(
      after: nil, WatchOptions(wake: { wakes.withLock { $0 += 1 } }))
    try await store.create(sample("a"))
    #expect(wakes.withLock { $0 } == 0)  // the first drain is the reader's own
    #expect(!watcher.drain(max: 0).isDrained)
    #expect(watcher.drain().isDrained)
    for name in ["b", "c", "d"] { try await store.create(sample(name)) }
    #expect(wakes.withLock { $0 } == 1)
    let part = watcher.drain(max: 2)
    #expect(part.events.count == 2 && !part.isDrained)
    #expect(watcher.drain().isDrained)
    try await store.create(sample("e"))
    #expect(wakes.withLock { $0 } == 2)
  }

  @Test("a bookmark names a revision up to which everything was handed out")
  func bookmark() async throws {
    let cache = try await open()
    let watcher = try cache.watch(after: nil, WatchOptions(scope: .namespace("a")))
    try await store.create(sample("x", in: "b"))
    #expect(watcher.bookmark() == Revision(1))
    try await store.create(sample("x", in: "a"))
    #expect(watcher.bookmark() == nil)
    _ = watcher.drain()
    #expect(watcher.bookmark() == Revision(2))
  }

  @Test("a task that waits is given events, the end, and leaves when cancelled")
  func tasks() async throws {
    let cache = try await open()
    let watcher = try cache.watch(after: nil, WatchOptions())
    async let first = watcher.nextBatch()
    try await store.create(sample("x"))
    #expect(await first.events.map(\.brief) == ["added x@1"])
    let cancelled = Task { await watcher.nextBatch().end }
    cancelled.cancel()
    #expect(await cancelled.value == .closed)
    #expect(cache.watcherCount == 0)
    let ended = try cache.watch(after: nil, WatchOptions())
    async let last = ended.nextBatch()
    await store.close()
    #expect(await last.end == .closed)
    #expect(throws: StoreError.closed) { try cache.watch(after: nil, WatchOptions()) }
  }

  @Test("a snapshot and its watch lose nothing in between")
  func readAndWatch() async throws {
    let store = try TemporaryStore()
    let cache = try await WatchCache.open(store, prefix: WatchCache.samplePrefix)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for number in 0..<300 { try await store.create(sample("n\(number)")) }
      }
      for _ in 0..<4 {
        group.addTask {
          while cache.revision < Revision(300) {
            let (snapshot, watcher) = try cache.readAndWatch(WatchOptions())
            var names = Set(snapshot.objects().map(\.name))
            _ = try await cache.read(atLeast: Revision(300))
            for event in watcher.drain().events {
              #expect(names.insert(event.object.name).inserted)
            }
            watcher.stop()
            #expect(names.count == 300)
          }
        }
      }
      try await group.waitForAll()
    }
    await store.close()
  }
}
