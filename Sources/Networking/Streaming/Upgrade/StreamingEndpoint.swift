package import NIOSSL

/// Where a streaming connection goes.
package struct StreamingEndpoint: Sendable, CustomStringConvertible {
  /// A name or an address.
  package var host: String
  package var port: Int
  /// `nil` speaks plain TCP: containerd's streaming server on the loopback interface.
  package var tls: StreamingTLS?

  package init(host: String, port: Int, tls: StreamingTLS? = nil) {
    self.host = host
    self.port = port
    self.tls = tls
  }

  package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// How a node's server is trusted, and who this side is. Made once, used for every connection.
package struct StreamingTLS: Sendable {
  let context: NIOSSLContext
  /// The name that the server's certificate must hold; `nil` asks for its address.
  let serverName: String?

  /// - Parameters:
  ///   - configuration: a client's.
  ///   - serverName: the name that the server's certificate must hold; `nil` asks for its address.
  /// - Throws: where the key does not fit.
  package init(_ configuration: TLSConfiguration, serverName: String?) throws {
    var configuration = configuration
    // An upgrade is HTTP/1.1: HTTP/2 has none.
    configuration.applicationProtocols = ["http/1.1"]
    self.context = try NIOSSLContext(configuration: configuration)
    self.serverName = serverName
  }

  /// - Parameters:
  ///   - authorityPEM: certificates that sign the server's.
  ///   - certificateChainPEM: this side's own, with its key; `nil` shows none.
  /// - Throws: where PEM does not parse or the key does not fit.
  package init(
    authorityPEM: [UInt8], certificateChainPEM: [UInt8]? = nil, privateKeyPEM: [UInt8]? = nil,
    serverName: String? = nil
  ) throws {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(authorityPEM))
    if let certificateChainPEM, let privateKeyPEM {
      configuration.certificateChain = try NIOSSLCertificate.fromPEMBytes(certificateChainPEM)
        .map { .certificate($0) }
      configuration.privateKey = .privateKey(
        try NIOSSLPrivateKey(bytes: privateKeyPEM, format: .pem))
    }
    try self.init(configuration, serverName: serverName)
  }
}

/// A URL that the container runtime handed out for one exec, attach or port-forward.
package struct StreamingURL: Sendable {
  package let endpoint: StreamingEndpoint
  /// Path and query.
  package let target: String

  package enum ParsingError: Error, Equatable, Sendable { case notAnHTTPURL(String) }

  /// - Parameter text: `http://127.0.0.1:41234/exec/TOKEN`: plain HTTP, as the runtime serves it on
  ///   the loopback interface. Its token is a secret for as long as it is not used.
  package init(_ text: String) throws(ParsingError) {
    // The token stays out of the message.
    func fail() -> ParsingError { .notAnHTTPURL(String(text.prefix(32))) }
    guard text.hasPrefix("http://") else { throw fail() }
    let rest = text.dropFirst("http://".count)
    let slash = rest.firstIndex(of: "/") ?? rest.endIndex
    let authority = rest[..<slash]
    guard let colon = authority.lastIndex(of: ":"),
      let port = Int(authority[authority.index(after: colon)...]), (1...65_535).contains(port)
    else { throw fail() }
    var host = authority[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    guard !host.isEmpty else { throw fail() }
    self.endpoint = StreamingEndpoint(host: String(host), port: port)
    self.target = slash == rest.endIndex ? "/" : String(rest[slash...])
  }
}
