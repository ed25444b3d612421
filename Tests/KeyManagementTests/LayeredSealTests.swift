import Foundations
import Logging
import MartletTesting
import Store
import Testing

@testable import KeyManagement

/// Seals by a mark, as the server's own keys do.
private struct OwnSeal: ValueSeal {
  func sealed(_ value: [UInt8], at place: Key) -> [UInt8] { Array("own:".utf8) + value }
  func opened(_ value: [UInt8], at place: Key) -> [UInt8] {
    isCurrent(value) ? Array(value.dropFirst(4)) : value
  }
  func isCurrent(_ value: [UInt8]) -> Bool { value.starts(with: Array("own:".utf8)) }
}

@Suite struct LayeredSealTests {
  private let base = InMemoryStore()
  private let service = FakeKeyService()

  private func plugin() async -> KeyServiceSeal {
    let plugin = KeyServiceSeal(
      name: "kms", service, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    await plugin.refresh()
    return plugin
  }

  private func store(_ plugins: [KeyServiceSeal], writer: Int?) -> SealedStore {
    SealedStore(
      base, seal: LayeredSeal(plugins, beside: OwnSeal(), writer: writer), below: ["/secrets/"])
  }

  private func marks() async throws -> [String] {
    try await base.page(under: "/secrets/", after: nil, limit: 10, at: nil).values.map {
      String(decoding: $0.value.prefix(4), as: UTF8.self)
    }
  }

  @Test("Secrets move from the server's own keys to a plugin's and back, readable throughout")
  func migration() async throws {
    let own = store([], writer: nil)
    try await own.create("/secrets/a", [1])
    let kms = store([await plugin()], writer: 0)
    try await kms.create("/secrets/b", [2])
    #expect(try await marks() == ["own:", "k8s:"])
    #expect(try await kms.value(of: "/secrets/a", at: nil)?.value == [1])
    #expect(try await kms.reseal() == 1)
    #expect(try await kms.reseal() == 0)
    #expect(try await marks() == ["k8s:", "k8s:"])

    // Another start, whose plugin decrypts what it finds.
    let again = store([await plugin()], writer: 0)
    let values = try await again.page(under: "/secrets/", after: nil, limit: 10, at: nil).values
    #expect(values.map(\.value) == [[1], [2]])
    #expect(service.decrypted == ["k1"])

    let back = store([await plugin()], writer: nil)
    #expect(try await back.value(of: "/secrets/b", at: nil)?.value == [2])
    #expect(try await back.reseal() == 2)
    #expect(try await marks() == ["own:", "own:"])
    #expect(
      try await own.page(under: "/secrets/", after: nil, limit: 10, at: nil).values.map(\.value)
        == [[1], [2]])
  }

  @Test("after the plugin's key has changed, everything is sealed with the new one")
  func rotation() async throws {
    let plugin = await plugin()
    let store = store([plugin], writer: 0)
    try await store.create("/secrets/a", [1])
    service.behaviour.keyID = "k2"
    await plugin.refresh()
    #expect(try await store.reseal() == 1)
    let stored = try #require(try await base.value(of: "/secrets/a", at: nil)).value
    let prefix = "k8s:enc:kms:v2:kms:".utf8.count
    #expect(try EncryptedValue(Array(stored.dropFirst(prefix))).seed.keyID == "k2")
  }

  @Test("a write that the plugin cannot seal changes nothing")
  func refusal() async throws {
    service.behaviour.isDown = true
    let store = store([await plugin()], writer: 0)
    await #expect(throws: StoreError.self) { try await store.create("/secrets/a", [1]) }
    try await store.create("/other/a", [1])
    #expect(try await base.value(of: "/secrets/a", at: nil) == nil)
  }
}
