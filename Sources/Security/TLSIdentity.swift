import FoundationEssentials
package import Foundations
import SwiftASN1
import X509

/// A certificate and its private key: what one end of a TLS connection shows and proves.
package struct TLSIdentity: Equatable, Sendable {
  /// PEM: the certificate, then intermediates.
  package let certificateChainPEM: [UInt8]
  /// PEM, PKCS #8, SEC 1 or PKCS #1.
  package let privateKeyPEM: Redacted<[UInt8]>
  /// The last second in which the certificate is valid.
  package let notValidAfter: Timestamp

  /// Checks that both parse and belong together.
  package init(
    certificateChainPEM: [UInt8], privateKeyPEM: Redacted<[UInt8]>
  ) throws(CredentialError) {
    let leaf = try PEM.certificates(certificateChainPEM)[0]  // never empty
    let key = try PEM.privateKey(privateKeyPEM)
    guard key.publicKey == leaf.publicKey else { throw .keyOfAnotherCertificate }
    self.init(
      certificateChainPEM: certificateChainPEM, privateKeyPEM: privateKeyPEM,
      notValidAfter: Timestamp(leaf.notValidAfter))
  }

  /// Whom the certificate names; empty where it names nobody.
  package func commonName() throws(CredentialError) -> String {
    let subject = try PEM.certificates(certificateChainPEM)[0].subject  // never empty
    for relative in subject {
      for attribute in relative where attribute.type == .NameAttributes.commonName {
        if let name = String(attribute.value) { return name }
      }
    }
    return ""
  }

  /// The names of hosts that the certificate is made for, in its order; the common name alone where
  /// it has no list of names. Source: RFC 6125, section 6.4.
  package func dnsNames() throws -> [String] {
    let leaf = try PEM.certificates(certificateChainPEM)[0]  // never empty
    guard let names = try leaf.extensions.subjectAlternativeNames else {
      let name = try commonName()
      return name.isEmpty ? [] : [name]
    }
    return names.compactMap { if case .dnsName(let name) = $0 { name } else { nil } }
  }

  /// For a pair that is known to belong together.
  init(
    certificateChainPEM: [UInt8], privateKeyPEM: Redacted<[UInt8]>, notValidAfter: Timestamp
  ) {
    self.certificateChainPEM = certificateChainPEM
    self.privateKeyPEM = privateKeyPEM
    self.notValidAfter = notValidAfter
  }
}
