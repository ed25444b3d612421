package import Resources

/// Something about an Ingress that keeps a part of it from working, and what to change.
package struct IngressProblem: Hashable, Sendable {
  package enum Reason: String, Sendable {
    /// An older Ingress has the same host and path.
    case pathTaken = "PathTaken"
    /// An older Ingress has another certificate for the same host.
    case certificateTaken = "CertificateTaken"
    case secretMissing = "SecretMissing"
    /// The Secret holds no certificate that can be used.
    case certificateUnusable = "CertificateUnusable"
    /// The certificate is made for other hosts.
    case certificateMismatch = "CertificateMismatch"
    case serviceMissing = "ServiceMissing"
    case portMissing = "PortMissing"
    /// Something that this ingress does not do.
    case unsupported = "Unsupported"
  }

  package let ingress: ObjectKey
  package let reason: Reason
  /// One sentence with the field, what stands there, and the fix.
  package let message: String
}
