package import Foundations
package import Resources
import Security

/// Deletes CertificateSigningRequests that have served.
/// Source: Kubernetes documentation, "Certificates and Certificate Signing Requests", "Request
/// signing process".
package final class CertificateRequestCleaner: Controller {
  package let name = "certificate-request-cleaner"
  package let queue = KeyedQueue<ObjectKey>()
  private let client: any ClusterClient
  private let requests: Informer
  private let now: @Sendable () -> Timestamp

  /// How long a request stays that was signed, denied or refused by its signer.
  private static let decidedLifetime = Duration.seconds(3600)
  /// How long a request stays that nobody signed.
  private static let pendingLifetime = Duration.seconds(24 * 3600)

  package init(
    client: any ClusterClient, informers: InformerSet,
    now: @escaping @Sendable () -> Timestamp = { .now() }
  ) {
    self.client = client
    self.now = now
    requests = informers[.certificateSigningRequests]
    requests.onChange { [queue] change in
      if case .removed = change { return }
      queue.add(ObjectKey(change.object))
    }
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    guard let request = requests[key].map({ CertificateSigningRequest($0) }),
      let end = Self.end(of: request)
    else { return nil }
    let left = now().distance(to: end)
    if left > .zero { return left }
    do {
      _ = try await client.delete(
        .certificateSigningRequests, namespace: nil, name: key.name,
        options: DeleteOptions(uid: request.metadata.uid))
    } catch let error as APIError where error.reason == .notFound || error.reason == .conflict {
      return nil
    }
    return nil
  }

  /// When a request has served; `nil` where it says too little to tell. Pure.
  static func end(of request: CertificateSigningRequest) -> Timestamp? {
    let conditions = request.status.conditions
    if conditions.isEmpty {
      return request.metadata.creationTimestamp?.advanced(by: pendingLifetime)
    }
    let certificate = request.status.certificate ?? ""
    var ends = conditions.compactMap { condition -> Timestamp? in
      switch condition.type {
      case "Denied", "Failed": condition.lastUpdateTime?.advanced(by: decidedLifetime)
      case "Approved":
        condition.lastUpdateTime?.advanced(
          by: certificate.isEmpty ? pendingLifetime : decidedLifetime)
      default: nil
      }
    }
    if !certificate.isEmpty, request.hasTrue("Approved"),
      let issued = try? IssuedCertificate(base64PEM: certificate)  // else the other ends count
    {
      ends.append(issued.notValidAfter)
    }
    return ends.min()
  }
}
