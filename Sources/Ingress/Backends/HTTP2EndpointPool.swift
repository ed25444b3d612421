import DequeModule
import IngressRouting
import NIOCore
import Networking

/// The HTTP/2 connections of one event loop to one endpoint. Usually one: further ones come where more
/// requests are under way than the endpoint takes on it.
final class HTTP2EndpointPool {
  typealias Taker = (Result<any BackendStream, BackendError>) -> Void

  private static let connectionsMax = 16
  /// How long a connection without a request is kept.
  private static let idleTimeout = Duration.seconds(60)

  private let endpoint: BackendEndpoint
  private let limits: IngressLimits
  private let eventLoop: any EventLoop
  private var connections: [ClientConnection] = []
  /// Requests that wait for a connection. Bounded by `connectionsPerEndpointMax` with those under way.
  private var takers = Deque<Taker>()
  private var isConnecting = false
  private var isRetired = false
  private var idleTimer: ConnectionTimer?
  /// Requests under way, and those that wait.
  private(set) var load = 0
  /// Until then others are asked first.
  private(set) var restEnd: NIODeadline = .uptimeNanoseconds(0)

  init(_ endpoint: BackendEndpoint, limits: IngressLimits, eventLoop: any EventLoop) {
    self.endpoint = endpoint
    self.limits = limits
    self.eventLoop = eventLoop
  }

  var connectionCount: Int { connections.count }
  var isFull: Bool { load >= limits.connectionsPerEndpointMax }
  var isEmpty: Bool { load == 0 && connections.isEmpty && !isConnecting }

  /// Hands out a place on a connection: at once where one has room, else when a new one stands.
  func connect(_ taker: @escaping Taker) {
    guard !isFull else { return taker(.failure(.full)) }
    load += 1
    idleTimer?.set(nil)
    if let stream = takePlace(isReused: true) { return taker(.success(stream)) }
    takers.append(taker)
    dial()
  }

  private func takePlace(isReused: Bool) -> HTTP2BackendStream? {
    for connection in connections where connection.isUsable && connection.takePlace() {
      return HTTP2BackendStream(
        on: connection, isReused: isReused, of: self, timeout: limits.backendTimeout,
        eventLoop: eventLoop)
    }
    return nil
  }

  private func dial() {
    guard !isConnecting, !takers.isEmpty else { return }
    connections.removeAll { !$0.isUsable }
    guard connections.count < Self.connectionsMax else { return refuse(.full) }
    isConnecting = true
    var limits = ClientLimits()
    limits.connectTimeout = self.limits.connectTimeout
    limits.streamWindowByteCount = 256 << 10
    // Servers of gRPC end connections that are asked more often than every five minutes whether they live.
    // A pod that is gone leaves the routes long before, and what is under way has its own time.
    limits.pingInterval = .seconds(600)
    ClientConnection.connectPlain(
      host: "\(endpoint.address)", port: endpoint.port, limits: limits, on: eventLoop
    ).assumeIsolated().whenComplete { [self] in didDial($0) }
  }

  private func didDial(_ result: Result<ClientConnection, any Error>) {
    isConnecting = false
    guard case .success(let connection) = result else {
      restEnd = eventLoop.now + TimeAmount(limits.failureRest)
      return refuse(.unreachable)
    }
    restEnd = .uptimeNanoseconds(0)
    connections.append(connection)
    while !takers.isEmpty, let stream = takePlace(isReused: false) {
      takers.removeFirst()(.success(stream))
    }
    dial()
    if isRetired { retire() }
  }

  private func refuse(_ error: BackendError) {
    let refused = takers
    takers = []
    load -= refused.count
    for taker in refused { taker(.failure(error)) }
  }

  func didEndStream() {
    load -= 1
    guard load == 0, !isRetired else { return }
    if idleTimer == nil {
      idleTimer = ConnectionTimer(eventLoop: eventLoop) { [weak self] in
        self?.close()
      }
    }
    idleTimer?.set(Self.idleTimeout)
  }

  private func close() {
    for connection in connections { connection.retire() }
    connections = []
  }

  /// The endpoint takes no new requests any more: what is under way is answered, then its connections
  /// end.
  func retire() {
    isRetired = true
    idleTimer?.cancel()
    idleTimer = nil
    close()
  }

  /// The endpoint is back before it was forgotten.
  func revive() { isRetired = false }
}
