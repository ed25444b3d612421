import Foundations
import Testing

@testable import Store

/// The contract of all stores runs on a sealed one as well; here is what only it does.
@Suite struct SealedStoreTests {
  private let base = InMemoryStore()
  private let seal = MarkingSeal()
  private var store: SealedStore { SealedStore(base, seal: seal, below: ["/secrets/"]) }

  @Test("what lies below the prefixes is sealed, and nothing else")
  func prefixes() async throws {
    try await store.create("/secrets/a/b", [7])
    try await store.create("/secretsandmore/a", [8])
    let below = try #require(try await base.value(of: "/secrets/a/b"))
    #expect(below.value == seal.sealed([7], at: "/secrets/a/b"))
    #expect(try await base.value(of: "/secretsandmore/a")?.value == [8])
    #expect(try await store.page(under: "/").values.map(\.value) == [[7], [8]])
  }

  @Test("a watch of everything and one of the prefix see values as they were written")
  func watches() async throws {
    try await store.create("/secrets/a", [1])
    try await store.update("/secrets/a", [2], ifAt: nil)
    try await store.delete("/secrets/a", ifAt: nil)
    for prefix in ["/", "/secrets/"] as [Key] {
      let events = try await store.events(under: prefix, after: Revision(0))
      #expect(events.map { $0.value?.value } == [[1], [2], nil])
      #expect(events.map { $0.previous?.value } == [nil, [1], [2]])
    }
  }

  @Test("what was written in the open or under an older key is sealed anew, once")
  func resealing() async throws {
    try await base.create("/secrets/open", [1])
    try await store.create("/secrets/old", [2])
    seal.rotate()
    try await store.create("/secrets/new", [3])
    #expect(try await store.value(of: "/secrets/open")?.value == [1])
    #expect(try await store.reseal() == 2)
    #expect(try await store.reseal() == 0)
    seal.forget(1)
    #expect(try await store.page(under: "/secrets/").values.map(\.value) == [[3], [2], [1]])
    for stored in try await base.page(under: "/secrets/").values {
      #expect(seal.isCurrent(stored.value))
    }
  }

  @Test("many pages are sealed anew")
  func pages() async throws {
    for number in 0..<1_201 { try await base.create(Key("/secrets/\(number)"), [1]) }
    #expect(try await store.reseal() == 1_201)
    #expect(try await store.reseal() == 0)
  }

  @Test("a value whose key is gone is an error of its own, for reads, pages and watches")
  func keyGone() async throws {
    try await store.create("/secrets/a", [1])
    try await store.create("/other/a", [1])
    seal.forget(1)
    let gone = StoreError.unavailable(path: "keys", reason: "key 1 is gone")
    await #expect(throws: gone) { try await store.value(of: "/secrets/a") }
    await #expect(throws: gone) { try await store.page(under: "/secrets/") }
    await #expect(throws: gone) { try await store.events(under: "/secrets/", after: Revision(0)) }
    #expect(try await store.value(of: "/other/a")?.value == [1])
  }

  @Test("a value that was moved to another key is not taken for its own")
  func moved() async throws {
    try await store.create("/secrets/a", [1])
    let stolen = try #require(try await base.value(of: "/secrets/a")).value
    try await base.create("/secrets/b", stolen)
    await #expect(throws: StoreError.corrupt(path: "/secrets/b", found: "it was moved")) {
      try await store.value(of: "/secrets/b")
    }
  }
}
