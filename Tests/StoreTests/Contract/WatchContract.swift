import Foundations
import Synchronization
import Testing

@testable import Store

@Suite struct WatchContract {
  @Test("a watch tells each change with what was there before", arguments: Backend.allCases)
  func changes(_ backend: Backend) async throws {
    let store = try backend.open()
    let recorder = EventRecorder()
    let watch = store.watch(under: "/a/", after: .zero, handler: recorder.record)
    try await store.create("/a/1", [1])
    try await store.create("/b/1", [9])
    try await store.update("/a/1", [2], ifAt: nil)
    try await store.delete("/a/1", ifAt: nil)
    let events = recorder.events
    #expect(events.map(\.revision) == [Revision(1), Revision(3), Revision(4)])
    #expect(events.map { $0.value?.value } == [[1], [2], nil])
    #expect(events.map { $0.previous?.value } == [nil, [1], [2]])
    #expect(events[1].value?.createRevision == Revision(1))
    #expect(watch.progress == Revision(4))
    watch.cancel()
    try await store.create("/a/2", [1])
    #expect(recorder.events.count == 3)
    await store.close()
    #expect(recorder.end == nil)
  }

  @Test("a write is told before it is answered", arguments: Backend.allCases)
  func toldFirst(_ backend: Backend) async throws {
    let store = try backend.open()
    let recorder = EventRecorder()
    _ = store.watch(under: "/", after: .zero, handler: recorder.record)
    await withTaskGroup { group in
      for number in 0..<200 {
        group.addTask {
          await withCheckedContinuation { continuation in
            store.commit(Transaction(.create(Key("/a/\(number)"), [1]))) { result in
              let isTold = recorder.events.contains { $0.key == Key("/a/\(number)") }
              #expect(isTold)
              #expect(throws: Never.self) { try result.get() }
              continuation.resume()
            }
          }
        }
      }
    }
    await store.close()
  }

  @Test(
    "a watch can be resumed at every revision and misses nothing",
    arguments: Backend.allCases)
  func resume(_ backend: Backend) async throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SeededGenerator(seed: seed)
    let store = try backend.open()
    var model = StoreModel()
    for _ in 0..<120 { try await model.writeRandomly(to: store, using: &generator) }
    for number in 0...model.states.count - 1 {
      var state = model.states[number]
      let events = try await store.events(under: "/m/", after: Revision(UInt64(number)))
      for event in events {
        #expect(event.previous == state[event.key], "seed \(seed)")
        StoreModel.apply([event], to: &state)
        #expect(event.value == state[event.key])
      }
      #expect(state == model.states[model.states.count - 1], "seed \(seed), from \(number)")
      #expect(events.first.map { $0.revision == Revision(UInt64(number + 1)) } ?? true)
    }
    await store.close()
  }

  @Test(
    "a long history is told whole and in order while writes go on",
    arguments: Backend.allCases)
  func longHistory(_ backend: Backend) async throws {
    let store = try backend.open()
    for batch in 0..<20 {
      let writes = (0..<100).map { Write.create(Key("/a/\(batch)-\($0)"), [UInt8(batch)]) }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for write in writes { group.addTask { _ = try await store.commit(Transaction(write)) } }
        try await group.waitForAll()
      }
    }
    let recorder = EventRecorder()
    let watch = store.watch(under: "/a/", after: Revision(10), handler: recorder.record)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<200 {
        group.addTask { _ = try await store.create(Key("/a/late-\(number)"), [1]) }
      }
      try await group.waitForAll()
    }
    #expect(await watch.reached(Revision(2_200)))
    #expect(recorder.events.map(\.revision.rawValue) == Array(11...2_200))
    watch.cancel()
    await store.close()
  }

  @Test("the writes of a transaction are told together", arguments: Backend.allCases)
  func together(_ backend: Backend) async throws {
    let store = try backend.open()
    let recorder = EventRecorder()
    _ = store.watch(under: "/", after: .zero, handler: recorder.record)
    let narrow = EventRecorder()
    _ = store.watch(under: "/a/x/", after: .zero, handler: narrow.record)
    _ = try await store.commit(
      Transaction([
        .create("/a/x/1", [1]), .create("/b/1", [1]), .create("/a/y/1", [1]),
        .create("/a/x/2", [1]),
      ]))
    #expect(recorder.messages.map(\.count) == [4])
    #expect(narrow.messages.map { $0.map(\.key) } == [["/a/x/1", "/a/x/2"]])
    await store.close()
  }

  @Test("a watch from a later revision is silent until then", arguments: Backend.allCases)
  func fromLater(_ backend: Backend) async throws {
    let store = try backend.open()
    let recorder = EventRecorder()
    let watch = store.watch(under: "/", after: Revision(2), handler: recorder.record)
    for number in 1...4 { try await store.create(Key("/a/\(number)"), [1]) }
    #expect(await watch.reached(Revision(4)))
    #expect(recorder.events.map(\.revision) == [Revision(3), Revision(4)])
    await store.close()
  }

  @Test(
    "progress grows while the prefix is quiet, and waiters hear of it",
    arguments: Backend.allCases)
  func progress(_ backend: Backend) async throws {
    let store = try backend.open()
    let watch = store.watch(under: "/quiet/", after: .zero) { _ in }
    async let reached = watch.reached(Revision(3))
    for number in 1...3 { try await store.create(Key("/a/\(number)"), [1]) }
    #expect(await reached)
    async let never = watch.reached(Revision(100))
    watch.cancel()
    #expect(await never == false)
    await store.close()
  }

  @Test("closing ends every watch", arguments: Backend.allCases)
  func close(_ backend: Backend) async throws {
    let store = try backend.open()
    let recorder = EventRecorder()
    _ = store.watch(under: "/", after: .zero, handler: recorder.record)
    await store.close()
    #expect(await recorder.waitForEnd() == .closed)
  }
}
