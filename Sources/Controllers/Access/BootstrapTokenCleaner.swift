package import Foundations
package import Resources

/// Deletes bootstrap tokens once they have expired.
package final class BootstrapTokenCleaner: Controller {
  package let name = "bootstrap-token-cleaner"
  package let queue = KeyedQueue<ObjectKey>()
  package let workersMax = 1
  private let client: any ClusterClient
  private let secrets: Informer
  private let now: @Sendable () -> Timestamp

  package init(
    client: any ClusterClient, informers: InformerSet,
    now: @escaping @Sendable () -> Timestamp = { .now() }
  ) {
    self.client = client
    self.now = now
    secrets = informers[.secrets]
    secrets.onChange { [queue] change in
      if Self.isToken(change.object) { queue.add(ObjectKey(change.object)) }
    }
  }

  private static func isToken(_ secret: Document) -> Bool {
    secret["type"]?.string == BootstrapToken.secretType
      && secret[path: "metadata", "namespace"]?.string == BootstrapToken.namespace
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    guard let secret = secrets[key], let token = BootstrapToken(secret: secret),
      let end = token.expiration
    else { return nil }
    let now = now()
    // A moment late rather than early: the end itself is past the token's time.
    if !token.isOver(at: now) { return .seconds(end.seconds - now.seconds + 1) }
    do {
      _ = try await client.delete(
        .secrets, namespace: key.namespace, name: key.name,
        options: DeleteOptions(uid: secret[path: "metadata", "uid"]?.string))
    } catch let error as APIError where error.reason == .notFound || error.reason == .conflict {
      // Gone, or made anew: then it comes again.
    }
    return nil
  }
}
