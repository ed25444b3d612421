import Foundations
import Resources
import Security

/// What the cluster's own signers do with a CertificateSigningRequest. Pure.
/// Source: Kubernetes documentation, "Certificates and Certificate Signing Requests",
/// "Kubernetes signers".
enum CertificateVerdict: Equatable {
  /// It is not ours, is not decided, or is done.
  case leave
  /// A node agent's own certificate, which nobody has to look at where the sender may ask for it.
  /// - `right`: the subresource that the sender must be allowed to create, the first that fits.
  case askAndApprove(rights: [Right])
  /// The certificate by which a node agent serves: good where all its names are the node's own.
  case compareNames(nodeName: String)
  case sign(lifetime: Duration)
  case fail(message: String)

  enum Right: String, Equatable {
    /// Of its own node.
    case selfNodeClient = "selfnodeclient"
    case nodeClient = "nodeclient"

    var message: String {
      self == .selfNodeClient
        ? "Auto approving self kubelet client certificate after SubjectAccessReview."
        : "Auto approving kubelet client certificate after SubjectAccessReview."
    }
  }

  private static let nodePrefix = "system:node:"
  private static let lifetimeMin = Duration.seconds(600)

  /// - Parameter parsed: what `spec.request` holds.
  init(_ request: CertificateSigningRequest, parsed: CertificateRequest) {
    self = .leave
    guard (request.status.certificate ?? "").isEmpty, !request.hasTrue("Denied"),
      !request.hasTrue("Failed")
    else { return }
    let signer = request.spec.signerName
    let problem: String?
    switch signer {
    case CertificateSigners.client: problem = Self.clientProblem(request.spec.usages)
    case CertificateSigners.nodeClient:
      problem = Self.nodeClientProblem(parsed, request.spec.usages)
    case CertificateSigners.nodeServing:
      problem = Self.nodeServingProblem(parsed, request.spec.usages)
    default: return
    }
    guard request.hasTrue("Approved") else {
      if signer == CertificateSigners.nodeClient, problem == nil {
        let isOwn = request.spec.username == parsed.commonName
        self = .askAndApprove(rights: isOwn ? [.selfNodeClient, .nodeClient] : [.nodeClient])
      } else if signer == CertificateSigners.nodeServing, problem == nil,
        request.spec.username == parsed.commonName, request.spec.groups.contains("system:nodes")
      {
        self = .compareNames(nodeName: String(parsed.commonName.dropFirst(Self.nodePrefix.count)))
      }
      return
    }
    self = problem.map { .fail(message: $0) } ?? .sign(lifetime: Self.lifetime(request))
  }

  private static func lifetime(_ request: CertificateSigningRequest) -> Duration {
    guard let seconds = request.spec.expirationSeconds else {
      return CertificateAuthority.leafLifetime
    }
    return max(lifetimeMin, min(.seconds(seconds), CertificateAuthority.leafLifetime))
  }

  // MARK: What a signer demands

  private static func clientProblem(_ usages: [String]) -> String? {
    let allowed = ["digital signature", "key encipherment", "client auth"]
    if let other = usages.first(where: { !allowed.contains($0) }) {
      return "invalid usage for client certificate: \(other)"
    }
    return usages.contains("client auth")
      ? nil : "missing required usage for client certificate: client auth"
  }

  private static func nodeClientProblem(_ parsed: CertificateRequest, _ usages: [String])
    -> String?
  {
    if let problem = nodeProblem(parsed) { return problem }
    if !parsed.dnsNames.isEmpty { return "DNS subjectAltNames are not allowed" }
    if parsed.emailCount > 0 { return "Email subjectAltNames are not allowed" }
    if parsed.addressCount > 0 { return "IP subjectAltNames are not allowed" }
    if parsed.uriCount > 0 { return "URI subjectAltNames are not allowed" }
    return usageProblem(usages, "client auth")
  }

  private static func nodeServingProblem(_ parsed: CertificateRequest, _ usages: [String])
    -> String?
  {
    if let problem = nodeProblem(parsed) { return problem }
    if parsed.dnsNames.isEmpty && parsed.addressCount == 0 {
      return "DNS or IP subjectAltName is required"
    }
    if parsed.emailCount > 0 { return "Email subjectAltNames are not allowed" }
    if parsed.uriCount > 0 { return "URI subjectAltNames are not allowed" }
    return usageProblem(usages, "server auth")
  }

  private static func nodeProblem(_ parsed: CertificateRequest) -> String? {
    if parsed.organizations != ["system:nodes"] {
      return "subject organization is not system:nodes"
    }
    return parsed.commonName.hasPrefix(nodePrefix)
      ? nil : "subject common name does not begin with system:node:"
  }

  /// Keys that only sign have no use for key encipherment.
  private static func usageProblem(_ usages: [String], _ purpose: String) -> String? {
    let required: Set = ["digital signature", "key encipherment", purpose]
    let asked = Set(usages)
    if asked == required || asked == required.subtracting(["key encipherment"]) { return nil }
    return "usages did not match [\(required.sorted().joined(separator: " "))]"
  }
}
