import Crypto
import Foundation

/// One key of 256 bits, and a name for it that gives nothing of it away.
package struct SealingKey: Sendable {
  package static let idByteCount = 4
  private static let byteCount = 32

  /// Random, of `idByteCount` bytes.
  package let id: [UInt8]
  private let bytes: Redacted<[UInt8]>

  var symmetric: SymmetricKey { SymmetricKey(data: bytes.exposed) }

  package static func random() -> SealingKey {
    var generator = SystemRandomNumberGenerator()
    let id = (0..<idByteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    let key = SymmetricKey(size: .bits256)
    return SealingKey(id: id, bytes: Redacted(key.withUnsafeBytes { Array($0) }))
  }

  private init(id: [UInt8], bytes: Redacted<[UInt8]>) {
    self.id = id
    self.bytes = bytes
  }

  /// Reads a line of the key file: the identity in hexadecimal, a space, the key in base 64.
  init?(line: Substring) {
    let parts = line.split(separator: " ")
    guard parts.count == 2, let bytes = Data(base64Encoded: String(parts[1])),
      bytes.count == Self.byteCount, parts[0].utf8.count == 2 * Self.idByteCount,
      let number = UInt32(parts[0], radix: 16)
    else { return nil }
    self.init(
      id: withUnsafeBytes(of: number.bigEndian) { Array($0) }, bytes: Redacted(Array(bytes)))
  }

  var line: Redacted<String> {
    Redacted("\(Self.text(ofID: id)) \(Data(bytes.exposed).base64EncodedString())")
  }

  /// `0a1b2c3d`.
  package static func text(ofID id: [UInt8]) -> String {
    id.map { byte in
      let digits = String(byte, radix: 16)
      return digits.utf8.count < 2 ? "0\(digits)" : digits
    }.joined()
  }
}
