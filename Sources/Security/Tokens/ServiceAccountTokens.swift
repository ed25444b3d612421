import FoundationEssentials
package import Foundations

/// Signs and verifies service account tokens: JSON Web Signatures in compact form (RFC 7515).
/// Whether the objects behind a token still exist is the caller's to check.
package struct ServiceAccountTokens: Sendable {
  /// Clocks of two machines differ: this much is forgiven at both ends, as Kubernetes does.
  package static let leeway: Duration = .seconds(60)
  /// Far above any token of ours; longer ones are refused unread.
  private static let tokenByteCountMax = 16 << 10

  package let issuer: String
  /// The audiences of tokens that ask for none, and those the API server answers to.
  package let audiences: [String]
  private let signingKey: TokenSigningKey
  private let keysByIdentifier: [String: TokenVerificationKey]

  /// - Parameter retiredKeys: keys that signed earlier tokens, still accepted.
  package init(
    issuer: String, audiences: [String], signingKey: TokenSigningKey,
    retiredKeys: [TokenVerificationKey] = []
  ) {
    self.issuer = issuer
    self.audiences = audiences
    self.signingKey = signingKey
    let keys = retiredKeys + [signingKey.verificationKey]
    keysByIdentifier = Dictionary(keys.map { ($0.identifier, $0) }, uniquingKeysWith: { $1 })
  }

  /// Every key that tokens may be signed with, the current one included.
  package var verificationKeys: [TokenVerificationKey] {
    keysByIdentifier.values.sorted { $0.identifier < $1.identifier }
  }

  package func sign(_ claims: ServiceAccountClaims) throws -> Redacted<String> {
    let key = signingKey.verificationKey
    let header = try JSONEncoder.canonical.encode(
      Header(alg: key.algorithmName, kid: key.identifier))
    let body = try JSONEncoder.canonical.encode(claims)
    let input = "\(Base64URL.encode(header)).\(Base64URL.encode(body))"
    let signature = try signingKey.signature(for: Array(input.utf8))
    return Redacted("\(input).\(Base64URL.encode(signature))")
  }

  /// - Parameter audiences: the token has to be for at least one of them; `nil` takes the API
  ///   server's own.
  package func verify(
    _ token: Redacted<String>, audiences: [String]? = nil, now: Timestamp
  ) throws(TokenError) -> ServiceAccountClaims {
    let text = token.exposed.utf8
    guard text.count <= Self.tokenByteCountMax else { throw .malformed }
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 3, let header = Header(encoded: parts[0]),
      let body = Base64URL.decode(parts[1]), let signature = Base64URL.decode(parts[2])
    else { throw .malformed }
    guard let key = keysByIdentifier[header.kid ?? ""] else {
      throw claimedIssuer(of: body) == issuer ? .unknownKey : .foreignIssuer
    }
    // The algorithm is the key's, never the token's choice.
    guard header.alg == key.algorithmName,
      key.isValid(signature, for: text[parts[0].startIndex..<parts[1].endIndex])
    else { throw .wrongSignature }
    let claims: ServiceAccountClaims
    do {
      claims = try JSONDecoder().decode(ServiceAccountClaims.self, from: Data(body))
    } catch {
      throw .unusableClaims
    }
    try check(claims, audiences: audiences ?? self.audiences, now: now)
    return claims
  }

  func check(
    _ claims: ServiceAccountClaims, audiences: [String], now: Timestamp
  ) throws(TokenError) {
    guard claims.issuer == issuer else { throw .foreignIssuer }
    guard now.advanced(by: Self.leeway) >= claims.notBefore else {
      throw .notYetValid(since: claims.notBefore)
    }
    guard now <= claims.expiresAt.advanced(by: Self.leeway) else {
      throw .expired(at: claims.expiresAt)
    }
    guard claims.audiences.contains(where: audiences.contains) else {
      throw .otherAudience(claims.audiences)
    }
  }

  /// Unverified: only good for telling people why.
  private func claimedIssuer(of body: [UInt8]) -> String? {
    struct Issuer: Decodable { var iss: String? }
    // A body without an issuer is as foreign as one with another's.
    return (try? JSONDecoder().decode(Issuer.self, from: Data(body)))?.iss
  }

  private struct Header: Codable {
    var alg: String
    var kid: String?

    init(alg: String, kid: String) {
      self.alg = alg
      self.kid = kid
    }

    init?(encoded text: Substring.UTF8View) {
      // Whatever is wrong with a header, the token is malformed.
      guard let bytes = Base64URL.decode(text),
        let header = try? JSONDecoder().decode(Header.self, from: Data(bytes))
      else { return nil }
      self = header
    }
  }
}

extension JSONEncoder {
  /// Sorted keys and plain slashes: one value has one text.
  static var canonical: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }
}
