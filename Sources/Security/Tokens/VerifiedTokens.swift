import Crypto
package import Foundations
import Synchronization

/// Remembers tokens whose signature was found good: a client sends the same one with every request,
/// and checking a signature costs more than the rest of the request.
///
/// Kept by digest, never as text. Bounded: when it is full it starts anew, and the tokens in use
/// come back with their next request.
package final class VerifiedTokens: Sendable {
  private let tokens: ServiceAccountTokens
  private let claims = Mutex<[SHA256Digest: ServiceAccountClaims]>([:])

  private static let countMax = 8_192

  package init(_ tokens: ServiceAccountTokens) { self.tokens = tokens }

  /// As `ServiceAccountTokens.verify`.
  package func verify(
    _ token: Redacted<String>, audiences: [String]? = nil, now: Timestamp
  ) throws(TokenError) -> ServiceAccountClaims {
    let digest = SHA256.hash(data: Array(token.exposed.utf8))
    if let known = claims.withLock({ $0[digest] }) {
      // Time goes on, and another audience may be asked about.
      try tokens.check(known, audiences: audiences ?? tokens.audiences, now: now)
      return known
    }
    let found = try tokens.verify(token, audiences: audiences, now: now)
    claims.withLock { claims in
      if claims.count >= Self.countMax { claims.removeAll(keepingCapacity: true) }
      claims[digest] = found
    }
    return found
  }
}
