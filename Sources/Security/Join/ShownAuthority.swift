package import Foundations
import X509

/// A CA certificate that a server showed which has not proved yet who it is. Of several the first
/// counts, and the others are dropped: nothing may be trusted that was not compared.
package struct ShownAuthority: Sendable {
  private let certificate: Certificate
  package let certificatePEM: [UInt8]

  package init(_ shownPEM: [UInt8]) throws(CredentialError) {
    certificate = try PEM.certificates(shownPEM)[0]  // never empty
    do { certificatePEM = try PEM.text(certificate) } catch {
      throw .notACertificate("\(error)")
    }
  }

  package var pin: AuthorityPin { AuthorityPin(of: certificate) }
  package var end: Timestamp { Timestamp(certificate.notValidAfter) }

  /// Whether it is `other` with a later end: the same name and key, signed with that key, so that
  /// only the authority itself can have made it.
  package func succeeds(_ other: ShownAuthority) -> Bool {
    certificate.publicKey == other.certificate.publicKey
      && certificate.subject == other.certificate.subject && end > other.end
      && certificate.issuer == certificate.subject
      && certificate.publicKey.isValidSignature(certificate.signature, for: certificate)
  }
}
