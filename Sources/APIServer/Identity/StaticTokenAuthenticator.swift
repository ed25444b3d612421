import Foundations
import Security

/// Takes the tokens of the token file, which last as long as the server.
struct StaticTokenAuthenticator: TokenAuthenticator {
  let tokens: StaticTokens

  func identity(ofToken token: String, for audiences: [String]?, now: Timestamp) -> TokenIdentity? {
    tokens.user(for: Redacted(token)).map {
      TokenIdentity(
        user: User(name: $0.name, uid: $0.uid, groups: $0.groups + ["system:authenticated"]))
    }
  }
}
