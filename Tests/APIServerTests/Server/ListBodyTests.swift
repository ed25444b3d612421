import Foundations
import Networking
import Resources
import Store
import Testing

@testable import APIServer

@Suite struct ListBodyTests {
  private static let prefix = Key("/configmaps/")
  private static let itemHead = Array(#"{"kind":"ConfigMap","apiVersion":"v1","#.utf8)

  /// Objects of which every third states no kind, and so is listed as it stands.
  private func runs(_ count: Int) async throws -> [ArraySlice<CachedObject>] {
    let store = InMemoryStore()
    let cache = try await WatchCache.open(store, prefix: Self.prefix)
    for number in 0..<count {
      var object: Document = [
        "kind": "ConfigMap", "apiVersion": "v1", "metadata": ["name": Document("n\(number)")],
        "data": ["number": Document("\(number)")],
      ]
      if number % 3 == 2 { object["kind"] = nil }
      let key = Key.object(Self.prefix, namespace: "a", name: "n\(number)")
      _ = try await store.commit(Transaction(.create(key, PreparedObject(object))))
    }
    return cache.read().page().runs
  }

  private func body(_ runs: [ArraySlice<CachedObject>]) -> ListBody {
    ListBody(head: Array(#"{"items":["#.utf8), of: runs, itemHead: Self.itemHead)
  }

  @Test("a list holds every object, without the kind that the list states", arguments: [0, 1, 300])
  func items(_ count: Int) async throws {
    let runs = try await runs(count)
    let list = try Document(json: body(runs).bytes)
    let expected = runs.joined().map { object in
      var item = object.document
      if item["kind"] != nil { item["apiVersion"] = nil }
      item["kind"] = nil
      return item
    }
    #expect(list["items"].map { Array($0.elements) } == expected && expected.count == count)
  }

  @Test("pieces of any size are the same bytes", arguments: [1, 2, 63, 4_096])
  func pieces(_ pieceByteCount: Int) async throws {
    let whole = body(try await runs(40))
    var rest = whole
    var sent: [UInt8] = []
    while rest.byteCount > 0 {
      let count = min(pieceByteCount, rest.byteCount)
      sent += [UInt8](unsafeUninitializedCapacity: count) { room, initialized in
        rest.fill(UnsafeMutableRawBufferPointer(room))
        initialized = count
      }
    }
    #expect(sent == whole.bytes && sent.count == whole.byteCount)
  }

  @Test("no objects are an empty list, however they come")
  func nothing() throws {
    #expect(try Document(json: body([[]]).bytes) == ["items": []])
    #expect(try Document(json: body([]).bytes) == ["items": []])
  }
}
