package import Foundations

/// Why a token is refused. None quotes the token.
package enum TokenError: Error, Equatable, Sendable {
  /// No token of this cluster at all: another authenticator may know it.
  case malformed
  case foreignIssuer
  case unknownKey
  case wrongSignature
  /// Signed by us, yet without the claims that we write.
  case unusableClaims
  case notYetValid(since: Timestamp)
  case expired(at: Timestamp)
  case otherAudience([String])
}

extension TokenError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .malformed: "it is no service account token"
    case .foreignIssuer: "another cluster issued the token"
    case .unknownKey: "the token names a signing key that this cluster does not have"
    case .wrongSignature: "the token's signature is wrong"
    case .unusableClaims: "the token lacks claims that service account tokens have"
    case .notYetValid(let since): "the token is not valid before \(since)"
    case .expired(let end): "the token expired at \(end)"
    case .otherAudience(let audiences): "the token is for the audiences \(audiences)"
    }
  }
}
