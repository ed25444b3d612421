import Crypto
import Foundation

/// The keys that hide secrets on the disk: AES-256 in Galois/counter mode. The first seals; all open.
///
/// Shape of a sealed value: `S`, a byte with the format's version (1), the key's four bytes of
/// identity, a nonce of 12 bytes, the encrypted value, a tag of 16. Where the value lies is part of
/// what the tag vouches for. Nonces are random, which is sound for 2^32 values under one key (NIST SP
/// 800-38D, 8.3): rotate before.
package struct SealingKeys: Sendable {
  package let keys: [SealingKey]

  /// - Parameter keys: at least one; the newest first.
  package init(_ keys: [SealingKey]) {
    precondition(!keys.isEmpty, "there is a key to seal with")
    self.keys = keys
  }

  private static let head: [UInt8] = [UInt8(ascii: "S"), 1]
  private static let headByteCount = head.count + SealingKey.idByteCount

  /// - Parameter place: where the value lies. Cost is O(value), some 1 us for 1 KB.
  package func sealed(_ value: [UInt8], at place: [UInt8]) throws(SealingError) -> [UInt8] {
    do {
      let box = try AES.GCM.seal(value, using: keys[0].symmetric, authenticating: place)
      guard let combined = box.combined else { throw SealingError.refused }
      return Self.head + keys[0].id + combined
    } catch {
      throw .refused
    }
  }

  /// A value that is not sealed comes back as it is.
  package func opened(_ value: [UInt8], at place: [UInt8]) throws(SealingError) -> [UInt8] {
    guard let id = Self.keyID(of: value) else { return value }
    guard let key = keys.first(where: { $0.id == id }) else {
      throw .keyMissing(SealingKey.text(ofID: id))
    }
    do {
      let box = try AES.GCM.SealedBox(combined: value[Self.headByteCount...])
      return Array(try AES.GCM.open(box, using: key.symmetric, authenticating: place))
    } catch {
      throw .changed
    }
  }

  package func isCurrent(_ value: [UInt8]) -> Bool { Self.keyID(of: value) == keys[0].id }

  private static func keyID(of value: [UInt8]) -> [UInt8]? {
    guard value.count >= headByteCount, value.starts(with: head) else { return nil }
    return Array(value[head.count..<headByteCount])
  }
}

/// Why a value cannot be sealed or opened. Tells nothing of the value.
package enum SealingError: Error, Equatable, Sendable {
  /// The identity of the key that it was sealed with.
  case keyMissing(String)
  /// It is not what was sealed, or lies elsewhere than it was sealed for.
  case changed
  /// The cryptography refused to seal.
  case refused
}
