import Crypto
import FoundationEssentials
import _CryptoExtras

/// A public key of an issuer, as its key set has it. What the key is decides which algorithms it
/// verifies, never the token. Source: RFC 7517, RFC 7518, section 6.
struct WebKey: Sendable {
  private enum Material: Sendable {
    case rsa(_RSA.Signing.PublicKey)
    case p256(P256.Signing.PublicKey)
    case p384(P384.Signing.PublicKey)
    case p521(P521.Signing.PublicKey)
  }

  /// `kid`.
  let identifier: String?
  /// What the set limits the key to; `nil` for whatever fits its kind.
  private let algorithm: WebTokenAlgorithm?
  private let material: Material

  /// Of RSA moduli: 8,192 bits. Larger ones cost what no signature is worth.
  private static let modulusByteCountMax = 1_024

  /// - Returns: `nil` for keys that verify none of the known algorithms.
  init?(_ text: WebKeyText) {
    guard text.use ?? "sig" == "sig" else { return nil }
    if let name = text.alg {
      guard let algorithm = WebTokenAlgorithm(rawValue: name) else { return nil }
      self.algorithm = algorithm
    } else {
      algorithm = nil
    }
    guard let material = Self.material(text) else { return nil }
    self.material = material
    identifier = text.kid
  }

  private static func material(_ text: WebKeyText) -> Material? {
    func bytes(_ member: String?) -> [UInt8]? { member.flatMap { Base64URL.decode($0.utf8) } }
    if text.kty == "RSA" {
      guard let n = bytes(text.n), let e = bytes(text.e), n.count <= modulusByteCountMax else {
        return nil
      }
      // Numbers that are no key, or one of less than 2,048 bits, are no key of ours.
      return (try? _RSA.Signing.PublicKey(n: n, e: e)).map { .rsa($0) }
    }
    guard text.kty == "EC", let x = bytes(text.x), let y = bytes(text.y) else { return nil }
    // A point that is not on the curve is no key.
    switch text.crv {
    case "P-256": return (try? P256.Signing.PublicKey(rawRepresentation: x + y)).map { .p256($0) }
    case "P-384": return (try? P384.Signing.PublicKey(rawRepresentation: x + y)).map { .p384($0) }
    case "P-521": return (try? P521.Signing.PublicKey(rawRepresentation: x + y)).map { .p521($0) }
    default: return nil
    }
  }

  /// Whether `signature` is this key's for `input`, by an algorithm that fits the key.
  func isValid(_ signature: [UInt8], for input: [UInt8], by wanted: WebTokenAlgorithm) -> Bool {
    if let algorithm, algorithm != wanted { return false }
    switch (material, wanted) {
    case (.rsa(let key), .rs256):
      return Self.isValid(signature, SHA256.hash(data: input), key, .insecurePKCS1v1_5)
    case (.rsa(let key), .rs384):
      return Self.isValid(signature, SHA384.hash(data: input), key, .insecurePKCS1v1_5)
    case (.rsa(let key), .rs512):
      return Self.isValid(signature, SHA512.hash(data: input), key, .insecurePKCS1v1_5)
    case (.rsa(let key), .ps256):
      return Self.isValid(signature, SHA256.hash(data: input), key, .PSS)
    case (.rsa(let key), .ps384):
      return Self.isValid(signature, SHA384.hash(data: input), key, .PSS)
    case (.rsa(let key), .ps512):
      return Self.isValid(signature, SHA512.hash(data: input), key, .PSS)
    case (.p256(let key), .es256):
      // A signature of the wrong length is an invalid one; so below.
      return (try? P256.Signing.ECDSASignature(rawRepresentation: signature)).map {
        key.isValidSignature($0, for: SHA256.hash(data: input))
      } ?? false
    case (.p384(let key), .es384):
      return (try? P384.Signing.ECDSASignature(rawRepresentation: signature)).map {
        key.isValidSignature($0, for: SHA384.hash(data: input))
      } ?? false
    case (.p521(let key), .es512):
      return (try? P521.Signing.ECDSASignature(rawRepresentation: signature)).map {
        key.isValidSignature($0, for: SHA512.hash(data: input))
      } ?? false
    default: return false
    }
  }

  private static func isValid(
    _ signature: [UInt8], _ digest: some Digest, _ key: _RSA.Signing.PublicKey,
    _ padding: _RSA.Signing.Padding
  ) -> Bool {
    key.isValidSignature(
      _RSA.Signing.RSASignature(rawRepresentation: signature), for: digest, padding: padding)
  }
}

/// The members of a key that matter here.
struct WebKeyText: Decodable {
  var kty: String?
  var use: String?
  var kid: String?
  var alg: String?
  var crv: String?
  var x: String?
  var y: String?
  var n: String?
  var e: String?
}
