package import Foundations
package import Resources
package import Security

/// Fills Secrets that ask for a token of a ServiceAccount, and deletes them with the account.
///
/// The token lasts as long as its Secret. It has the form of every other token of the cluster, bound
/// to the Secret; upstream writes an older form there, which no client looks into.
package final class TokenSecretController: Controller {
  package let name = "token-secret-controller"
  package let queue = KeyedQueue<ObjectKey>()
  private let client: any ClusterClient
  private let secrets: Informer
  private let accounts: Informer
  private let tokens: ServiceAccountTokens
  private let rootCertificate: Renewable<[UInt8]>
  private let now: @Sendable () -> Timestamp

  /// - Parameter rootCertificate: PEM, of the cluster's CA.
  package init(
    client: any ClusterClient, informers: InformerSet, tokens: ServiceAccountTokens,
    rootCertificate: Renewable<[UInt8]>, now: @escaping @Sendable () -> Timestamp = { .now() }
  ) {
    self.client = client
    self.tokens = tokens
    self.rootCertificate = rootCertificate
    self.now = now
    secrets = informers[.secrets]
    accounts = informers[.serviceAccounts]
    secrets.indexByNamespace()
    secrets.onChange { [queue] change in
      if TokenSecretPlan.account(of: change.object) != nil { queue.add(ObjectKey(change.object)) }
    }
    accounts.onChange { [queue, secrets] change in
      let account = ObjectKey(change.object)
      for secret in secrets.objects(Informer.byNamespace, account.namespace)
      where TokenSecretPlan.account(of: secret) == account.name {
        queue.add(ObjectKey(secret))
      }
    }
  }

  /// There is another root certificate: every Secret with a token has to get it.
  package func rootCertificateChanged() {
    for secret in secrets.objects where TokenSecretPlan.account(of: secret) != nil {
      queue.add(ObjectKey(secret))
    }
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    guard let secret = secrets[key], let name = TokenSecretPlan.account(of: secret),
      secret[path: "metadata", "deletionTimestamp"] == nil
    else { return nil }
    let uid = secret[path: "metadata", "uid"]?.string ?? ""
    do {
      guard let account = try await account(name, of: secret, in: key.namespace) else {
        _ = try await client.delete(
          .secrets, namespace: key.namespace, name: key.name, options: DeleteOptions(uid: uid))
        return nil
      }
      let completed = try TokenSecretPlan.completed(
        secret, account: account, rootCertificate: rootCertificate.current
      ) {
        try token(
          for: account, in: key.namespace,
          secret: ServiceAccountClaims.ObjectReference(name: key.name, uid: uid))
      }
      guard let completed else { return nil }
      _ = try await client.update(.secrets, namespace: key.namespace, completed)
    } catch let error as APIError where error.reason == .notFound {
      return nil
    }
    return nil
  }

  /// The account that a Secret is for, asked of the server where the informer does not know it: it
  /// may have come a moment ago.
  private func account(_ name: String, of secret: Document, in namespace: String) async throws
    -> Document?
  {
    if let known = accounts[ObjectKey(namespace: namespace, name: name)],
      TokenSecretPlan.fits(secret, account: known)
    {
      return known
    }
    do {
      let live = try await client.get(.serviceAccounts, namespace: namespace, name: name)
      return TokenSecretPlan.fits(secret, account: live) ? live : nil
    } catch let error as APIError where error.reason == .notFound {
      return nil
    }
  }

  private func token(
    for account: Document, in namespace: String, secret: ServiceAccountClaims.ObjectReference
  ) throws -> String {
    let metadata = ObjectMeta(account["metadata"] ?? .emptyObject)
    let claims = ServiceAccountClaims(
      issuer: tokens.issuer, audiences: tokens.audiences, namespace: namespace,
      serviceAccount: ServiceAccountClaims.ObjectReference(
        name: metadata.name ?? "", uid: metadata.uid ?? ""),
      secret: secret, now: now(), lifetime: ServiceAccountClaims.lifetimeInSecret)
    return try tokens.sign(claims).exposed
  }
}
