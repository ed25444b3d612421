import Crypto
import FoundationEssentials
import _CryptoExtras

/// The two documents by which others verify the cluster's service account tokens. Source:
/// Kubernetes documentation, "Service account issuer discovery"; OpenID Connect Discovery 1.0;
/// RFC 7517.
extension ServiceAccountTokens {
  /// `/.well-known/openid-configuration`, JSON.
  /// - Parameter keySetURL: where `keySet` is served, as clients reach it.
  package func discoveryDocument(keySetURL: String) throws -> [UInt8] {
    Array(
      try JSONEncoder.canonical.encode(
        Discovery(
          issuer: issuer, keySetURL: keySetURL,
          signingAlgorithms: Set(verificationKeys.map(\.algorithmName)).sorted())))
  }

  /// `/openid/v1/jwks`, JSON.
  package func keySet() throws -> [UInt8] {
    let keys = try verificationKeys.map { try JSONWebKey($0) }
    return Array(try JSONEncoder.canonical.encode(["keys": keys]))
  }
}

private struct Discovery: Encodable {
  var issuer: String
  var keySetURL: String
  var responseTypes = ["id_token"]
  var subjectTypes = ["public"]
  var signingAlgorithms: [String]

  private enum CodingKeys: String, CodingKey {
    case issuer
    case keySetURL = "jwks_uri"
    case responseTypes = "response_types_supported"
    case subjectTypes = "subject_types_supported"
    case signingAlgorithms = "id_token_signing_alg_values_supported"
  }
}

private struct JSONWebKey: Encodable {
  var use = "sig"
  var kty: String
  var kid: String
  var alg: String
  var crv: String?
  var x: String?
  var y: String?
  var n: String?
  var e: String?

  init(_ key: TokenVerificationKey) throws {
    kid = key.identifier
    alg = key.algorithmName
    switch key.algorithm {
    case .es256(let point):
      kty = "EC"
      crv = "P-256"
      let coordinates = point.rawRepresentation  // x, then y
      x = Base64URL.encode(coordinates.prefix(32))
      y = Base64URL.encode(coordinates.suffix(32))
    case .rs256(let key):
      kty = "RSA"
      let primitives = try key.getKeyPrimitives()
      n = Base64URL.encode(primitives.modulus)
      e = Base64URL.encode(primitives.publicExponent)
    }
  }
}
