import Crypto
import FoundationEssentials
package import Foundations
import SwiftASN1
package import X509

/// A certificate and key that sign other certificates. ECDSA with P-256: made in well under a
/// millisecond, and every TLS client of Kubernetes takes it.
package struct CertificateAuthority: Sendable {
  /// 30 years: what clients pinned outlasts most clusters (docs/decisions/0013).
  package static let authorityLifetime: Duration = .seconds(30 * 365 * 86_400)
  /// How long before its end an authority's certificate is made again, under the same key: leaves
  /// are never cut short, and clients have a year to take it.
  package static let authorityRenewalPeriod: Duration = .seconds(2 * 365 * 86_400)
  package static let leafLifetime: Duration = .seconds(365 * 86_400)
  /// How long before its end a leaf is made again, the next time anybody looks.
  package static let renewalPeriod: Duration = .seconds(90 * 86_400)
  /// Certificates begin this much in the past, for machines whose clocks are a little behind.
  package static let clockSkew: Duration = .seconds(300)

  package let certificate: Certificate
  let key: Certificate.PrivateKey
  /// What clients are given to trust.
  package let certificatePEM: [UInt8]

  /// A new authority, signed by itself.
  package static func make(
    commonName: String, key: Certificate.PrivateKey = newKey(), now: Timestamp
  ) throws -> CertificateAuthority {
    try make(
      name: try DistinguishedName { CommonName(commonName) }, key: key,
      from: now.advanced(by: .zero - clockSkew), until: now.advanced(by: authorityLifetime))
  }

  private static func make(
    name: DistinguishedName, key: Certificate.PrivateKey, from start: Timestamp,
    until end: Timestamp
  ) throws -> CertificateAuthority {
    let certificate = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: key.publicKey,
      notValidBefore: start.date, notValidAfter: end.date,
      issuer: name, subject: name,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
        Critical(KeyUsage(digitalSignature: true, keyCertSign: true, cRLSign: true))
        SubjectKeyIdentifier(hash: key.publicKey)
      },
      issuerPrivateKey: key)
    return CertificateAuthority(
      certificate: certificate, key: key, certificatePEM: try PEM.text(certificate))
  }

  /// The same authority with a later end: same name, key and beginning, so that what either
  /// certificate vouches for, the other vouches for too.
  /// - Returns: `nil` where it is not time yet, or another authority signed this one: its end is
  ///   then that one's to move.
  package func renewed(now: Timestamp) throws -> CertificateAuthority? {
    guard now > renewalTime, isSelfSigned else { return nil }
    return try Self.make(
      name: certificate.subject, key: key, from: Timestamp(certificate.notValidBefore),
      until: now.advanced(by: Self.authorityLifetime))
  }

  package var end: Timestamp { Timestamp(certificate.notValidAfter) }

  package var renewalTime: Timestamp { end.advanced(by: .zero - Self.authorityRenewalPeriod) }

  package var isSelfSigned: Bool {
    certificate.issuer == certificate.subject
      && certificate.publicKey.isValidSignature(certificate.signature, for: certificate)
  }

  /// Reads an authority back. Its validity is for `check(path:now:)`.
  package init(
    certificatePEM: [UInt8], keyPEM: Redacted<[UInt8]>
  ) throws(CredentialError) {
    let certificate = try PEM.certificates(certificatePEM)[0]  // never empty
    let key = try PEM.privateKey(keyPEM)
    guard key.publicKey == certificate.publicKey else { throw .keyOfAnotherCertificate }
    self.init(certificate: certificate, key: key, certificatePEM: certificatePEM)
  }

  private init(
    certificate: Certificate, key: Certificate.PrivateKey, certificatePEM: [UInt8]
  ) {
    self.certificate = certificate
    self.key = key
    self.certificatePEM = certificatePEM
  }

  /// Refuses to work with a clock outside of the authority's validity.
  func check(path: String, now: Timestamp) throws(CredentialError) {
    let start = Timestamp(certificate.notValidBefore)
    let end = Timestamp(certificate.notValidAfter)
    if now < start { throw .authorityNotYetValid(path: path, since: start, now: now) }
    if now > end { throw .authorityExpired(path: path, since: end, now: now) }
  }

  /// Signs a certificate with a new key. It never outlives the authority.
  package func issue(
    _ profile: CertificateProfile, now: Timestamp, lifetime: Duration = leafLifetime
  ) throws -> TLSIdentity {
    let leafKey = Self.newKey()
    let end = min(now.advanced(by: lifetime), Timestamp(certificate.notValidAfter))
    let leaf = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: leafKey.publicKey,
      notValidBefore: now.advanced(by: .zero - Self.clockSkew).date, notValidAfter: end.date,
      issuer: certificate.subject, subject: try profile.subject(),
      extensions: try profile.extensions(publicKey: leafKey.publicKey, authority: certificate),
      issuerPrivateKey: key)
    return TLSIdentity(
      certificateChainPEM: try PEM.text(leaf), privateKeyPEM: try PEM.text(leafKey),
      notValidAfter: end)
  }

  package static func newKey() -> Certificate.PrivateKey {
    Certificate.PrivateKey(P256.Signing.PrivateKey())
  }
}
