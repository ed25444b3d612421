import Foundations
import Resources
import Testing

@testable import Store

@Suite struct ObjectSnapshotTests {
  /// Namespaces whose names order differently from their keys.
  private static let namespaces = ["a", "a-b", "a0", "b"]

  private func filled(_ perNamespace: Int = 5) async throws -> WatchCache {
    let store = InMemoryStore()
    let cache = try await WatchCache.open(store, prefix: WatchCache.samplePrefix)
    for namespace in Self.namespaces {
      for number in 0..<perNamespace {
        try await store.create(
          sample("n\(number)", in: namespace, labels: ["odd": "\(number % 2)"]))
      }
    }
    return cache
  }

  @Test("an object is found by its namespace and name")
  func get() async throws {
    let snapshot = try await filled().read()
    let object = try #require(snapshot.object(namespace: "a-b", name: "n3"))
    #expect(object.namespace == "a-b" && object.name == "n3")
    #expect(object.label("odd") == "1")
    #expect(snapshot.object(namespace: "a", name: "n9") == nil)
    #expect(snapshot.object(namespace: "none", name: "n1") == nil)
    #expect(snapshot.revision == Revision(20) && snapshot.count == 20)
  }

  @Test("a namespace lists its own objects", arguments: namespaces)
  func namespace(_ namespace: String) async throws {
    let range = try await filled().read().objects(in: namespace)
    #expect(range.map(\.name) == (0..<5).map { "n\($0)" })
    #expect(range.allSatisfy { $0.namespace == namespace } && range.count == 5)
  }

  @Test("pages of any size join to the whole and count what follows", arguments: [1, 3, 5, 7, 20])
  func pages(_ limit: Int) async throws {
    let snapshot = try await filled(40).read()
    for namespace in [nil, "a", "b"] {
      let whole = snapshot.page(in: namespace)
      #expect(whole.continuation == nil && whole.remainingCount == 0)
      var keys: [Key] = []
      var after: Key?
      repeat {
        let page = snapshot.page(in: namespace, after: after, limit: limit)
        keys += page.objects.map(\.key)
        #expect(keys.count + page.remainingCount == whole.objects.count)
        after = page.continuation
      } while after != nil
      #expect(keys == whole.objects.map(\.key) && keys == keys.sorted())
    }
  }

  @Test("a limit counts the selected objects")
  func selection() async throws {
    let snapshot = try await filled(40).read()
    var names: [String] = []
    var after: Key?
    repeat {
      let page = snapshot.page(in: "b", after: after, limit: 7) { $0.label("odd") == "1" }
      names += page.objects.map(\.name)
      after = page.continuation
    } while after != nil
    #expect(names.count == 20)
  }

  @Test("a continuation whose object is gone goes on behind it")
  func goneContinuation() async throws {
    let snapshot = try await filled().read()
    let page = snapshot.page(in: "a", after: WatchCache.key("n1x", in: "a"), limit: 1)
    #expect(page.objects.map(\.name) == ["n2"])
    #expect(snapshot.page(in: "a", after: WatchCache.key("n1", in: "b")).objects.isEmpty)
  }

  @Test("objects outside namespaces have a name only")
  func clusterScope() async throws {
    let store = InMemoryStore()
    let cache = try await WatchCache.open(store, prefix: "/nodes/")
    let prepared = try PreparedObject(["metadata": ["name": "node-1"]])
    _ = try await store.commit(Transaction(.create("/nodes/node-1", prepared)))
    let object = try #require(cache.read().object(namespace: "", name: "node-1"))
    #expect(object.namespace.isEmpty && object.name == "node-1")
    #expect(cache.read().objects(in: "").count == 1)
  }
}
