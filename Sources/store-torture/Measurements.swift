import Dispatch
import FoundationEssentials
import Foundations
import Resources
import Store
import Synchronization

/// What the store costs, one line a scenario. Processor time is that of the whole process; it varies
/// less than wall time on a busy machine.
struct Measurements {
  func run(only names: [String]) async throws {
    let all: [(String, () async throws -> Void)] = [
      ("create-1", { try await create(clients: 1, count: 2_000) }),
      ("create-8", { try await create(clients: 8, count: 10_000) }),
      ("create-64", { try await create(clients: 64, count: 20_000) }),
      ("create-512", { try await create(clients: 512, count: 20_000) }),
      ("update-64", { try await update(clients: 64, count: 20_000) }),
      ("fanout", { try await fanOut(watchers: 50, count: 20_000) }),
      ("single", { try await singleObjectWatchers(1_000, count: 20_000) }),
      ("list", { try await list(5_000) }),
      ("parts", { try parts() }),
      ("memory", { try await memory(6_000) }),
    ]
    for (name, body) in all where names.isEmpty || names.contains(name) { try await body() }
  }

  private func withStore(_ body: (SQLiteStore) async throws -> Void) async throws {
    let directory = FileManager.default.temporaryDirectory
      .appending(path: "store-measure-\(UUID().uuidString)")
    let store = try SQLiteStore(directory: directory.path(percentEncoded: false))
    do {
      try await body(store)
    } catch {
      print("failed: \(error)")
    }
    await store.close()
    try FileManager.default.removeItem(at: directory)
  }

  private func create(clients: Int, count: Int) async throws {
    try await withStore { store in
      let cache = try await WatchCache.open(store, prefix: "/configmaps/")
      let objects = (0..<count).map { SampleObjects.configMap("object-\($0)") }
      let run = try await drive(store, clients: clients, count: count) { number in
        let prepared = try PreparedObject(objects[number])
        return .create(Key("/configmaps/default/object-\(number)"), prepared)
      }
      precondition(cache.read().count == count)
      print("create 1 KB, \(clients) clients: \(run)")
    }
  }

  private func update(clients: Int, count: Int) async throws {
    try await withStore { store in
      let cache = try await WatchCache.open(store, prefix: "/configmaps/")
      let objects = try (0..<1_000).map {
        try PreparedObject(SampleObjects.configMap("object-\($0)"))
      }
      for (number, object) in objects.enumerated() {
        _ = try await store.commit(
          Transaction(.create(Key("/configmaps/default/object-\(number)"), object)))
      }
      let run = try await drive(store, clients: clients, count: count) { number in
        let object = objects[number % 1_000]
        return .update(
          Key("/configmaps/default/object-\(number % 1_000)"),
          try PreparedObject(object.document), ifAt: nil)
      }
      precondition(cache.read().count == 1_000)
      print("update 1 KB, \(clients) clients: \(run)")
    }
  }

  /// Keeps `clients` writes under way at all times.
  private func drive(
    _ store: SQLiteStore, clients: Int, count: Int,
    _ write: @escaping @Sendable (Int) throws -> Write
  ) async throws -> String {
    let driver = LoadDriver(store: store, count: count, write: write)
    let before = Usage.now()
    await driver.run(clients: clients)
    let used = Usage.now() - before
    let latencies = driver.latencies.sorted()
    let p50 = rounded(latencies[latencies.count / 2].microseconds)
    let p99 = rounded(latencies[latencies.count * 99 / 100].microseconds)
    let rate = Int(Double(count) / (used.wall.microseconds / 1e6))
    return "\(used.processor.each(count)) us CPU each, \(rate)/s, p50 \(p50) us, p99 \(p99) us"
  }

  private func fanOut(watchers: Int, count: Int) async throws {
    let store = InMemoryStore()
    let cache = try await WatchCache.open(store, prefix: "/configmaps/")
    let prepared = try (0..<count).map {
      try PreparedObject(SampleObjects.configMap("object-\($0 % 100)"))
    }
    let baseline = try await publish(prepared, to: store, readers: [])
    let readers = try (0..<watchers).map { number in
      try DrainingReader(cache, queue: DispatchQueue(label: "reader-\(number % 2)"))
    }
    let used = try await publish(prepared, to: store, readers: readers)
    let delivered = watchers * count
    let extra = used.processor - baseline.processor
    let rate = Int(Double(delivered) / (used.wall.microseconds / 1e6))
    print(
      "fan-out to \(watchers) watchers: \(extra.each(delivered)) us CPU per delivered event, "
        + "\(rate) events/s")
    for reader in readers { reader.stop() }
  }

  private func singleObjectWatchers(_ watchers: Int, count: Int) async throws {
    let store = InMemoryStore()
    let cache = try await WatchCache.open(store, prefix: "/configmaps/")
    let prepared = try (0..<count).map {
      try PreparedObject(SampleObjects.configMap("object-\($0 % watchers)"))
    }
    let baseline = try await publish(prepared, to: store, readers: [])
    let queue = DispatchQueue(label: "readers")
    let readers = try (0..<watchers).map { number in
      try DrainingReader(
        cache, scope: .object(namespace: "default", name: "object-\(number)"), queue: queue,
        expected: count / watchers)
    }
    let used = try await publish(prepared, to: store, readers: readers)
    let extra = used.processor - baseline.processor
    print("\(watchers) watchers of one object each: \(extra.each(count)) us CPU per event")
    for reader in readers { reader.stop() }
  }

  /// Puts the objects, and waits until every reader has its events.
  private func publish(
    _ objects: [PreparedObject], to store: InMemoryStore, readers: [DrainingReader]
  ) async throws -> Usage {
    for reader in readers { reader.expect(objects.count) }
    let before = Usage.now()
    for object in objects {
      let key = Key(
        "/configmaps/default/\(object.document[path: "metadata", "name"]?.string ?? "")")
      let isNew = try await store.value(of: key) == nil
      _ = try await store.commit(
        Transaction(isNew ? .create(key, object) : .update(key, object, ifAt: nil)))
    }
    for reader in readers { await reader.finished() }
    try await store.compact(through: try await store.newestRevision())
    return Usage.now() - before
  }

  private func list(_ count: Int) async throws {
    let store = InMemoryStore()
    let cache = try await WatchCache.open(store, prefix: "/pods/")
    for number in 0..<count {
      _ = try await store.commit(
        Transaction(
          .create(
            Key("/pods/default/pod-\(number)"),
            try PreparedObject(SampleObjects.configMap("pod-\(number)")))))
    }
    var output: [UInt8] = []
    output.reserveCapacity(8 * 1_024 * 1_024)
    let rounds = 100
    let before = Usage.now()
    for _ in 0..<rounds {
      output.removeAll(keepingCapacity: true)
      for object in cache.read().objects(in: "default") {
        output.append(contentsOf: object.json)
        output.append(UInt8(ascii: ","))
      }
    }
    let used = Usage.now() - before
    print("list \(count), \(output.count) bytes copied: \(used.processor.each(rounds)) us CPU each")
    let gets = 200_000
    let snapshot = cache.read()
    let start = Usage.now()
    var found = 0
    for number in 0..<gets {
      let name = "pod-\(number &* 7_919 % count)"
      if snapshot.object(namespace: "default", name: name) != nil { found += 1 }
    }
    print("get of \(found): \((Usage.now() - start).processor.each(gets)) us CPU each")
  }

  private func parts() throws {
    let document = SampleObjects.configMap("object")
    let bytes = try StoredObject.encode(document)
    let rounds = 50_000
    func time(_ name: String, _ body: () throws -> Void) rethrows {
      let before = Usage.now()
      for _ in 0..<rounds { try body() }
      print("\(name): \((Usage.now() - before).processor.each(rounds)) us CPU each")
    }
    print("stored object: \(bytes.count) bytes")
    try time("encode") { _ = try StoredObject.encode(document) }
    try time("decode") { _ = try StoredObject.decode(bytes, revision: Revision(12_345)) }
    time("set resource version") { _ = document.withResourceVersion("12345") }
  }

  private func memory(_ count: Int) async throws {
    try await withStore { store in
      for number in 0..<count {
        let pod = SampleObjects.pod("pod-\(number)", node: "node-\(number % 100)")
        _ = try await store.create(
          Key("/pods/default/pod-\(number)"), try StoredObject.encode(pod))
      }
      let before = Usage.residentByteCount
      let start = Usage.now()
      let cache = try await WatchCache.open(store, prefix: "/pods/")
      let used = Usage.now() - start
      let grown = Usage.residentByteCount - before
      let json = cache.read().objects().reduce(0) { $0 + $1.json.count }
      print(
        "cache of \(count) pods, \(json / count) bytes of JSON each: loaded in "
          + "\(rounded(used.wall.microseconds / 1_000)) ms, \(grown / count) bytes of memory each; "
          + "process \(Usage.residentByteCount / 1_048_576) MiB")
    }
  }
}
