import Networking

/// What an ingress's operator may choose, already parsed.
package struct IngressConfiguration: Sendable {
  package var address: String
  /// `nil` serves none of that kind.
  package var httpPort: Int?
  package var httpsPort: Int?
  /// Where Prometheus asks, on the loopback interface; `nil` nowhere.
  package var metricsPort: Int?
  package var logsRequests = false
  package var limits = IngressLimits()

  package init(address: String, httpPort: Int?, httpsPort: Int?, metricsPort: Int?) {
    self.address = address
    self.httpPort = httpPort
    self.httpsPort = httpsPort
    self.metricsPort = metricsPort
  }
}

/// What one request, one client, and one endpoint may cost.
package struct IngressLimits: Sendable {
  /// Of a request; nothing stands in memory as a whole.
  package var bodyByteCountMax = 100 << 20
  /// Connections of clients beyond it are closed as they come.
  package var connectionsMax = 16_384
  /// How long an endpoint may take to begin its answer, and between two pieces of it.
  package var backendTimeout: Duration = .seconds(60)
  /// A pod answers within a round trip where it lives: beyond it another endpoint is asked.
  package var connectTimeout: Duration = .seconds(3)
  /// How long an unused connection to an endpoint is kept: shorter than the 5 s of Node.js, the
  /// shortest time after which a usual server closes it, so that requests rarely meet a closing one.
  package var backendIdleTimeout: Duration = .seconds(4)
  /// How long an endpoint that took no connection is asked only where there is no other.
  package var failureRest: Duration = .seconds(2)
  /// Connections to one endpoint from each event loop; requests beyond are answered with 503.
  package var connectionsPerEndpointMax = 1_024
  /// Endpoints that are tried for one request.
  package var attemptsMax = 3

  package init() {}

  /// What clients may cost the server in front.
  var server: ServerLimits {
    var limits = ServerLimits()
    limits.bodyByteCountMax = bodyByteCountMax
    limits.connectionsMax = connectionsMax
    limits.unfinishedBodiesByteCountMax = 64 << 20
    limits.inboundWindowByteCount = 1 << 20
    limits.streamsPerConnectionMax = 128
    limits.resetsMax = 200
    limits.idleTimeout = .seconds(75)
    limits.sendStallTimeout = .seconds(60)
    // Clients are strangers: one that reads nothing holds a pod's connection.
    limits.limitsStreamStalls = true
    return limits
  }
}
