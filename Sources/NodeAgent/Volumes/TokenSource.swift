package import Foundations
package import Resources
import Synchronization

/// Keeps the tokens that pods show to the API and to others, and renews them in time.
package final class TokenSource: Sendable {
  private let client: any ClusterClient
  private let now: @Sendable () -> Timestamp
  private let tokens = Mutex([Key: Token]())

  private struct Key: Hashable {
    let podUID: String
    let account: String
    let request: ServiceAccountTokenRequest
  }

  private struct Token {
    let text: String
    let renewAt: Timestamp
  }

  /// A token is renewed after this share of its life, or after a day.
  /// Source: Kubernetes documentation, "Configure Service Accounts for Pods", "Launch a Pod using
  /// service account token projection".
  private static let lifeShare = 0.8
  private static let ageMax: Duration = .seconds(24 * 3600)

  package init(
    client: any ClusterClient, now: @escaping @Sendable () -> Timestamp = { Timestamp.now() }
  ) {
    self.client = client
    self.now = now
  }

  /// The pod's token, asked for anew when its time has come.
  /// - Returns: the token, and when to come again.
  package func token(
    _ request: ServiceAccountTokenRequest, for pod: Pod
  ) async throws -> (text: String, renewAt: Timestamp) {
    let account = pod.spec.serviceAccountName ?? "default"
    let key = Key(podUID: pod.metadata.uid ?? "", account: account, request: request)
    let asked = now()
    if let known = tokens.withLock({ $0[key] }), asked < known.renewAt {
      return (known.text, known.renewAt)
    }
    var spec: Document = [
      "audiences": .emptyArray, "expirationSeconds": Document(request.expirationSeconds),
      "boundObjectRef": [
        "kind": "Pod", "apiVersion": "v1", "name": Document(pod.metadata.name ?? ""),
        "uid": Document(pod.metadata.uid ?? ""),
      ],
    ]
    if !request.audience.isEmpty { spec["audiences"] = [Document(request.audience)] }
    let answer = TokenRequest(
      try await client.create(
        .serviceAccounts, namespace: pod.metadata.namespace, name: account, subresource: "token",
        ["kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1", "spec": spec],
        options: WriteOptions()))
    let end = answer.status.expirationTimestamp ?? asked
    let life = min(asked.distance(to: end) * Self.lifeShare, Self.ageMax)
    let token = Token(text: answer.status.token ?? "", renewAt: asked.advanced(by: life))
    tokens.withLock { $0[key] = token }
    return (token.text, token.renewAt)
  }

  /// Forgets a pod that has gone.
  package func forget(podUID: String) {
    tokens.withLock { tokens in tokens = tokens.filter { $0.key.podUID != podUID } }
  }
}
