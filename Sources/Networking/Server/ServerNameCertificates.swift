import NIOSSL

/// Chooses the certificate that a client is shown by the host that it asks for (SNI), at the time of
/// its handshake: connections that stand keep what they were shown.
package protocol ServerNameCertificates: Sendable {
  /// Called on a connection's event loop: it must not block.
  /// - Parameter serverName: as the client sent it; `nil` where it sent none.
  /// - Returns: `nil` for the server's own certificate.
  func certificate(for serverName: String?) -> ServerCertificate?
}

/// A certificate with its key, parsed once for all handshakes.
package final class ServerCertificate: Sendable {
  let override: NIOSSLContextConfigurationOverride

  /// - Parameter certificateChainPEM: the certificate, then its intermediates.
  /// - Throws: where PEM does not parse.
  package init(certificateChainPEM: [UInt8], privateKeyPEM: [UInt8]) throws {
    var override = NIOSSLContextConfigurationOverride()
    override.certificateChain = try NIOSSLCertificate.fromPEMBytes(certificateChainPEM)
      .map { .certificate($0) }
    override.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: privateKeyPEM, format: .pem))
    self.override = override
  }
}
