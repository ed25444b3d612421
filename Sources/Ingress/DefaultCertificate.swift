import Foundations
import Networking
import Security

/// What clients see who ask for a host without a certificate: one that nobody trusts, so that they
/// notice, and made anew with each start.
enum DefaultCertificate {
  static func make(now: Timestamp) throws -> ServerTLS.Material {
    let authority = try CertificateAuthority.make(
      commonName: "Martlet ingress default authority", now: now)
    let identity = try authority.issue(
      .server("Martlet ingress default certificate", dnsNames: ["ingress.invalid"], addresses: []),
      now: now)
    return ServerTLS.Material(
      certificateChainPEM: identity.certificateChainPEM,
      privateKeyPEM: identity.privateKeyPEM.exposed)
  }
}
