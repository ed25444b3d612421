import Crypto
import FoundationEssentials
import _CryptoExtras

/// A public key that checks service account tokens, and the name tokens give it.
package struct TokenVerificationKey: Sendable {
  enum Algorithm: Sendable {
    case es256(P256.Signing.PublicKey)
    case rs256(_RSA.Signing.PublicKey)
  }

  let algorithm: Algorithm
  /// `kid`: the digest of the key's DER, as Kubernetes makes it.
  package let identifier: String

  init(_ algorithm: Algorithm) {
    self.algorithm = algorithm
    let der =
      switch algorithm {
      case .es256(let key): key.derRepresentation
      case .rs256(let key): key.derRepresentation
      }
    identifier = Base64URL.encode(SHA256.hash(data: der))
  }

  /// `alg` of tokens and key sets.
  package var algorithmName: String {
    switch algorithm {
    case .es256: "ES256"
    case .rs256: "RS256"
    }
  }

  func isValid(_ signature: [UInt8], for input: some Collection<UInt8>) -> Bool {
    let input = Array(input)
    switch algorithm {
    case .es256(let key):
      // A signature of the wrong length is an invalid one.
      guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else {
        return false
      }
      return key.isValidSignature(signature, for: input)
    case .rs256(let key):
      return key.isValidSignature(
        _RSA.Signing.RSASignature(rawRepresentation: signature), for: input,
        padding: .insecurePKCS1v1_5)
    }
  }
}
