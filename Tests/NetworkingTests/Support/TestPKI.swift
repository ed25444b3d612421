import Crypto
import FoundationEssentials
import SwiftASN1
import X509

/// Certificates for tests, made in memory.
struct TestPKI: Sendable {
  struct Identity: Sendable {
    let certificatePEM: [UInt8]
    let keyPEM: [UInt8]
  }

  private let key: Certificate.PrivateKey
  private let name: DistinguishedName
  let authorityPEM: [UInt8]

  init(named commonName: String = "test-ca") throws {
    key = Certificate.PrivateKey(P256.Signing.PrivateKey())
    name = try DistinguishedName { CommonName(commonName) }
    let authority = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: key.publicKey,
      notValidBefore: Date() - 86_400, notValidAfter: Date() + 86_400,
      issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
        Critical(KeyUsage(keyCertSign: true))
      },
      issuerPrivateKey: key)
    authorityPEM = Array(try authority.serializeAsPEM().pemString.utf8)
  }

  func serverIdentity() throws -> Identity {
    try identity(
      subject: try DistinguishedName { CommonName("localhost") }, usage: .serverAuth,
      validity: Date() - 3_600..<Date() + 86_400)
  }

  func clientIdentity(
    user: String, groups: [String] = [], usage: ExtendedKeyUsage.Usage = .clientAuth,
    validity: Range<Date> = Date() - 3_600..<Date() + 86_400
  ) throws -> Identity {
    try identity(
      subject: try DistinguishedName {
        for group in groups { OrganizationName(group) }
        CommonName(user)
      }, usage: usage, validity: validity)
  }

  private func identity(
    subject: DistinguishedName, usage: ExtendedKeyUsage.Usage, validity: Range<Date>
  ) throws -> Identity {
    let identityKey = Certificate.PrivateKey(P256.Signing.PrivateKey())
    let certificate = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: identityKey.publicKey,
      notValidBefore: validity.lowerBound, notValidAfter: validity.upperBound,
      issuer: name, subject: subject, signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        try ExtendedKeyUsage([usage])
        SubjectAlternativeNames([
          .dnsName("localhost"), .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1])),
        ])
      },
      issuerPrivateKey: key)
    return Identity(
      certificatePEM: Array(try certificate.serializeAsPEM().pemString.utf8),
      keyPEM: Array(try identityKey.serializeAsPEM().pemString.utf8))
  }
}
