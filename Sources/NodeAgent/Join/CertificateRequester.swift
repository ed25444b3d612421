package import Resources
package import Security

/// Asks the cluster for a certificate, and waits until it is signed.
package struct CertificateRequester: Sendable {
  private let client: any ClusterClient

  package init(client: any ClusterClient) { self.client = client }

  /// The cluster's own signers answer at once; a person may take longer.
  private static let answerLimit: Duration = .seconds(60)

  /// - Throws: `JoinError.denied` and `.undecided`, `APIError`, and what keeps the server from being
  ///   reached.
  package func identity(_ certificate: NodeCertificate, for profile: CertificateProfile)
    async throws -> TLSIdentity
  {
    let prepared = try PreparedCertificateRequest(profile)
    let created = try await client.create(
      .certificateSigningRequests, namespace: nil,
      [
        "apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest",
        "metadata": ["generateName": "csr-"],
        "spec": [
          "request": Document(prepared.base64PEM), "signerName": Document(certificate.signer),
          "usages": Document(certificate.usages.map { Document($0) }),
        ],
      ])
    let key = ObjectKey(created)
    let decided = try await decision(about: key)
    for condition in decided.status.conditions
    where ["Denied", "Failed"].contains(condition.type) {
      throw JoinError.denied(condition.message ?? "its certificate request was refused")
    }
    guard let signed = decided.status.certificate else {
      throw JoinError.undecided(request: key.name)
    }
    return try prepared.identity(base64PEM: signed)
  }

  private func decision(about key: ObjectKey) async throws -> CertificateSigningRequest {
    let request = Informer(
      .certificateSigningRequests, client: client,
      options: ListOptions(fieldSelector: "metadata.name=\(key.name)"))
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await request.run() }
      await request.waitUntil(key, limit: Self.answerLimit) { Self.isDecided($0) }
      group.cancelAll()
      guard let found = request[key] else { throw JoinError.undecided(request: key.name) }
      return CertificateSigningRequest(found)
    }
  }

  /// Approved alone is half way: the signature follows.
  private static func isDecided(_ object: Document?) -> Bool {
    guard let request = object.map({ CertificateSigningRequest($0) }) else { return false }
    return request.status.certificate?.isEmpty == false
      || request.status.conditions.contains { ["Denied", "Failed"].contains($0.type) }
  }
}
