import FoundationEssentials
import SwiftASN1
import X509

/// A new key of ours and the request to certify it, for a CertificateSigningRequest.
package struct PreparedCertificateRequest: Sendable {
  package let privateKeyPEM: Redacted<[UInt8]>
  /// As `spec.request` holds it: base64 of PEM.
  package let base64PEM: String

  package init(_ profile: CertificateProfile) throws {
    let key = CertificateAuthority.newKey()
    let names = profile.alternativeNames
    let extensions = try Certificate.Extensions {
      if !names.isEmpty { SubjectAlternativeNames(names) }
    }
    let request = try CertificateSigningRequest(
      version: .v1, subject: try profile.subject(), privateKey: key,
      attributes: CertificateSigningRequest.Attributes(
        try names.isEmpty ? [] : [.init(ExtensionRequest(extensions: extensions))]))
    privateKeyPEM = try PEM.text(key)
    base64PEM = Data("\(try request.serializeAsPEM().pemString)\n".utf8).base64EncodedString()
  }

  /// What the request became.
  /// - Parameter base64PEM: as `status.certificate` holds it.
  /// - Throws: where the certificate is for another key.
  package func identity(base64PEM: String) throws(CredentialError) -> TLSIdentity {
    guard let certificate = Data(base64Encoded: base64PEM) else {
      throw .notACertificate("it is no base64")
    }
    return try TLSIdentity(
      certificateChainPEM: Array(certificate), privateKeyPEM: privateKeyPEM)
  }
}
