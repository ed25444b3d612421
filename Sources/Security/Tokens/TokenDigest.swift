import Crypto

/// Stands for a token where one has to be known again, and must not be kept as text.
package struct TokenDigest: Hashable, Sendable {
  private let digest: SHA256Digest

  package init(_ token: String) { digest = SHA256.hash(data: Array(token.utf8)) }
}
