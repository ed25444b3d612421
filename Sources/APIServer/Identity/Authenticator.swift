package import Foundations
package import Networking
package import Resources

/// Finds out who a request comes from.
package protocol TokenAuthenticator: Sendable {
  /// - Parameter audiences: whom the token has to be meant for, one at least; `nil` for the server
  ///   itself.
  /// - Returns: `nil` where the token is none of this authenticator's, or no longer good.
  func identity(ofToken token: String, for audiences: [String]?, now: Timestamp) -> TokenIdentity?
}

/// What a token says.
package struct TokenIdentity: Equatable, Sendable {
  package var user: User
  /// Whom it is meant for; `nil` for tokens that do not say, which are for this server.
  package var audiences: [String]?

  package init(user: User, audiences: [String]? = nil) {
    self.user = user
    self.audiences = audiences
  }
}

/// Client certificates and bearer tokens; whoever shows neither is anonymous.
package struct Authenticator: Sendable {
  private let tokens: [any TokenAuthenticator]
  private let certificateClock: ForgivingClock
  private let structured: StructuredAuthentication?

  /// - Parameter structured: what the operator configured besides `tokens`; who shows nothing is
  ///   anonymous everywhere without it.
  package init(
    tokens: [any TokenAuthenticator] = [], structured: StructuredAuthentication? = nil,
    certificateClock: ForgivingClock = .shared
  ) {
    self.tokens = tokens
    self.structured = structured
    self.certificateClock = certificateClock
  }

  /// Whether a path may be asked for without credentials.
  func letsAnybodyIn(at path: String) -> Bool { structured?.anonymous.allows(path) ?? true }

  /// - Throws: 401 where credentials were shown and are not good. Showing none gives `.anonymous`.
  package func user(of request: ServerRequest, now: Timestamp) throws(APIError) -> User {
    switch request.connection.clientCertificate {
    case .verified(let peer):
      guard
        peer.notValidAfter >= now.seconds
          || peer.notValidAfter >= now.seconds - certificateClock.lag.components.seconds
      else { throw .unauthorized }
      return User(
        name: peer.commonName, groups: peer.organizations + ["system:authenticated"],
        extra: [:])
    case .refused: throw .unauthorized
    case .absent: break
    }
    guard let token = bearerToken(of: request) else {
      guard letsAnybodyIn(at: request.path) else { throw .unauthorized }
      return .anonymous
    }
    for authenticator in tokens {
      if let identity = authenticator.identity(ofToken: token, for: nil, now: now) {
        return identity.user
      }
    }
    throw .unauthorized
  }

  private func bearerToken(of request: ServerRequest) -> String? {
    if let header = request.headers["authorization"] {
      let parts = header.split(separator: " ", maxSplits: 1)
      guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
      return String(parts[1])
    }
    // Browsers cannot set headers on WebSockets: the token comes as a subprotocol.
    guard let offered = request.headers["sec-websocket-protocol"] else { return nil }
    let prefix = "base64url.bearer.authorization.k8s.io."
    for element in offered.split(separator: ",") {
      let name = element.drop { $0 == " " }
      if name.hasPrefix(prefix) {
        return Base64URL.decodedText(String(name.dropFirst(prefix.count)))
      }
    }
    return nil
  }
}
