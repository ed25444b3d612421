package import Foundations
package import Networking
package import Security

/// By what a node agent is known to its cluster, kept as a kubeconfig.
package struct NodeCredentials: Equatable, Sendable {
  package var server: ServerURL
  package var authorityPEM: [UInt8]
  package var identity: TLSIdentity

  package init(server: ServerURL, authorityPEM: [UInt8], identity: TLSIdentity) {
    self.server = server
    self.authorityPEM = authorityPEM
    self.identity = identity
  }

  /// - Returns: `nil` where there is no such file: this machine has not joined yet.
  /// - Throws: `KubeconfigError`.
  package init?(kubeconfig path: String) throws {
    do throws(KubeconfigError) {
      let connection = try ClusterConnection(kubeconfig: path)
      guard let server = ServerURL(connection.server), let authority = connection.authorityPEM,
        let identity = connection.identity
      else { return nil }
      self.init(server: server, authorityPEM: authority, identity: identity)
    } catch {
      if case .absent = error { return nil }
      throw error
    }
  }

  /// Replaces the file in one step, readable by its owner only.
  package func write(to path: String) throws(FileError) {
    let kubeconfig = Kubeconfig(
      cluster: "martlet", server: server.description, authorityPEM: authorityPEM, user: "node",
      identity: identity)
    try kubeconfig.write(to: path)
  }

  package var configuration: ClientConfiguration {
    var configuration = ClientConfiguration(server: server)
    configuration.certificateAuthorityPEM = authorityPEM
    configuration.clientCertificatePEM = identity.certificateChainPEM
    configuration.clientKeyPEM = identity.privateKeyPEM.exposed
    return configuration
  }

  package func hasEnded(now: Timestamp) -> Bool { identity.notValidAfter < now }
}
