import Crypto
import FoundationEssentials
import _CryptoExtras

/// The private key of service account tokens. New ones are ECDSA P-256 (ES256), made in no time;
/// one brought along from another cluster may be RSA (RS256).
package struct TokenSigningKey: Sendable {
  private enum Algorithm: Sendable {
    case es256(P256.Signing.PrivateKey)
    case rs256(_RSA.Signing.PrivateKey)
  }

  private let algorithm: Algorithm
  package let verificationKey: TokenVerificationKey

  package static func make() -> TokenSigningKey {
    TokenSigningKey(.es256(P256.Signing.PrivateKey()))
  }

  /// Reads a private key in PEM, EC P-256 or RSA of 2048 bits and more.
  package init(pem: Redacted<[UInt8]>) throws(CredentialError) {
    guard let text = String(validating: pem.exposed, as: UTF8.self) else { throw .notAPrivateKey }
    // Each attempt answers "not this kind"; the parsers' words could quote the key.
    if let key = try? P256.Signing.PrivateKey(pemRepresentation: text) {
      self.init(.es256(key))
    } else if let key = try? _RSA.Signing.PrivateKey(pemRepresentation: text) {
      self.init(.rs256(key))
    } else {
      throw .notAPrivateKey
    }
  }

  private init(_ algorithm: Algorithm) {
    self.algorithm = algorithm
    verificationKey =
      switch algorithm {
      case .es256(let key): TokenVerificationKey(.es256(key.publicKey))
      case .rs256(let key): TokenVerificationKey(.rs256(key.publicKey))
      }
  }

  package var privateKeyPEM: Redacted<[UInt8]> {
    switch algorithm {
    case .es256(let key): Redacted(Array("\(key.pemRepresentation)\n".utf8))
    case .rs256(let key): Redacted(Array("\(key.pemRepresentation)\n".utf8))
    }
  }

  /// The bytes of a signature as RFC 7518 lays them out.
  package func signature(for input: [UInt8]) throws -> [UInt8] {
    switch algorithm {
    case .es256(let key): Array(try key.signature(for: input).rawRepresentation)
    case .rs256(let key):
      Array(try key.signature(for: input, padding: .insecurePKCS1v1_5).rawRepresentation)
    }
  }
}
