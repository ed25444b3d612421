import NIOCore
import NIOSSL
import SwiftASN1
import Synchronization
import X509

/// The server's certificate and the CA of its clients. Certificates may be exchanged while it runs:
/// new connections get the new ones, living connections keep theirs.
package final class ServerTLS: Sendable {
  package struct Material: Sendable {
    /// The server's certificate, then its intermediates.
    package var certificateChainPEM: [UInt8]
    package var privateKeyPEM: [UInt8]
    /// One or more CA certificates that sign client certificates; `nil` asks clients for none.
    package var clientAuthorityPEM: [UInt8]?

    package init(
      certificateChainPEM: [UInt8], privateKeyPEM: [UInt8], clientAuthorityPEM: [UInt8]? = nil
    ) {
      self.certificateChainPEM = certificateChainPEM
      self.privateKeyPEM = privateKeyPEM
      self.clientAuthorityPEM = clientAuthorityPEM
    }
  }

  /// What a new connection starts with.
  struct Current: Sendable {
    let context: NIOSSLContext
    let verifier: ClientCertificateVerifier?
  }

  private let state: Mutex<Current>
  private let certificates: (any ServerNameCertificates)?

  /// - Parameter certificates: the certificates of the hosts that have one of their own.
  /// - Throws: where PEM does not parse or the key does not fit the certificate.
  package init(_ material: Material, certificates: (any ServerNameCertificates)? = nil) throws {
    self.state = Mutex(try Current(material, certificates))
    self.certificates = certificates
  }

  /// Puts new certificates in place, or throws and leaves the old ones.
  package func reload(_ material: Material) throws {
    let fresh = try Current(material, certificates)
    state.withLock { $0 = fresh }
  }

  var current: Current { state.withLock { $0 } }
}

extension ServerTLS.Current {
  init(_ material: ServerTLS.Material, _ certificates: (any ServerNameCertificates)?) throws {
    let chain = try NIOSSLCertificate.fromPEMBytes(material.certificateChainPEM)
    let key = try NIOSSLPrivateKey(bytes: material.privateKeyPEM, format: .pem)
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["h2", "http/1.1"]
    if let certificates {
      configuration.sslContextCallback = { hello, promise in
        promise.succeed(certificates.certificate(for: hello.serverHostname)?.override ?? .noChanges)
      }
    }
    if let authorityPEM = material.clientAuthorityPEM {
      let authorities = try NIOSSLCertificate.fromPEMBytes(authorityPEM)
      configuration.certificateVerification = .optionalVerification
      configuration.trustRoots = .certificates(authorities)
      configuration.sendCANameList = true
      self.verifier = ClientCertificateVerifier(
        authorities: try authorities.map { try Certificate(derEncoded: $0.toDERBytes()) })
    } else {
      self.verifier = nil
    }
    self.context = try NIOSSLContext(configuration: configuration)
  }
}
