import Foundations
import IngressRouting
package import Logging
package import NIOCore
import NIOPosix
package import Networking
package import Resources
import Security
import Synchronization

/// Leads requests from outside to pods, as Ingresses say. Each node runs one.
///
/// It listens once there is an Ingress to serve, and stops when the last one is gone.
package final class IngressProxy: Sendable {
  private let configuration: IngressConfiguration
  private let watch: RouteWatch
  private let services: ProxyServices
  private let certificates: CurrentCertificates
  private let group: any EventLoopGroup
  private let logger: Logger
  private let isWanted = Mutex(false)
  private let wantChanged = AsyncSignal()
  private let statusState = Mutex(Status())
  /// Those that serve clients at the moment.
  private let clientServers = Mutex<[HTTPServer]>([])

  /// How it stands, for health checks and metrics.
  package struct Status: Equatable, Sendable {
    /// Where clients are served; empty while nothing is to be served.
    package var addresses: [ListenAddress] = []
    /// `nil` while all is well.
    package var lastError: String?
    /// Tables that came into force.
    package var appliedCount = 0
  }

  /// - Parameters:
  ///   - slices: all EndpointSlices, where somebody else on this node runs that informer, from a moment
  ///     after this on; `nil` follows them here.
  ///   - door: where this tells how far it acts on them; `nil` tells nobody.
  ///   - group: where connections live.
  package init(
    _ configuration: IngressConfiguration, client: any ClusterClient, slices: Informer? = nil,
    door: EndpointDoor? = nil, on group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
    logger: Logger
  ) {
    self.configuration = configuration
    self.group = group
    self.logger = logger
    let watch = RouteWatch(client: client, sharedSlices: slices, door: door)
    self.watch = watch
    certificates = CurrentCertificates { watch.certificate(in: $0)?.certificate }
    services = ProxyServices(
      limits: configuration.limits,
      accessLog: configuration.logsRequests ? AccessLog(logger: logger) : nil,
      ports: (configuration.httpPort ?? 80, configuration.httpsPort ?? 443))
  }

  package var status: Status { statusState.withLock { $0 } }

  /// What it counts, in Prometheus' text. Asks each event loop once.
  package func metricsText() async -> String {
    let loops = await services.onEachLoop { LoopCounts($0) }
    let servers = clientServers.withLock { $0 }
    return MetricsPage.text(
      loops, clientConnections: servers.reduce(0) { $0 + $1.connectionCount })
  }

  private static let retryDelay = Duration.milliseconds(200)
  private static let retryDelayMax = Duration.seconds(10)
  private static let drain = Duration.seconds(2)

  /// Serves until the task is cancelled.
  package func run() async {
    await withDiscardingTaskGroup { group in
      group.addTask { await self.watch.run { await self.apply($0) } }
      group.addTask { await self.keepListening() }
    }
  }

  /// Brings new routes into force. When it returns, no event loop chooses an endpoint by old ones.
  private func apply(_ outcome: RouteWatch.Outcome) async {
    services.routes.use(outcome.routes)
    certificates.use(outcome.certificates)
    let endpoints = Set(outcome.routes.backends.flatMap(\.endpoints))
    _ = await services.onEachLoop { $0.keep(endpoints) }
    statusState.withLock { $0.appliedCount += 1 }
    let hasChanged = isWanted.withLock { isWanted in
      defer { isWanted = outcome.isWanted }
      return isWanted != outcome.isWanted
    }
    if hasChanged { wantChanged.wake() }
  }

  // MARK: Listening

  private func keepListening() async {
    var delay = Self.retryDelay
    while !Task.isCancelled {
      guard isWanted.withLock({ $0 }) else {
        await wantChanged.wait()
        continue
      }
      do {
        let servers = try await start()
        delay = Self.retryDelay
        note(servers)
        while !Task.isCancelled, isWanted.withLock({ $0 }) { await wantChanged.wait() }
        statusState.withLock { $0.addresses = [] }
        clientServers.withLock { $0 = [] }
        for server in servers { await server.stop(drain: Self.drain) }
      } catch {
        note(error)
        do { try await ContinuousClock().sleep(for: delay) } catch { return }
        delay = min(delay * 2, Self.retryDelayMax)
      }
    }
  }

  /// All that is to listen, or nothing.
  private func start() async throws -> [HTTPServer] {
    let handler = ProxyHandler(services: services, upgrades: UpgradeForwarding(services))
    var servers: [HTTPServer] = []
    do {
      if let port = configuration.httpPort {
        servers.append(try await listen(port, nil, handler))
      }
      if let port = configuration.httpsPort {
        let own = try DefaultCertificate.make(now: .now())
        servers.append(
          try await listen(port, try ServerTLS(own, certificates: certificates), handler))
      }
      clientServers.withLock { [servers] in $0 = servers }
      if let port = configuration.metricsPort {
        let page = MetricsHandler { await self.metricsText() }
        servers.append(
          try await HTTPServer.start(
            ServerConfiguration(
              addresses: [ListenAddress(host: "127.0.0.1", port: port)], tls: nil, logger: logger),
            handler: page, on: group))
      }
    } catch {
      clientServers.withLock { $0 = [] }
      for server in servers { await server.stop(drain: .zero) }
      throw error
    }
    return servers
  }

  private func listen(_ port: Int, _ tls: ServerTLS?, _ handler: ProxyHandler) async throws
    -> HTTPServer
  {
    var server = ServerConfiguration(
      addresses: [ListenAddress(host: configuration.address, port: port)], tls: tls,
      logger: logger)
    server.limits = configuration.limits.server
    server.onProtocolProblem = { PlainAnswer.problem($0) }
    return try await HTTPServer.start(server, handler: handler, on: group)
  }

  private func note(_ servers: [HTTPServer]) {
    let addresses = servers.flatMap(\.addresses)
    statusState.withLock {
      $0.addresses = addresses
      $0.lastError = nil
    }
    logger.info(
      "the ingress listens",
      metadata: ["addresses": "\(addresses.map(\.description).joined(separator: ", "))"])
  }

  private func note(_ error: any Error) {
    statusState.withLock { $0.lastError = "the ingress cannot listen: \(error)" }
    logger.error("the ingress cannot listen, and tries again", metadata: ["error": "\(error)"])
  }
}
