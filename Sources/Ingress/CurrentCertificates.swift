import IngressRouting
import Networking
import Resources
import Synchronization

/// The certificates in force, by host. A handshake looks here once; connections that stand are not
/// touched by a change.
final class CurrentCertificates: ServerNameCertificates {
  private let table = Mutex(CertificateTable())
  private let certificate: @Sendable (ObjectKey) -> ServerCertificate?

  /// - Parameter certificate: what is in a Secret at the moment.
  init(certificate: @escaping @Sendable (ObjectKey) -> ServerCertificate?) {
    self.certificate = certificate
  }

  func use(_ fresh: CertificateTable) { table.withLock { $0 = fresh } }

  func certificate(for serverName: String?) -> ServerCertificate? {
    guard let secret = table.withLock({ $0.secret(for: serverName) }) else { return nil }
    return certificate(secret)
  }
}
