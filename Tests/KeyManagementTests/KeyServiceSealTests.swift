import Foundations
import Logging
import Store
import Synchronization
import Testing

@testable import KeyManagement

/// A clock that a test moves.
final class TestClock: Sendable {
  private let moment = Mutex(ContinuousClock.now)

  var now: ContinuousClock.Instant { moment.withLock { $0 } }
  func advance(by duration: Duration) { moment.withLock { $0 += duration } }
}

@Suite struct KeyServiceSealTests {
  private let service = FakeKeyService()
  private let clock = TestClock()
  private let place: Key = "/secrets/default/a"

  private func seal(name: String = "kms") -> KeyServiceSeal {
    KeyServiceSeal(
      name: name, service, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      now: { [clock] in clock.now })
  }

  private func stored(_ value: [UInt8]) -> StoredValue {
    StoredValue(key: place, value: value, createRevision: Revision(1), modRevision: Revision(1))
  }

  @Test("the plugin is asked once for any number of values")
  func seed() async throws {
    let seal = seal()
    #expect(await seal.refresh() == nil)
    for number in 0..<100 {
      let value: [UInt8] = [UInt8(number)]
      let sealed = try seal.sealed(value, at: place)
      #expect(sealed.starts(with: Array("k8s:enc:kms:v2:kms:".utf8)))
      #expect(try seal.opened(sealed, at: place) == value)
      #expect(seal.isCurrent(sealed))
    }
    #expect(service.encryptCount == 1 && service.decrypted.isEmpty)
  }

  @Test("without an answer from the plugin nothing is sealed, and its health tells")
  func absent() async throws {
    service.behaviour.isDown = true
    let seal = seal()
    #expect(throws: StoreError.self) { try seal.sealed([1], at: place) }
    #expect(await seal.refresh() == KeyServiceError("nobody is there"))
    #expect(await seal.health() == "nobody is there")
    #expect(throws: StoreError.self) { try seal.sealed([1], at: place) }
    service.behaviour.isDown = false
    // Not asked anew within three seconds.
    #expect(await seal.health() == "nobody is there")
    clock.advance(by: .seconds(3))
    #expect(await seal.health() == nil)
    #expect(try seal.opened(try seal.sealed([1], at: place), at: place) == [1])
  }

  @Test("while the plugin is gone reads go on, and writes for three minutes")
  func dies() async throws {
    let seal = seal()
    await seal.refresh()
    let sealed = try seal.sealed([1], at: place)
    service.behaviour.isDown = true
    #expect(await seal.health() == nil)
    clock.advance(by: .seconds(20))
    #expect(await seal.health() == "nobody is there")
    clock.advance(by: .seconds(160))
    #expect(throws: Never.self) { try seal.sealed([2], at: place) }
    clock.advance(by: .seconds(1))
    #expect {
      try seal.sealed([2], at: place)
    } throws: { "\($0)".contains("has not answered for 180") }
    #expect(try seal.opened(sealed, at: place) == [1])
    service.behaviour.isDown = false
    await seal.refresh()
    #expect(try seal.opened(try seal.sealed([2], at: place), at: place) == [2])
    #expect(service.encryptCount == 1)
  }

  @Test("another key of the plugin means another seed, and what lies under the old one is told")
  func rotation() async throws {
    let seal = seal()
    await seal.refresh()
    let old = try seal.sealed([1], at: place)
    service.behaviour.keyID = "k2"
    #expect(seal.isCurrent(old))
    await seal.refresh()
    #expect(seal.keyID == "k2" && !seal.isCurrent(old))
    #expect(try seal.opened(old, at: place) == [1])
    #expect(seal.isCurrent(try seal.sealed([1], at: place)))
    #expect(service.encryptCount == 2)
  }

  @Test("a plugin whose two answers disagree about the key is not used, and its old seed is")
  func disagreement() async throws {
    let seal = seal()
    await seal.refresh()
    service.behaviour.keyID = "k2"
    service.behaviour.encryptingKeyID = "k1"
    #expect(await seal.refresh() != nil)
    #expect(seal.keyID == "k1")
    clock.advance(by: .seconds(181))
    #expect(throws: StoreError.self) { try seal.sealed([1], at: place) }
    service.behaviour.encryptingKeyID = nil
    #expect(await seal.refresh() == nil)
    #expect(seal.keyID == "k2")
  }

  @Test(
    "a plugin that is not well, or speaks another version, is not used",
    arguments: [("sick", "v2", "k1"), ("ok", "v1", "k1"), ("ok", "v2", "")])
  func unwell(_ health: String, _ version: String, _ keyID: String) async throws {
    service.behaviour = FakeKeyService.Behaviour(keyID: keyID, health: health, version: version)
    let seal = seal()
    #expect(await seal.refresh() != nil)
    #expect(throws: StoreError.self) { try seal.sealed([1], at: place) }
    #expect(service.encryptCount == 0)
  }

  @Test("another start asks once for each seed that it finds")
  func restart() async throws {
    let first = seal()
    await first.refresh()
    let old = [try first.sealed([1], at: place), try first.sealed([2], at: place)]
    let second = seal()
    await second.refresh()
    #expect(throws: StoreError.self) { try second.opened(old[0], at: place) }
    try await second.prepare(toOpen: old.map(stored) + [stored([0x7B])])
    try await second.prepare(toOpen: old.map(stored))
    #expect(try old.map { try second.opened($0, at: place) } == [[1], [2]])
    #expect(service.decrypted == ["k1"])
    // Under the same key, so it stays.
    #expect(second.isCurrent(old[0]))
  }

  @Test("what many starts left behind is sealed anew")
  func manySeeds() async throws {
    var values: [[UInt8]] = []
    for _ in 0..<KeyServiceSeal.seedsUnsealedMax {
      let seal = seal()
      await seal.refresh()
      values.append(try seal.sealed([1], at: place))
    }
    let seal = seal()
    await seal.refresh()
    try await seal.prepare(toOpen: values.dropLast().map(stored))
    #expect(values.allSatisfy(seal.isCurrent))
    try await seal.prepare(toOpen: values.map(stored))
    #expect(!values.contains(where: seal.isCurrent))
    #expect(seal.isCurrent(try seal.sealed([1], at: place)))
  }

  @Test("a seed that cannot be had, a value that was moved and bytes that are none are told apart")
  func errors() async throws {
    let first = seal()
    await first.refresh()
    let sealed = try first.sealed([1], at: place)
    let second = seal()
    service.behaviour.isDown = true
    await #expect {
      try await second.prepare(toOpen: [stored(sealed)])
    } throws: {
      guard case .unavailable(let path, let reason) = $0 as? StoreError else { return false }
      return path == "KMS provider kms" && reason.contains("nobody is there")
    }
    #expect(throws: StoreError.corrupt(path: "/b", found: "it is not what was sealed there")) {
      try first.opened(sealed, at: "/b")
    }
    #expect {
      try first.opened(Array("k8s:enc:kms:v2:kms:x".utf8), at: place)
    } throws: { if case .corrupt = $0 as? StoreError { true } else { false } }
  }

  @Test("monitoring is told how calls ended, and how many seeds are known")
  func metrics() async throws {
    let seal = seal()
    await seal.refresh()
    service.behaviour.isDown = true
    await seal.refresh()
    var text = MetricsText()
    KeyServiceSeal.write([seal], to: &text)
    let name = "apiserver_envelope_encryption_kms_operations_latency_seconds_count"
    for (method, status) in [("Encrypt", "OK"), ("Status", "OK"), ("Status", "Unknown")] {
      #expect(
        text.text.contains(
          "\(name){provider_name=\"kms\",method_name=\"\(method)\",grpc_status_code=\"\(status)\"} 1\n"
        ))
    }
    #expect(
      text.text.contains(
        "apiserver_envelope_encryption_dek_source_cache_size{provider_name=\"kms\"} 1\n"))
  }

  @Test("who sealed a value is known without its plugin")
  func provider() async throws {
    let seal = seal(name: "other")
    await seal.refresh()
    #expect(KeyServiceSeal.provider(of: try seal.sealed([1], at: place)) == "other")
    #expect(KeyServiceSeal.provider(of: [1, 2]) == nil)
    #expect(KeyServiceSeal.provider(of: []) == nil)
    // A name that begins as another's is not that other's.
    #expect(!self.seal(name: "othe").isOwn(try seal.sealed([1], at: place)))
  }

  @Test("memory holds a bounded number of seeds, and never gives up the one that seals")
  func bounded() async throws {
    let seal = seal()
    await seal.refresh()
    let own = try seal.sealed([1], at: place)
    let secret = try SeedSeal(SeedSeal.randomSeed())
    for number in 0..<KeyServiceSeal.seedsMax + 5 {
      seal.keep(secret, for: EncryptedSeed(ciphertext: [1], keyID: "other \(number)"))
    }
    #expect(seal.knownCount == KeyServiceSeal.seedsMax)
    #expect(try seal.opened(own, at: place) == [1])
  }
}
