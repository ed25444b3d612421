import FoundationEssentials
package import Foundations
package import Resources
package import Security

/// Approves the requests of node agents, and signs what is approved for the cluster's own signers.
/// Requests for other signers are left to those.
package final class CertificateController: Controller {
  package let name = "certificate-controller"
  package let queue = KeyedQueue<ObjectKey>()
  private let client: any ClusterClient
  private let authority: Renewable<CertificateAuthority>
  private let requests: Informer
  private let now: @Sendable () -> Timestamp

  /// - Parameter authority: the one whose certificates the API server takes.
  package init(
    client: any ClusterClient, informers: InformerSet, authority: Renewable<CertificateAuthority>,
    now: @escaping @Sendable () -> Timestamp = { .now() }
  ) {
    self.client = client
    self.authority = authority
    self.now = now
    requests = informers[.certificateSigningRequests]
    requests.onChange { [queue] in queue.add(ObjectKey($0.object)) }
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    guard let request = requests[key].map({ CertificateSigningRequest($0) }) else { return nil }
    let parsed: CertificateRequest
    do throws(CertificateRequest.ReadingError) {
      parsed = try CertificateRequest(base64PEM: request.spec.request)
    } catch {
      return nil  // admission lets none of these in, and none becomes readable later
    }
    do {
      switch CertificateVerdict(request, parsed: parsed) {
      case .leave: break
      case .askAndApprove(let rights):
        if try await mayJoin(request, as: parsed.commonName) {
          try await approve(request, rights)
        }
      case .compareNames(let node): try await approve(request, parsed, servedBy: node)
      case .sign(let lifetime):
        let certificate = try authority.current.sign(
          parsed, usages: request.spec.usages, lifetime: lifetime, now: now())
        var signed = request
        signed.status.certificate = Data(certificate).base64EncodedString()
        try await write(signed, "status")
      case .fail(let message):
        try await write(
          with(request, "Failed", reason: "SignerValidationFailure", message: message), "status")
      }
    } catch let error as APIError where error.reason == .notFound {
      return nil
    }
    return nil
  }

  private func approve(_ request: CertificateSigningRequest, _ rights: [CertificateVerdict.Right])
    async throws
  {
    for right in rights where try await isAllowed(request, right) {
      return try await write(
        with(request, "Approved", reason: "AutoApproved", message: right.message), "approval")
    }
  }

  // MARK: Nodes that join

  /// Whether nothing stands against a sender who showed a bootstrap token; says so if it does.
  private func mayJoin(_ request: CertificateSigningRequest, as user: String) async throws -> Bool {
    guard let id = JoinVerdict.tokenID(ofUser: request.spec.username ?? ""),
      let node = JoinVerdict.nodeName(ofUser: user)
    else { return true }
    let secret = try await object(
      .secrets, Self.tokenNamespace, BootstrapCredential.secretName(ofID: id))
    let isThere = try await object(.nodes, nil, node) != nil
    switch JoinVerdict(node: node, isThere: isThere, tokenID: id, secret: secret) {
    case .allow: return true
    case .allowAndMark:
      guard var marked = secret else { return false }
      marked.set(
        Document(node), at: ["metadata", "annotations", JoinVerdict.usedByAnnotation])
      // Conditional on what was read: of two that come at once, one is told to look again.
      _ = try await client.update(.secrets, namespace: Self.tokenNamespace, marked)
      return true
    case .deny(let reason, let message):
      try await write(with(request, "Denied", reason: reason, message: message), "approval")
      return false
    }
  }

  private static let tokenNamespace = "kube-system"

  /// A node's own names need nobody's approval; others wait for somebody's.
  private func approve(
    _ request: CertificateSigningRequest, _ parsed: CertificateRequest, servedBy name: String
  ) async throws {
    guard let node = try await object(.nodes, nil, name).map({ Node($0) }),
      node.servedNames.isSuperset(of: parsed.dnsNames + parsed.addresses.map(\.description)),
      parsed.addresses.count == parsed.addressCount
    else { return }
    try await write(
      with(
        request, "Approved", reason: "AutoApproved",
        message: "Auto approving kubelet serving certificate: its names are those of the node."),
      "approval")
  }

  private func object(_ resource: ResourceType, _ namespace: String?, _ name: String) async throws
    -> Document?
  {
    do {
      return try await client.get(resource, namespace: namespace, name: name)
    } catch let error as APIError where error.reason == .notFound {
      return nil
    }
  }

  private func isAllowed(_ request: CertificateSigningRequest, _ right: CertificateVerdict.Right)
    async throws -> Bool
  {
    var spec: Document = [
      "user": Document(request.spec.username ?? ""), "uid": Document(request.spec.uid ?? ""),
      "groups": Document(request.spec.groups.map { Document($0) }),
      "resourceAttributes": [
        "group": "certificates.k8s.io", "resource": "certificatesigningrequests",
        "verb": "create", "subresource": Document(right.rawValue), "version": "*",
      ],
    ]
    if let extra = request.spec.document["extra"] { spec["extra"] = extra }
    let answer = try await client.create(
      .subjectAccessReviews, namespace: nil,
      [
        "apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": spec,
      ])
    return answer[path: "status", "allowed"]?.bool == true
  }

  private func with(
    _ request: CertificateSigningRequest, _ type: String, reason: String, message: String
  ) -> CertificateSigningRequest {
    var condition = CertificateSigningRequestCondition()
    condition.type = type
    condition.status = "True"
    condition.reason = reason
    condition.message = message
    var changed = request
    changed.status.conditions.append(condition)
    return changed
  }

  private func write(_ request: CertificateSigningRequest, _ subresource: String) async throws {
    _ = try await client.update(
      .certificateSigningRequests, namespace: nil, request.document, subresource: subresource)
  }
}
