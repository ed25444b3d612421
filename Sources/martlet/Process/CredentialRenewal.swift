import Foundations
import Logging
import Networking
import NodeAgent
import Security
import Synchronization

/// Keeps what a node is known by to the API server valid, and what it knows the server by: on disk,
/// and on its connection.
struct CredentialRenewal {
  let credentials: Renewable<NodeCredentials>
  let transport: HTTPTransport
  let path: String
  let nodeName: String
  let logger: Logger
  /// Hands on the CA that is trusted from now on, PEM.
  let onAuthority: @Sendable ([UInt8]) throws -> Void

  func run() async throws {
    // One writer: both renewals change one file.
    let changes = Changes(credentials: credentials, transport: transport, path: path)
    try await withThrowingDiscardingTaskGroup { group in
      group.addTask { try await renewIdentity(changes) }
      group.addTask { try await renewAuthority(changes) }
    }
  }

  private func renewIdentity(_ changes: Changes) async throws {
    let requester = CertificateRequester(client: RemoteClusterClient(transport))
    let profile = CertificateProfile.client(
      NodeCertificate.userName(ofNode: nodeName), groups: [NodeCertificate.group])
    try await CertificateRenewal("the node's client certificate", logger: logger) {
      try await requester.identity(.client, for: profile)
    } keep: { identity in
      try await changes.make { $0.identity = identity }
    }.run(after: credentials.current.identity)
  }

  private func renewAuthority(_ changes: Changes) async throws {
    let request = AuthorityRequest(credentials.current.server)
    try await AuthorityRenewal(logger: logger) {
      try ShownAuthority(await request.shown())
    } keep: { certificate in
      try await changes.make { $0.authorityPEM = certificate }
      try onAuthority(certificate)
    }.run(after: credentials.current.authorityPEM)
  }

  private actor Changes {
    private let credentials: Renewable<NodeCredentials>
    private let transport: HTTPTransport
    private let path: String

    init(credentials: Renewable<NodeCredentials>, transport: HTTPTransport, path: String) {
      self.credentials = credentials
      self.transport = transport
      self.path = path
    }

    func make(_ change: @Sendable (inout NodeCredentials) -> Void) throws {
      var next = credentials.current
      change(&next)
      try next.write(to: path)
      credentials.renew(next)
      transport.reload(next.configuration)
    }
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
      self.state.withLock { $0 = (tls, next) }
    }.run(after: identity)
  }

  /// Whom callers are signed by has changed.
  func authorityChanged(_ certificate: ServingCertificate) throws {
    guard let (tls, identity) = state.withLock({ $0 }) else { return }
    try tls.reload(certificate.material(identity))
  }
}
