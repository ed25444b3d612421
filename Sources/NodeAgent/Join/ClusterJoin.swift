package import Networking
import Resources
package import Security

/// Makes a machine known to a cluster: finds out that the server is the right one, shows it the
/// token, and gets a certificate for the node's name.
package struct ClusterJoin: Sendable {
  private let server: ServerURL
  private let token: JoinToken
  private let nodeName: String

  package init(server: ServerURL, token: JoinToken, nodeName: String) {
    self.server = server
    self.token = token
    self.nodeName = nodeName
  }

  /// Changes nothing on this machine.
  /// - Throws: `JoinError`.
  package func run() async throws -> NodeCredentials {
    let authority = try await authority()
    var configuration = ClientConfiguration(server: server)
    configuration.certificateAuthorityPEM = authority
    let text = token.bootstrap.text
    configuration.bearerToken = { text.exposed }
    let transport = HTTPTransport(configuration)
    defer { transport.close() }
    let profile = CertificateProfile.client(
      NodeCertificate.userName(ofNode: nodeName), groups: [NodeCertificate.group])
    do {
      let identity = try await CertificateRequester(client: RemoteClusterClient(transport))
        .identity(.client, for: profile)
      return NodeCredentials(server: server, authorityPEM: authority, identity: identity)
    } catch let error as APIError where error.code == 401 {
      throw JoinError.tokenRefused(id: token.bootstrap.id, server)
    } catch let error as APIError where error.code == 403 {
      throw JoinError.denied(error.message)
    } catch let error as ClientError {
      throw JoinError.unreachable(server, reason: "\(error)")
    }
  }

  /// The CA that the token names.
  private func authority() async throws -> [UInt8] {
    let shown = try await AuthorityRequest(server).shown()
    do {
      guard let authority = try token.pin.certificate(shownIn: shown) else {
        throw JoinError.otherAuthority(server)
      }
      return authority
    } catch is CredentialError {
      throw JoinError.otherAuthority(server)
    }
  }
}
