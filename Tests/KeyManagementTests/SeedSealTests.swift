import Security
import Testing

@testable import KeyManagement

@Suite struct SeedSealTests {
  private let place = Array("/secrets/default/a".utf8)

  @Test("a sealed value opens where it was sealed, and nowhere else")
  func places() throws {
    let seal = try SeedSeal(SeedSeal.randomSeed())
    for value in [[], [7], [UInt8](repeating: 9, count: 100_000)] as [[UInt8]] {
      let sealed = try seal.sealed(value, at: place)
      #expect(try seal.opened(sealed, at: place) == value)
      #expect(throws: SeedSeal.Refusal()) { try seal.opened(sealed, at: place + [0x62]) }
      #expect(sealed.count == value.count + 32 + 12 + 16)
    }
  }

  @Test("a change anywhere is found, and another seed opens nothing")
  func changes() throws {
    let seal = try SeedSeal(SeedSeal.randomSeed())
    let sealed = try seal.sealed([1, 2, 3], at: place)
    for position in sealed.indices {
      var changed = sealed
      changed[position] ^= 1
      #expect(throws: SeedSeal.Refusal()) { try seal.opened(changed, at: place) }
    }
    for count in [0, 31, 32, 33, sealed.count - 1] {
      let part = Array(sealed.prefix(count))
      #expect(throws: SeedSeal.Refusal()) { try seal.opened(part, at: place) }
    }
    let other = try SeedSeal(SeedSeal.randomSeed())
    #expect(throws: SeedSeal.Refusal()) { try other.opened(sealed, at: place) }
  }

  @Test("no two values are sealed with one key")
  func keys() throws {
    let seal = try SeedSeal(SeedSeal.randomSeed())
    let infos = try (0..<100).map { _ in Array(try seal.sealed([1], at: place).prefix(32)) }
    #expect(Set(infos).count == 100)
  }

  /// Made with Python's `cryptography`: HKDFExpand over SHA-256, AESGCM.
  @Test("what others seal by the same rules opens")
  func vector() throws {
    let seal = try SeedSeal(Redacted(Array(0..<32)))
    let content = Array(
      """
      202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f\
      404142434445464748494a4b747744d3cb6d171ac6860680f51d53aa2ebb44c3\
      9dd75f8a38
      """.utf8)
    #expect(content.count % 2 == 0)
    let sealed = stride(from: 0, to: content.count, by: 2).map {
      UInt8(String(decoding: content[$0..<$0 + 2], as: UTF8.self), radix: 16) ?? 0
    }
    let opened = try seal.opened(sealed, at: Array("/registry/secrets/default/a".utf8))
    #expect(opened == Array("swordfish".utf8))
  }

  @Test("a seed is long enough")
  func seeds() throws {
    #expect(throws: KeyServiceError.self) {
      try SeedSeal(Redacted([UInt8](repeating: 1, count: 31)))
    }
    #expect(SeedSeal.randomSeed().exposed.count == 32)
    #expect(SeedSeal.randomSeed().exposed != SeedSeal.randomSeed().exposed)
  }
}

@Suite struct EncryptedValueTests {
  private let seed = EncryptedSeed(
    ciphertext: [1, 2], keyID: "key", annotations: ["b.example.com": [3], "a.example.com": []])

  @Test("what was written is read back")
  func roundTrip() throws {
    let value = EncryptedValue(content: [9], seed: seed)
    #expect(try EncryptedValue(value.bytes) == value)
  }

  @Test("limits of what a plugin may answer hold on both sides")
  func limits() {
    func problem(_ seed: EncryptedSeed) -> String? {
      do throws(KeyServiceError) {
        try seed.check()
        return nil
      } catch {
        return error.description
      }
    }
    func bytes(_ count: Int) -> [UInt8] { [UInt8](repeating: 1, count: count) }
    let name = String(repeating: "k", count: 1_024)
    #expect(problem(EncryptedSeed(ciphertext: bytes(1_024), keyID: name)) == nil)
    #expect(problem(EncryptedSeed(ciphertext: bytes(1_025), keyID: "k"))?.contains("1025") == true)
    #expect(problem(EncryptedSeed(ciphertext: [], keyID: "k")) == "encrypted DEK source is empty")
    #expect(problem(EncryptedSeed(ciphertext: [1], keyID: name + "k"))?.contains("1025") == true)
    #expect(problem(EncryptedSeed(ciphertext: [1], keyID: "")) == "keyID is empty")
    for (annotations, isGood) in [
      (["a.b": bytes(32 * 1_024 - 3)], true), (["a.b": bytes(32 * 1_024 - 2)], false),
      (["ab": []], false), (["A.b": []], false), (["a..b": []], false), (["a.b.": []], true),
    ] as [([String: [UInt8]], Bool)] {
      let seed = EncryptedSeed(ciphertext: [1], keyID: "k", annotations: annotations)
      #expect((problem(seed) == nil) == isGood, "\(annotations.keys)")
    }
  }

  @Test("bytes that are none are refused, and a key that no seed stands behind")
  func refused() {
    for bytes in [[], [0xFF], [0x0A, 0x01]] as [[UInt8]] {
      #expect(throws: KeyServiceError.self) { try EncryptedValue(bytes) }
    }
    let value = EncryptedValue(content: [9], seed: seed).bytes
    // The last field is the type, one byte of key and one of value.
    #expect(throws: KeyServiceError.self) { try EncryptedValue(Array(value.dropLast(2))) }
    #expect(throws: KeyServiceError.self) {
      try EncryptedValue(EncryptedValue(content: [], seed: seed).bytes)
    }
  }
}
