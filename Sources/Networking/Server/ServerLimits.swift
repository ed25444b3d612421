/// What one client may cost the server.
package struct ServerLimits: Sendable {
  /// Kubernetes' own limit of a request body. Source: apiserver's `MaxRequestBodyBytes`.
  package var bodyByteCountMax = 3 << 20
  /// All request bodies together that have not come whole, of every client.
  package var unfinishedBodiesByteCountMax = 256 << 20
  /// All header fields of one request, names and values.
  package var headByteCountMax = 64 << 10
  /// Connections beyond it are closed as they come.
  package var connectionsMax = 16_384
  /// HTTP/2 streams at a time per connection: 250 is also kube-apiserver's figure.
  package var streamsPerConnectionMax = 250
  /// HTTP/2: how far a client may be ahead with bodies on one connection. Unfinished bodies of one
  /// connection take up to three times as much.
  package var inboundWindowByteCount = 4 << 20
  /// HTTP/2: how far a client may be ahead with one body.
  package var streamWindowByteCount = 256 << 10
  /// HTTP/2: streams that the client may reset within `resetWindow` before it loses the connection.
  package var resetsMax = 1_000
  package var resetWindow: Duration = .seconds(30)
  /// From accepting a connection to the end of its TLS handshake.
  package var handshakeTimeout: Duration = .seconds(10)
  /// From the first byte of a request's head to its last.
  package var headTimeout: Duration = .seconds(15)
  /// Between two pieces of a request's body.
  package var bodyIdleTimeout: Duration = .seconds(30)
  /// A connection without a request. Longer than the 90 s after which Go's clients give an idle
  /// connection up, so that they rarely meet a closing one.
  package var idleTimeout: Duration = .seconds(180)
  /// How long a client may take nothing of a whole answer. Streams have no such limit: a paused
  /// `kubectl logs -f` is in order, and what waits for it is bounded.
  package var sendStallTimeout: Duration = .seconds(120)
  /// Whether that holds for streams too: where clients are strangers.
  package var limitsStreamStalls = false
  /// HTTP/2: an unanswered PING after so much silence means the client is gone. Without it a
  /// watch to a vanished machine would last until TCP gives up.
  package var pingInterval: Duration = .seconds(30)
  package var pingTimeout: Duration = .seconds(15)

  package init() {}
}
