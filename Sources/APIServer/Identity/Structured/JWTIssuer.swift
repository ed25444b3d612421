import Foundations
import Resources
import Security

/// One issuer of tokens, as the configuration names it: what its tokens have to say, and whom they
/// stand for. Pure.
/// Source: apiserver.config.k8s.io/v1 JWTAuthenticator; OpenID Connect Core 1.0, section 3.1.3.7.
struct JWTIssuer: Sendable {
  let url: String
  /// Where its discovery document is.
  let discoveryURL: String
  /// CA certificates in PEM; empty trusts those of the system.
  let authorityPEM: [UInt8]
  private let audiences: [String]
  private let mappings: ClaimMappings

  /// A token may begin a little in the future: clocks differ. Its end is forgiven nothing.
  /// Source: go-oidc, which kube-apiserver uses.
  private static let leeway = Duration.seconds(60)

  /// What is wrong goes to `errors`, in upstream's words.
  /// - Parameter disallowed: issuers whose tokens this server knows already.
  init?(
    _ authenticator: Document, at path: String, disallowed: Set<String>,
    _ errors: inout [FieldError]
  ) {
    let before = errors.count
    let issuer = authenticator["issuer"] ?? .emptyObject
    url = issuer["url"]?.string ?? ""
    let chosen = issuer["discoveryURL"]?.string ?? ""
    discoveryURL =
      chosen.isEmpty ? "\(Self.trimmed(url))/.well-known/openid-configuration" : chosen
    audiences = issuer["audiences"]?.elements.compactMap(\.string) ?? []
    authorityPEM = Array((issuer["certificateAuthority"]?.string ?? "").utf8)
    errors += Self.problems(issuer, "\(path).issuer", url, chosen, audiences, disallowed)
    let mappings = ClaimMappings(authenticator, at: path, &errors)
    guard let mappings, errors.count == before else { return nil }
    self.mappings = mappings
  }

  /// - Parameter payload: JSON of a token whose signature is the issuer's.
  /// - Throws: why this is nobody.
  func user(_ payload: [UInt8], now: Timestamp) throws(ClaimProblem) -> (User, end: Timestamp) {
    let claims: Document
    do throws(JSONError) { claims = try Document(json: payload) } catch {
      throw ClaimProblem("its claims are no JSON: \(error)")
    }
    guard claims.isObject else { throw ClaimProblem("its claims are no object") }
    guard claims["iss"]?.string == url else { throw ClaimProblem("another issuer issued it") }
    let named =
      claims["aud"]?.string.map { [$0] } ?? claims["aud"]?.elements.compactMap(\.string) ?? []
    guard named.contains(where: audiences.contains) else {
      throw ClaimProblem("expected audience in \(audiences) got \(named)")
    }
    guard let end = try Self.time(claims, "exp") else {
      throw ClaimProblem("it does not say when it ends")
    }
    guard now <= end else { throw ClaimProblem("token is expired (Token Expiry: \(end))") }
    if let start = try Self.time(claims, "nbf"), now.advanced(by: Self.leeway) < start {
      throw ClaimProblem("current time \(now) before the nbf (not before) time: \(start)")
    }
    return (try mappings.user(claims), end)
  }

  /// Seconds since 1970, perhaps with a fraction.
  private static func time(_ claims: Document, _ name: String) throws(ClaimProblem) -> Timestamp? {
    guard let claim = claims[name] else { return nil }
    guard let seconds = claim.integer ?? claim.double.flatMap({ Int(exactly: $0.rounded(.down)) })
    else { throw ClaimProblem("claim \(name) is no time") }
    return Timestamp(seconds: Int64(seconds))
  }
}
