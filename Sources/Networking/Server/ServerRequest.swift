package import NIOCore

/// One whole request: its body has arrived and lies within the server's limit.
package struct ServerRequest: Sendable {
  package enum Version: Sendable { case http1, http2 }

  package var method: RequestMethod
  package var target: RequestTarget
  /// Without HTTP/2's pseudo header fields; `:authority` stands under `host`.
  package var headers: HeaderFields
  package var body: [UInt8]
  package var connection: ConnectionFacts

  package init(
    method: RequestMethod, target: RequestTarget, headers: HeaderFields, body: [UInt8] = [],
    connection: ConnectionFacts
  ) {
    self.method = method
    self.target = target
    self.headers = headers
    self.body = body
    self.connection = connection
  }

  /// Decoded, starts with `/`.
  package var path: String { target.path }
  package var query: QueryItems { target.query }
}

/// What every request of one connection has in common. Made once per connection and shared.
package final class ConnectionFacts: Sendable {
  package let version: ServerRequest.Version
  package let isTLS: Bool
  package let clientCertificate: ClientCertificate
  /// `192.0.2.7:41234`, `[2001:db8::1]:41234`, or the path of a Unix socket; empty when unknown.
  package let remoteAddress: String
  /// Where its requests are handled; `nil` for calls within the process.
  package let eventLoop: (any EventLoop)?

  package init(
    version: ServerRequest.Version, isTLS: Bool, clientCertificate: ClientCertificate,
    remoteAddress: String, eventLoop: (any EventLoop)? = nil
  ) {
    self.version = version
    self.isTLS = isTLS
    self.clientCertificate = clientCertificate
    self.remoteAddress = remoteAddress
    self.eventLoop = eventLoop
  }

  /// The verified client certificate's holder.
  package var peer: PeerIdentity? {
    if case .verified(let identity) = clientCertificate { identity } else { nil }
  }
}
