package import Foundations
import X509

/// All keys and certificates that one server works with.
package struct ClusterCredentials: Sendable {
  /// Signs and verifies the cluster's client and serving certificates.
  package let clusterAuthority: CertificateAuthority
  package let frontProxyAuthority: CertificateAuthority
  package let serviceAccountKey: TokenSigningKey
  /// One sentence for each file that was made or made again, for the log: none on a usual start.
  package let changes: [String]
  private let identities: [ClusterCertificate: TLSIdentity]
  /// Before the first, some certificate is not valid yet, since the clock was ahead when it was made;
  /// after the last, one is near its end.
  private let goodTimes: ClosedRange<Timestamp>

  init(
    clusterAuthority: CertificateAuthority, frontProxyAuthority: CertificateAuthority,
    serviceAccountKey: TokenSigningKey, changes: [String],
    identities: [ClusterCertificate: TLSIdentity]
  ) throws(CredentialError) {
    self.clusterAuthority = clusterAuthority
    self.frontProxyAuthority = frontProxyAuthority
    self.serviceAccountKey = serviceAccountKey
    self.changes = changes
    self.identities = identities
    let authorities = [clusterAuthority, frontProxyAuthority]
    var from = Timestamp(seconds: .min)
    var until = authorities.map { $0.isSelfSigned ? $0.renewalTime : $0.end }.min() ?? from
    for (certificate, identity) in identities {
      let lifetime = try CertificateLifetime(of: identity.certificateChainPEM)
      let authority = certificate.authority == .cluster ? clusterAuthority : frontProxyAuthority
      // One that ends with its authority cannot be prolonged before.
      let isLast = lifetime.end >= authority.end
      let period = isLast ? .zero : CertificateAuthority.renewalPeriod
      from = max(from, lifetime.start)
      until = min(until, lifetime.end.advanced(by: .zero - period))
    }
    goodTimes = from...max(from, until)
  }

  /// Whether nothing has to be made again yet. Reads no file.
  package func isGood(at now: Timestamp) -> Bool { goodTimes.contains(now) }

  /// The certificates of both authorities.
  package var authorityPEMs: [[UInt8]] {
    [clusterAuthority.certificatePEM, frontProxyAuthority.certificatePEM]
  }

  /// What an operator has to do in time, since this program cannot: one sentence each.
  package func warnings(now: Timestamp) -> [String] {
    [clusterAuthority, frontProxyAuthority].compactMap { authority in
      guard now > authority.renewalTime, !authority.isSelfSigned else { return nil }
      return "the CA \(authority.certificate.subject) ends at \(authority.end), and another CA "
        + "signed it: get it signed again there, and put the certificate in its place"
    }
  }

  package subscript(certificate: ClusterCertificate) -> TLSIdentity {
    identities[certificate]!  // the store prepares every case
  }
}
