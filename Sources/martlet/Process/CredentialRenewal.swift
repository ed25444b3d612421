import Foundations
import Logging
import Networking
import NodeAgent
import Security
import Synchronization

/// Keeps what a node is known by to the API server valid, on disk and on its connection.
struct CredentialRenewal {
  let credentials: NodeCredentials
  let transport: HTTPTransport
  let path: String
  let nodeName: String
  let logger: Logger

  func run() async throws {
    let requester = CertificateRequester(client: RemoteClusterClient(transport))
    let profile = CertificateProfile.client(
      NodeCertificate.userName(ofNode: nodeName), groups: [NodeCertificate.group])
    try await CertificateRenewal("the node's client certificate", logger: logger) {
      try await requester.identity(.client, for: profile)
    } keep: { [credentials, transport, path] identity in
      var next = credentials
      next.identity = identity
      try next.write(to: path)
      transport.reload(next.configuration)
    }.run(after: credentials.identity)
  }
}

/// The certificate that the node agent's server shows now, and its renewal.
final class ServedTLS: Sendable {
  private let state = Mutex<(tls: ServerTLS, identity: TLSIdentity)?>(nil)

  var isServing: Bool { state.withLock { $0 != nil } }

  func use(_ material: ServerTLS.Material, _ identity: TLSIdentity) throws -> ServerTLS {
    let tls = try ServerTLS(material)
    state.withLock { $0 = (tls, identity) }
    return tls
  }

  /// Runs until the task is cancelled, once something is served.
  func keepRenewed(
    _ certificate: ServingCertificate, from requester: CertificateRequester, logger: Logger
  ) async throws {
    guard let (tls, identity) = state.withLock({ $0 }) else { return }
    try await CertificateRenewal("the node's serving certificate", logger: logger) {
      try await certificate.request(from: requester)
    } keep: { next in
      try certificate.keep(next)
      try tls.reload(certificate.material(next))
    }.run(after: identity)
  }
}
