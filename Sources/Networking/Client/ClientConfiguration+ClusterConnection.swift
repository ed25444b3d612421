package import Security

extension ClientConfiguration {
  /// What a kubeconfig says.
  /// - Throws: where the server is no `https` URL.
  package init(_ connection: ClusterConnection) throws(InvalidServerURL) {
    guard let server = ServerURL(connection.server) else {
      throw InvalidServerURL(text: connection.server)
    }
    self.init(server: server)
    certificateAuthorityPEM = connection.authorityPEM
    serverName = connection.tlsServerName
    skipsVerification = connection.skipsTLSVerification
    clientCertificatePEM = connection.identity?.certificateChainPEM
    clientKeyPEM = connection.identity?.privateKeyPEM.exposed
    if let token = connection.token {
      let text = String(decoding: token.exposed, as: UTF8.self)
      bearerToken = { text }
    }
  }

  package struct InvalidServerURL: Error, Equatable, Sendable, CustomStringConvertible {
    package let text: String
    package var description: String {
      "the kubeconfig names the server \"\(text)\": it has to be an https URL"
    }
  }
}
