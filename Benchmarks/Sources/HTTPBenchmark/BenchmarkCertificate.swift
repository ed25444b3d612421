import Crypto
import FoundationEssentials
import Networking
import SwiftASN1
import X509

/// A certificate for 127.0.0.1 that nobody needs to trust.
enum BenchmarkCertificate {
  static func make() throws -> ServerTLS.Material {
    let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
    let name = try DistinguishedName { CommonName("localhost") }
    let certificate = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: key.publicKey,
      notValidBefore: Date() - 3_600, notValidAfter: Date() + 86_400, issuer: name, subject: name,
      signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        BasicConstraints.isCertificateAuthority(maxPathLength: nil)
        SubjectAlternativeNames([.dnsName("localhost")])
      }, issuerPrivateKey: key)
    return ServerTLS.Material(
      certificateChainPEM: Array(try certificate.serializeAsPEM().pemString.utf8),
      privateKeyPEM: Array(try key.serializeAsPEM().pemString.utf8))
  }
}
