package import Foundations
import SwiftASN1
import X509

/// From when to when a certificate is valid, and when its holder should ask for the next.
package struct CertificateLifetime: Equatable, Sendable {
  package let start: Timestamp
  package let end: Timestamp

  package init(start: Timestamp, end: Timestamp) {
    self.start = start
    self.end = end
  }

  /// - Parameter certificatePEM: of several the first counts.
  package init(of certificatePEM: [UInt8]) throws(CredentialError) {
    self.init(try PEM.certificates(certificatePEM)[0])  // never empty
  }

  /// Of each certificate of a bundle or chain, in its order: at least one.
  package static func all(of certificatesPEM: [UInt8]) throws(CredentialError) -> [Self] {
    try PEM.certificates(certificatesPEM).map { Self($0) }
  }

  package init(ofDER certificate: [UInt8]) throws(CredentialError) {
    do {
      self.init(try Certificate(derEncoded: certificate))
    } catch {
      throw .notACertificate("\(error)")
    }
  }

  private init(_ certificate: Certificate) {
    self.init(
      start: Timestamp(certificate.notValidBefore), end: Timestamp(certificate.notValidAfter))
  }

  /// After seven to nine tenths of its life, so that many nodes do not ask in one moment.
  /// Source: upstream's certificate manager, "jitteryDuration".
  /// - Parameter share: 0...1, chosen at random by the caller.
  package func renewalTime(share: Double) -> Timestamp {
    start.advanced(by: start.distance(to: end) * (0.7 + 0.2 * min(max(share, 0), 1)))
  }
}
