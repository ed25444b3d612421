import Logging
package import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// Listens on TCP and hands requests to a handler: HTTP/1.1 and HTTP/2 over TLS, one of them without.
package final class HTTPServer: Sendable {
  private let listeners: [any Channel]
  private let registry: ConnectionRegistry
  /// What it listens on, with the ports that the system chose.
  package let addresses: [ListenAddress]

  private init(listeners: [any Channel], registry: ConnectionRegistry) {
    self.listeners = listeners
    self.registry = registry
    self.addresses = listeners.compactMap { listener in
      guard let address = listener.localAddress, let host = address.ipAddress,
        let port = address.port
      else { return nil }
      return ListenAddress(host: host, port: port)
    }
  }

  /// Binds every address, or none.
  /// - Parameters:
  ///   - group: where connections live; the process's own group by default, one loop per core.
  ///   - wallClock: seconds since 1970 UTC, for `date` fields.
  package static func start(
    _ configuration: ServerConfiguration, handler: any RequestHandler,
    on group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
    wallClock: @escaping @Sendable () -> Int64 = SystemWallClock.secondsSince1970
  ) async throws -> HTTPServer {
    let registry = ConnectionRegistry(connectionsMax: configuration.limits.connectionsMax)
    let services = ServicesByEventLoop(configuration, handler, wallClock)
    var listeners: [any Channel] = []
    do {
      for address in configuration.addresses {
        listeners.append(
          try await listen(on: address, configuration, services, registry, group))
      }
    } catch {
      for listener in listeners { listener.close(promise: nil) }
      throw error
    }
    return HTTPServer(listeners: listeners, registry: registry)
  }

  package var connectionCount: Int { registry.count }

  /// Stops listening, lets running requests end, and closes what is left after `drain`.
  package func stop(drain: Duration) async {
    for listener in listeners { listener.close(promise: nil) }
    guard let eventLoop = listeners.first?.eventLoop else { return }
    let isEmpty = eventLoop.makePromise(of: Void.self)
    let deadline = eventLoop.scheduleTask(in: TimeAmount(drain)) { self.registry.closeAll() }
    registry.stopGracefully { isEmpty.succeed() }
    // Never fails: only ever succeeded, by the registry, which `closeAll` empties at the latest.
    try? await isEmpty.futureResult.get()
    deadline.cancel()
  }
}

// MARK: Listening

extension HTTPServer {
  private static func listen(
    on address: ListenAddress, _ configuration: ServerConfiguration,
    _ services: ServicesByEventLoop, _ registry: ConnectionRegistry, _ group: any EventLoopGroup
  ) async throws -> any Channel {
    let tls = configuration.tls
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard registry.admit(channel) else {
            channel.close(promise: nil)
            return
          }
          TCPKeepAlive.enable(on: channel)
          let services = services.services(of: channel.eventLoop)
          if let tls {
            try channel.prepare(services, registry, tls)
          } else {
            try channel.prepare(services, registry, configuration.plainVersion)
          }
        }
      }
    do {
      return try await bootstrap.bind(host: address.host, port: address.port).get()
    } catch let error as IOError {
      throw ListenError(address: address, errnoCode: error.errnoCode)
    }
  }
}

/// The shared parts of connections, one set for each event loop, made when first needed.
private final class ServicesByEventLoop: Sendable {
  private let configuration: ServerConfiguration
  private let handler: any RequestHandler
  private let wallClock: @Sendable () -> Int64
  private let bodyBudget: BodyBudget
  private let made = Mutex<[ObjectIdentifier: ConnectionServices]>([:])

  init(
    _ configuration: ServerConfiguration, _ handler: any RequestHandler,
    _ wallClock: @escaping @Sendable () -> Int64
  ) {
    self.configuration = configuration
    self.handler = handler
    self.wallClock = wallClock
    self.bodyBudget = BodyBudget(
      byteCountMax: configuration.limits.unfinishedBodiesByteCountMax)
  }

  func services(of eventLoop: any EventLoop) -> ConnectionServices {
    made.withLock { made in
      if let services = made[ObjectIdentifier(eventLoop)] { return services }
      let services = ConnectionServices(
        handler: handler, streamingHandler: handler as? any StreamingRequestHandler,
        limits: configuration.limits,
        onProtocolProblem: configuration.onProtocolProblem,
        bodyBudget: bodyBudget,
        outbox: EventLoopOutbox(eventLoop: eventLoop, wallClock: wallClock),
        logger: configuration.logger)
      made[ObjectIdentifier(eventLoop)] = services
      return services
    }
  }
}

extension Channel {
  /// Fills the pipeline of a new connection without TLS. On the event loop.
  fileprivate func prepare(
    _ services: ConnectionServices, _ registry: ConnectionRegistry, _ version: ServerRequest.Version
  ) throws {
    let facts = ConnectionFacts(
      version: version, isTLS: false, clientCertificate: .absent,
      remoteAddress: remoteAddress?.hostAndPort ?? "", eventLoop: eventLoop)
    switch version {
    case .http1: try startHTTP1(services, facts, registry)
    case .http2: try startHTTP2(services, facts, registry)
    }
  }

  /// Fills the pipeline of a new connection with TLS. On the event loop.
  fileprivate func prepare(
    _ services: ConnectionServices, _ registry: ConnectionRegistry, _ tls: ServerTLS
  ) throws {
    let current = tls.current
    let certificate = current.verifier.map { ClientCertificateBox($0) }
    let handler: NIOSSLServerHandler
    if let verifier = current.verifier, let certificate {
      handler = NIOSSLServerHandler(
        context: current.context,
        customVerificationCallback: { presented, promise in
          verifier.verify(presented, into: certificate, promise)
        })
    } else {
      handler = NIOSSLServerHandler(context: current.context)
    }
    let starter = ConnectionStarter(
      services: services, registry: registry, certificate: certificate)
    try pipeline.syncOperations.addHandlers(handler, starter)
  }
}

extension ClientCertificateVerifier {
  /// Notes the verdict in `box` and lets the handshake go on in any case: see `ClientCertificate`.
  /// Called on the event loop of `promise`.
  fileprivate func verify(
    _ presented: [NIOSSLCertificate], into box: ClientCertificateBox,
    _ promise: EventLoopPromise<NIOSSLVerificationResult>
  ) {
    let certificates: [[UInt8]]
    do {
      certificates = try presented.map { try $0.toDERBytes() }
    } catch {
      box.value = .refused(reason: "the client certificate cannot be read")
      promise.succeed(.certificateVerified)
      return
    }
    let verdict = promise.futureResult.eventLoop.makePromise(of: ClientCertificate.self)
    // A task, because the verifier is async and this is NIO's callback; it ends with the verdict.
    verdict.completeWithTask { await self.verify(certificates) }
    verdict.futureResult.whenSuccess { verdict in
      box.value = verdict
      promise.succeed(.certificateVerified)
    }
  }
}
