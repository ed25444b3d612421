import NIOSSL
import Security

/// A place that this server calls, and how it is known there. What is equal shares connections.
struct OutgoingPlace: Hashable, Sendable {
  /// The name in the certificate of a Service: `NAME.NAMESPACE.svc`. `nil` for URLs, whose hosts the
  /// client tells apart itself.
  var serverName: String?
  /// The Service's own port; 0 for URLs.
  var port = 0
  /// CA certificates in PEM; empty trusts those of the system.
  var authorityPEM: [UInt8] = []
  /// Takes any certificate.
  var skipsVerification = false
  /// Who this server is there; `nil` shows no certificate.
  var identity: Identity?

  /// Has connections of its own, which no crowd of requests can take up.
  var isForChecks = false

  /// Both PEM.
  struct Identity: Hashable, Sendable {
    let certificateChainPEM: [UInt8]
    let privateKeyPEM: [UInt8]
  }

  /// - Throws: where PEM does not parse.
  func tlsConfiguration() throws -> TLSConfiguration {
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.minimumTLSVersion = .tlsv12
    if skipsVerification {
      tls.certificateVerification = .none
    } else if !authorityPEM.isEmpty {
      tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(authorityPEM))
    }
    if let identity {
      tls.certificateChain = try NIOSSLCertificate.fromPEMBytes(identity.certificateChainPEM)
        .map { .certificate($0) }
      tls.privateKey = .privateKey(
        try NIOSSLPrivateKey(bytes: identity.privateKeyPEM, format: .pem))
    }
    return tls
  }
}

extension OutgoingPlace.Identity {
  init(_ identity: TLSIdentity) {
    self.init(
      certificateChainPEM: identity.certificateChainPEM,
      privateKeyPEM: identity.privateKeyPEM.exposed)
  }
}
