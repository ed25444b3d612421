package import Logging

/// Where and how a server listens.
package struct ServerConfiguration: Sendable {
  /// One or more addresses; all share handler and limits.
  package var addresses: [ListenAddress]
  /// `nil` serves without TLS: HTTP/1.1, or what `plainVersion` says.
  package var tls: ServerTLS?
  /// What is spoken without TLS, from the first byte on.
  package var plainVersion = ServerRequest.Version.http1
  package var limits = ServerLimits()
  /// Makes the answer to a request that never reaches the handler.
  package var onProtocolProblem: @Sendable (ProtocolProblem) -> ServerResponse = { $0.response }
  package var logger: Logger

  package init(addresses: [ListenAddress], tls: ServerTLS?, logger: Logger) {
    self.addresses = addresses
    self.tls = tls
    self.logger = logger
  }
}

/// An IP address and a TCP port.
package struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
  /// `0.0.0.0`, `::`, `127.0.0.1`: an address, not a name.
  package var host: String
  /// 0 lets the system choose.
  package var port: Int

  package init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
