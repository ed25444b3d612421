package import Resources
package import Security

/// Issues tokens as somebody else than the cluster does, with one key at a time.
package struct TestTokenIssuer: Sendable {
  package let url: String
  private let key: TokenSigningKey

  package init(url: String, key: TokenSigningKey = .make()) {
    self.url = url
    self.key = key
  }

  /// The key's name in tokens and in the key set.
  package var keyIdentifier: String { key.verificationKey.identifier }

  /// - Parameters:
  ///   - claims: all of them, `iss` too.
  ///   - header: replaces members of the usual one.
  package func token(_ claims: Document, header changes: Document = [:]) throws -> String {
    var header: Document = [
      "alg": Document(key.verificationKey.algorithmName), "kid": Document(keyIdentifier),
    ]
    for (name, member) in changes.members { header[name] = member.isNull ? nil : member }
    let input = "\(Base64URL.encode(header.json)).\(Base64URL.encode(claims.json))"
    return "\(input).\(Base64URL.encode(try key.signature(for: Array(input.utf8))))"
  }

  /// JSON, as the issuer shows it.
  package func keySet() throws -> [UInt8] {
    try ServiceAccountTokens(issuer: url, audiences: [], signingKey: key).keySet()
  }

  package func discovery(keySetURL: String? = nil) -> [UInt8] {
    let document: Document = [
      "issuer": Document(url), "jwks_uri": Document(keySetURL ?? "\(url)/keys"),
    ]
    return document.json
  }
}
