package import Security

/// A certificate of the cluster's own that somebody shows or trusts.
package struct KeptCertificate: Equatable, Sendable {
  package let holder: ObjectReference
  /// `the certificate that it shows`.
  package let name: String
  package let lifetime: CertificateLifetime
  /// Whether somebody renews it in time: then its end is near only where that did not work.
  package let isRenewed: Bool
  package let remedy: String

  package init(
    _ holder: ObjectReference, _ name: String, _ lifetime: CertificateLifetime, isRenewed: Bool,
    remedy: String
  ) {
    self.holder = holder
    self.name = name
    self.lifetime = lifetime
    self.isRenewed = isRenewed
    self.remedy = remedy
  }

  /// - Parameter pem: of several, the one that ends last counts.
  package init(
    _ holder: ObjectReference, _ name: String, pem: [UInt8], isRenewed: Bool, remedy: String
  ) throws(CredentialError) {
    let all = try CertificateLifetime.all(of: pem)
    self.init(
      holder, name, all.max { $0.end < $1.end } ?? all[0], isRenewed: isRenewed, remedy: remedy)
  }
}
