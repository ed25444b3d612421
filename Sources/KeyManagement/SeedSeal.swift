import Crypto
import Foundation
package import Security

/// Seals values with keys derived from one seed: a key of its own for each, so that any number of
/// values is sound.
///
/// Shape of a sealed value: 32 random bytes that its key follows from, a nonce of 12, the encrypted
/// value, a tag of 16. Where the value lies is part of what the tag vouches for.
/// Source: KEP-3299, "KMS v2 improvements": HKDF-Expand with SHA-256, AES-256 in Galois/counter mode.
package struct SeedSeal: Sendable {
  package static let seedByteCount = 32
  private static let infoByteCount = 32

  private let seed: Redacted<[UInt8]>

  /// The value was changed or moved, or is no such value.
  package struct Refusal: Error, Equatable {}

  /// - Throws: where the seed is too short to be one.
  package init(_ seed: Redacted<[UInt8]>) throws(KeyServiceError) {
    guard seed.exposed.count >= Self.seedByteCount else {
      throw KeyServiceError("invalid seed length \(seed.exposed.count) used for key generation")
    }
    self.seed = seed
  }

  package static func randomSeed() -> Redacted<[UInt8]> { Redacted(random(seedByteCount)) }

  private static func random(_ byteCount: Int) -> [UInt8] {
    SymmetricKey(size: SymmetricKeySize(bitCount: byteCount * 8)).withUnsafeBytes { Array($0) }
  }

  private func key(_ info: some DataProtocol) -> SymmetricKey {
    HKDF<SHA256>.expand(pseudoRandomKey: seed.exposed, info: info, outputByteCount: 32)
  }

  /// Cost is O(value), and two blocks of SHA-256.
  package func sealed(_ value: [UInt8], at place: [UInt8]) throws(Refusal) -> [UInt8] {
    let info = Self.random(Self.infoByteCount)
    do {
      let box = try AES.GCM.seal(value, using: key(info), authenticating: place)
      guard let combined = box.combined else { throw Refusal() }
      return info + combined
    } catch {
      throw Refusal()
    }
  }

  package func opened(_ value: [UInt8], at place: [UInt8]) throws(Refusal) -> [UInt8] {
    guard value.count > Self.infoByteCount else { throw Refusal() }
    do {
      let box = try AES.GCM.SealedBox(combined: value[Self.infoByteCount...])
      let key = key(value[..<Self.infoByteCount])
      return Array(try AES.GCM.open(box, using: key, authenticating: place))
    } catch {
      throw Refusal()
    }
  }
}
