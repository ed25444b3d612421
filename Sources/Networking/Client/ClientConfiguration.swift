import NIOSSL

/// Where an API server is, how to know it, and who we are to it.
package struct ClientConfiguration: Sendable {
  package var server: ServerURL
  /// CA certificates that sign the server's; `nil` trusts those of the system.
  package var certificateAuthorityPEM: [UInt8]?
  /// The name that the server's certificate is checked against, where it is not the URL's host.
  package var serverName: String?
  /// Takes any certificate. For clusters that one tries out only.
  package var skipsVerification = false
  package var clientCertificatePEM: [UInt8]?
  package var clientKeyPEM: [UInt8]?
  /// Asked for each request, so a token may change; `nil` sends none. Must not block.
  package var bearerToken: (@Sendable () -> String?)?
  package var userAgent = "martlet"

  package init(server: ServerURL) { self.server = server }

  func makeTLSContext() throws -> NIOSSLContext {
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.minimumTLSVersion = .tlsv12
    tls.applicationProtocols = ["h2"]
    if let certificateAuthorityPEM {
      tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(certificateAuthorityPEM))
    }
    if skipsVerification { tls.certificateVerification = .none }
    if let clientCertificatePEM, let clientKeyPEM {
      tls.certificateChain = try NIOSSLCertificate.fromPEMBytes(clientCertificatePEM)
        .map { .certificate($0) }
      tls.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: clientKeyPEM, format: .pem))
    }
    return try NIOSSLContext(configuration: tls)
  }
}

/// `https://host:port/prefix`.
package struct ServerURL: Hashable, Sendable, CustomStringConvertible {
  /// A name or an address, the latter without brackets.
  package let host: String
  package let port: Int
  /// Stands before every path: empty, or `/` and more, without a `/` at its end.
  package let pathPrefix: String

  package init(host: String, port: Int, pathPrefix: String = "") {
    self.host = host
    self.port = port
    self.pathPrefix = pathPrefix
  }

  /// - Returns: `nil` where `text` is no `https` URL; port 443 where it names none.
  package init?(_ text: String) {
    guard let schemeEnd = text.firstRange(of: "://"),
      text[..<schemeEnd.lowerBound].equalsIgnoringASCIICase("https")
    else { return nil }
    let rest = text[schemeEnd.upperBound...]
    let authority = rest.prefix { $0 != "/" }
    var prefix = rest[authority.endIndex...]
    while prefix.last == "/" { prefix.removeLast() }
    let host: Substring
    let portText: Substring?
    if authority.first == "[" {
      guard let end = authority.firstIndex(of: "]") else { return nil }
      host = authority[authority.index(after: authority.startIndex)..<end]
      let behind = authority[authority.index(after: end)...]
      guard behind.isEmpty || behind.first == ":" else { return nil }
      portText = behind.isEmpty ? nil : behind.dropFirst()
    } else {
      let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count <= 2 else { return nil }
      host = parts[0]
      portText = parts.count == 2 ? parts[1] : nil
    }
    var port = 443
    if let portText {
      guard let number = Int(portText), (1...65_535).contains(number) else { return nil }
      port = number
    }
    guard !host.isEmpty else { return nil }
    self.init(host: String(host), port: port, pathPrefix: String(prefix))
  }

  /// Host and port, as `:authority` wants them.
  package var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  package var description: String { "https://\(authority)\(pathPrefix)" }
}
