import NIOSSL
package import Networking
import Resources

/// How the API server reaches node agents: their HTTPS port, with a client certificate they trust.
package struct NodeConnections: Sendable {
  let tls: StreamingTLS
  private let authorityPEM: [UInt8]
  private let certificateChainPEM: [UInt8]
  private let privateKeyPEM: [UInt8]

  /// - Throws: where PEM does not parse.
  package init(authorityPEM: [UInt8], certificateChainPEM: [UInt8], privateKeyPEM: [UInt8]) throws {
    self.authorityPEM = authorityPEM
    self.certificateChainPEM = certificateChainPEM
    self.privateKeyPEM = privateKeyPEM
    tls = try StreamingTLS(
      authorityPEM: authorityPEM, certificateChainPEM: certificateChainPEM,
      privateKeyPEM: privateKeyPEM)
  }

  /// Makes a client of an agent known there, and able to know it.
  package func identify(_ configuration: inout ClientConfiguration) {
    configuration.certificateAuthorityPEM = authorityPEM
    configuration.clientCertificatePEM = certificateChainPEM
    configuration.clientKeyPEM = privateKeyPEM
  }

  /// For a client that makes its own TLS context.
  func tlsConfiguration() throws -> TLSConfiguration {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(authorityPEM))
    configuration.certificateChain = try NIOSSLCertificate.fromPEMBytes(certificateChainPEM)
      .map { .certificate($0) }
    configuration.privateKey = .privateKey(
      try NIOSSLPrivateKey(bytes: privateKeyPEM, format: .pem))
    return configuration
  }

  /// Where a node's agent listens.
  static func address(of node: Document) -> (host: String, port: Int)? {
    let addresses = node[path: "status", "addresses"]?.elements.map { $0 } ?? []
    let preferred = ["InternalIP", "ExternalIP", "Hostname"].lazy.compactMap { type in
      addresses.first { $0["type"]?.string == type }?["address"]?.string
    }.first
    guard let preferred else { return nil }
    return (
      preferred,
      node[path: "status", "daemonEndpoints", "kubeletEndpoint", "Port"]?.integer ?? 10250
    )
  }
}
