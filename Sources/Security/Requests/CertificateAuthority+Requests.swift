import FoundationEssentials
package import Foundations
import SwiftASN1
import X509

extension CertificateAuthority {
  /// Certificates that live shorter are not cut by the clock skew at their end.
  /// Source: upstream's signer of certificate requests.
  private static let shortLifetime: Duration = .seconds(8 * 3600)

  /// Signs a certificate for the key of a request, with the names it asks for and nothing else of
  /// what it asks for. It never outlives the authority.
  /// - Parameter usages: as `spec.usages` of a CertificateSigningRequest spells them.
  /// - Returns: PEM.
  /// - Throws: `CredentialError.authorityEnded` where the certificate could not be valid for a moment.
  package func sign(
    _ request: CertificateRequest, usages: [String], lifetime: Duration, now: Timestamp
  ) throws -> [UInt8] {
    guard now < end else { throw CredentialError.authorityEnded(since: end) }
    let extended = usages.compactMap { Self.extendedUsages[$0] }
    var distinct: [ExtendedKeyUsage.Usage] = []
    for usage in extended where !distinct.contains(usage) { distinct.append(usage) }
    let asked = try request.request.attributes.extensionRequest?.extensions
    let names = try asked?.subjectAlternativeNames
    let keyUsage = Self.keyUsage(Set(usages))
    let skewed = lifetime < Self.shortLifetime ? lifetime : lifetime - Self.clockSkew
    let last = min(now.advanced(by: skewed), end)
    let publicKey = request.request.publicKey
    let leaf = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: publicKey,
      notValidBefore: now.advanced(by: .zero - Self.clockSkew).date, notValidAfter: last.date,
      issuer: certificate.subject, subject: request.request.subject,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        if keyUsage != KeyUsage() { Critical(keyUsage) }
        if !distinct.isEmpty { try ExtendedKeyUsage(distinct) }
        SubjectKeyIdentifier(hash: publicKey)
        if let identifier = try certificate.extensions.subjectKeyIdentifier {
          AuthorityKeyIdentifier(keyIdentifier: identifier.keyIdentifier)
        }
        if let names, !names.isEmpty { names }
      },
      issuerPrivateKey: key)
    return try PEM.text(leaf)
  }

  private static func keyUsage(_ usages: Set<String>) -> KeyUsage {
    KeyUsage(
      digitalSignature: usages.contains("digital signature") || usages.contains("signing"),
      nonRepudiation: usages.contains("content commitment"),
      keyEncipherment: usages.contains("key encipherment"),
      dataEncipherment: usages.contains("data encipherment"),
      keyAgreement: usages.contains("key agreement"), keyCertSign: usages.contains("cert sign"),
      cRLSign: usages.contains("crl sign"), encipherOnly: usages.contains("encipher only"),
      decipherOnly: usages.contains("decipher only"))
  }

  /// Source: certificates/v1 KeyUsage; the object identifiers are those of RFC 5280 and of the
  /// vendors named.
  private static let extendedUsages: [String: ExtendedKeyUsage.Usage] = [
    "any": .any, "server auth": .serverAuth, "client auth": .clientAuth,
    "code signing": .codeSigning, "email protection": .emailProtection,
    "s/mime": .emailProtection, "timestamping": .timeStamping, "ocsp signing": .ocspSigning,
    "ipsec end system": .init(oid: [1, 3, 6, 1, 5, 5, 7, 3, 5]),
    "ipsec tunnel": .init(oid: [1, 3, 6, 1, 5, 5, 7, 3, 6]),
    "ipsec user": .init(oid: [1, 3, 6, 1, 5, 5, 7, 3, 7]),
    "microsoft sgc": .init(oid: [1, 3, 6, 1, 4, 1, 311, 10, 3, 3]),
    "netscape sgc": .init(oid: [2, 16, 840, 1, 113730, 4, 1]),
  ]
}

/// A certificate as the API carries it.
package struct IssuedCertificate: Sendable {
  package let notValidAfter: Timestamp

  /// - Parameter text: base64 of PEM; the first certificate of several counts.
  /// - Throws: where anything in it is no certificate.
  package init(base64PEM text: String) throws(CredentialError) {
    guard let data = Data(base64Encoded: text) else { throw .notACertificate("it is no base64") }
    let certificates = try PEM.certificates(Array(data))
    notValidAfter = Timestamp(certificates[0].notValidAfter)  // never empty
  }
}
