import FoundationEssentials
import Foundations
import Resources
import Security

/// Takes the tokens of service accounts, for as long as the account, and the pod or secret that a
/// token is bound to, exist.
struct ServiceAccountAuthenticator: TokenAuthenticator {
  let tokens: VerifiedTokens
  let reader: CacheReader

  func identity(ofToken token: String, for audiences: [String]?, now: Timestamp) -> TokenIdentity? {
    // What fails to verify is not ours, or not good.
    guard let claims = try? tokens.verify(Redacted(token), audiences: audiences, now: now),
      exists(.serviceAccounts, claims.namespace, claims.serviceAccount)
    else { return nil }
    if let pod = claims.pod, !exists(.pods, claims.namespace, pod) { return nil }
    if let secret = claims.secret, !exists(.secrets, claims.namespace, secret) { return nil }
    if claims.livesInSecret, !isHeld(token, claims) { return nil }
    if let node = claims.node, !node.uid.isEmpty, claims.pod == nil, !exists(.nodes, "", node) {
      return nil
    }
    var extra = ["authentication.kubernetes.io/credential-id": ["JTI=\(claims.identifier)"]]
    if let pod = claims.pod {
      extra["authentication.kubernetes.io/pod-name"] = [pod.name]
      extra["authentication.kubernetes.io/pod-uid"] = [pod.uid]
    }
    if let node = claims.node {
      extra["authentication.kubernetes.io/node-name"] = [node.name]
      extra["authentication.kubernetes.io/node-uid"] = [node.uid]
    }
    return TokenIdentity(
      user: User(
        name: claims.subject, uid: claims.serviceAccount.uid,
        groups: [
          "system:serviceaccounts", "system:serviceaccounts:\(claims.namespace)",
          "system:authenticated",
        ], extra: extra), audiences: claims.audiences)
  }

  /// Whether the Secret of a token still holds just that.
  private func isHeld(_ token: String, _ claims: ServiceAccountClaims) -> Bool {
    guard let secret = reader.object(.secrets, claims.namespace, claims.secret?.name ?? ""),
      secret[path: "metadata", "labels", Self.invalidSinceLabel]?.string?.isEmpty != false,
      let held = secret[path: "data", "token"]?.string
    else { return false }
    return Data(base64Encoded: held).map { $0.elementsEqual(token.utf8) } ?? false
  }

  /// Source: Kubernetes documentation, "Managing Service Accounts", "Legacy ServiceAccount token
  /// cleaner".
  private static let invalidSinceLabel = "kubernetes.io/legacy-token-invalid-since"

  private func exists(
    _ resource: ResourceType, _ namespace: String, _ reference: ServiceAccountClaims.ObjectReference
  ) -> Bool {
    reader.object(resource, namespace, reference.name)?[path: "metadata", "uid"]?.string
      == reference.uid
  }
}
