import Foundations
import Resources

/// Takes the tokens with which new nodes join: Secrets in `kube-system`, good until they expire.
/// Source: Kubernetes documentation, "Authenticating with Bootstrap Tokens".
struct BootstrapTokenAuthenticator: TokenAuthenticator {
  let reader: CacheReader

  func identity(ofToken token: String, for audiences: [String]?, now: Timestamp) -> TokenIdentity? {
    guard let (name, secret) = BootstrapToken.parts(of: token),
      let object = reader.object(.secrets, BootstrapToken.namespace, name),
      object[path: "metadata", "deletionTimestamp"] == nil,
      let known = BootstrapToken(secret: object), known.isSecret(secret), known.mayAuthenticate,
      !known.isOver(at: now)
    else { return nil }
    return TokenIdentity(
      user: User(
        name: "system:bootstrap:\(known.identifier)",
        groups: known.groups + ["system:authenticated"]))
  }
}
