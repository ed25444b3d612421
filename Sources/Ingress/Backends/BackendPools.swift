import IngressRouting
import NIOCore
import NIOHTTP1
import NIOPosix

/// The connections of one event loop to all endpoints. Clients and endpoints of one request meet on
/// one loop: nothing of it crosses threads.
final class BackendPools {
  let eventLoop: any EventLoop
  let limits: IngressLimits
  private var pools: [BackendEndpoint: EndpointPool] = [:]
  /// Of endpoints that speak HTTP/2.
  private var http2Pools: [BackendEndpoint: HTTP2EndpointPool] = [:]
  private var turn = 0
  let counts: RequestCounts

  init(on eventLoop: any EventLoop, limits: IngressLimits) {
    self.eventLoop = eventLoop
    self.limits = limits
    counts = RequestCounts()
  }

  var connectionCount: Int {
    pools.values.reduce(0) { $0 + $1.connectionCount }
      + http2Pools.values.reduce(0) { $0 + $1.connectionCount }
  }

  /// The endpoint for the next request.
  /// - Parameter tried: those that failed it already.
  func choose(from backend: RoutedBackend, without tried: [BackendEndpoint]) -> BackendEndpoint? {
    let endpoints = backend.endpoints
    let now = eventLoop.now
    let index: Int?
    if let client = backend.stickyClient {
      index = ClientAffinity.choice(of: endpoints, for: client) {
        standing(of: endpoints[$0], without: tried, now)
      }
    } else {
      turn &+= 1
      index = EndpointChoice.next(of: endpoints.count, turn: turn & .max) {
        standing(of: endpoints[$0], without: tried, now)
      }
    }
    return index.map { endpoints[$0] }
  }

  private func standing(
    of endpoint: BackendEndpoint, without tried: [BackendEndpoint], _ now: NIODeadline
  ) -> EndpointChoice.Standing {
    var standing = EndpointChoice.Standing(load: 0)
    if let pool = pools[endpoint] {
      standing.load = pool.load
      standing.isResting = pool.restEnd > now
      standing.isExcluded = pool.isFull
    } else if endpoint.speaksHTTP2, let pool = http2Pools[endpoint] {
      standing.load = pool.load
      standing.isResting = pool.restEnd > now
      standing.isExcluded = pool.isFull
    }
    if !tried.isEmpty, tried.contains(endpoint) { standing.isExcluded = true }
    return standing
  }

  /// Hands out a connection: an unused one at once, else a new one when it stands.
  /// - Parameter mustBeNew: unused ones may have been closed by the endpoint meanwhile.
  func connect(
    to endpoint: BackendEndpoint, mustBeNew: Bool,
    _ then: @escaping (Result<any BackendStream, BackendError>) -> Void
  ) {
    if endpoint.speaksHTTP2 { return http2Pool(of: endpoint).connect(then) }
    let pool = pool(of: endpoint)
    if !mustBeNew, let connection = pool.takeIdle() { return then(.success(connection)) }
    guard !pool.isFull else { return then(.failure(.full)) }
    pool.reserve()
    dial(endpoint).assumeIsolated().whenComplete { [self] result in
      switch result {
      case .success(let connection) where !connection.value.isUsable:
        pool.unreserve()
        then(.failure(.lost))
      case .success(let connection):
        pool.restEnd = .uptimeNanoseconds(0)
        connection.value.pool = pool
        then(.success(connection.value))
      case .failure:
        pool.unreserve()
        pool.restEnd = eventLoop.now + TimeAmount(limits.failureRest)
        then(.failure(.unreachable))
      }
    }
  }

  private func pool(of endpoint: BackendEndpoint) -> EndpointPool {
    if let pool = pools[endpoint] { return pool }
    let pool = EndpointPool(endpoint, connectionsMax: limits.connectionsPerEndpointMax)
    pools[endpoint] = pool
    return pool
  }

  private func http2Pool(of endpoint: BackendEndpoint) -> HTTP2EndpointPool {
    if let pool = http2Pools[endpoint] { return pool }
    let pool = HTTP2EndpointPool(endpoint, limits: limits, eventLoop: eventLoop)
    http2Pools[endpoint] = pool
    return pool
  }

  private func dial(_ endpoint: BackendEndpoint)
    -> EventLoopFuture<NIOLoopBound<BackendConnection>>
  {
    let address: SocketAddress
    do {
      address = try SocketAddress(ipAddress: "\(endpoint.address)", port: endpoint.port)
    } catch {
      return eventLoop.makeFailedFuture(error)
    }
    return ClientBootstrap(group: eventLoop)
      .connectTimeout(TimeAmount(limits.connectTimeout))
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelInitializer { [limits] channel in
        channel.eventLoop.makeCompletedFuture {
          let decoder = AnswerDecoder()
          try channel.pipeline.syncOperations.addHandlers(
            ByteToMessageHandler(decoder), BackendConnection(decoder: decoder, limits: limits))
        }
      }
      .connect(to: address)
      .flatMapThrowing { channel in
        NIOLoopBound(
          try channel.pipeline.syncOperations.handler(type: BackendConnection.self),
          eventLoop: channel.eventLoop)
      }
  }

  /// From now on requests go to these endpoints only; answers that are under way are not disturbed.
  func keep(_ endpoints: Set<BackendEndpoint>) {
    for (endpoint, pool) in pools {
      if endpoints.contains(endpoint) {
        pool.revive()
      } else {
        pool.retire()
        if pool.isEmpty { pools[endpoint] = nil }
      }
    }
    for (endpoint, pool) in http2Pools {
      if endpoints.contains(endpoint) {
        pool.revive()
      } else {
        pool.retire()
        if pool.isEmpty { http2Pools[endpoint] = nil }
      }
    }
  }
}
