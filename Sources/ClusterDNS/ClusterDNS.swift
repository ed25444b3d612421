package import Foundations
package import Logging
package import NIOCore
package import Resources
import Synchronization

/// The cluster's name server on this node: follows Services, EndpointSlices and namespaces, answers
/// for the cluster's domain, and asks others about everything else.
///
/// It listens at the node's own address and at a port of its own; the Service's rules lead there
/// from the address that pods know. So no host resolver is in the way, and every node may serve its
/// own pods.
package final class ClusterDNS: Sendable {
  private let configuration: Configuration
  private let watch: ZoneWatch
  private let forwarder: Forwarder
  private let announcement: EndpointAnnouncement
  private let upstreams: @Sendable () -> [UpstreamServer]
  private let eventLoop: any EventLoop
  private let logger: Logger
  private let signal = AsyncSignal()
  private let statusState = Mutex(Status())

  package struct Configuration: Sendable {
    package var domain: ClusterDomain
    package var nodeName: String
    /// This node's address, as other machines reach it.
    package var address: IPAddress
    package var port: Int
    /// Who may ask, beside this machine.
    package var clientNetworks: [CIDR]

    package init(
      domain: ClusterDomain, nodeName: String, address: IPAddress, port: Int,
      clientNetworks: [CIDR]
    ) {
      self.domain = domain
      self.nodeName = nodeName
      self.address = address
      self.port = port
      self.clientNetworks = clientNetworks
    }
  }

  /// How it stands, for health checks and metrics.
  package struct Status: Equatable, Sendable {
    package var isServing = false
    /// `nil` while it serves.
    package var lastError: String?
  }

  /// - Parameters:
  ///   - upstreams: the servers for everything outside the cluster, in order. Asked again every
  ///     ten seconds, so that a change of the node's resolver file is noticed.
  ///   - eventLoop: where all of it runs.
  package init(
    _ configuration: Configuration, client: any ClusterClient,
    upstreams: @escaping @Sendable () -> [UpstreamServer], on eventLoop: any EventLoop,
    logger: Logger
  ) {
    self.configuration = configuration
    self.upstreams = upstreams
    self.eventLoop = eventLoop
    self.logger = logger
    watch = ZoneWatch(configuration.domain, client: client)
    forwarder = Forwarder(on: eventLoop)
    announcement = EndpointAnnouncement(
      client: client, nodeName: configuration.nodeName, address: configuration.address,
      port: configuration.port)
  }

  package var status: Status { statusState.withLock { $0 } }

  private static let upstreamInterval = Duration.seconds(10)
  private static let announcementInterval = Duration.seconds(30)
  private static let retryDelay = Duration.milliseconds(200)
  private static let retryDelayMax = Duration.seconds(10)

  /// Serves until the task is cancelled.
  package func run() async {
    await withDiscardingTaskGroup { group in
      group.addTask { await self.watch.run { self.signal.wake() } }
      group.addTask { await self.followUpstreams() }
      // An empty zone would deny what exists, and clients would remember.
      await signal.wait()
      if Task.isCancelled { return }
      group.addTask { await self.keepListening() }
      group.addTask { await self.keepAnnounced() }
    }
  }

  private func followUpstreams() async {
    while !Task.isCancelled {
      // This server's own address would lead questions in a circle.
      forwarder.use(upstreams().filter { $0.address != configuration.domain.serverAddress })
      do { try await ContinuousClock().sleep(for: Self.upstreamInterval) } catch { return }
    }
  }

  private func keepListening() async {
    let responder = Responder(zone: { [watch] in watch.zone }, forwarder: forwarder)
    let filter = ClientFilter(networks: configuration.clientNetworks)
    var delay = Self.retryDelay
    while !Task.isCancelled {
      do {
        let server = try await DNSServer.start(
          configuration.address, port: configuration.port, responder: responder, filter: filter,
          on: eventLoop)
        delay = Self.retryDelay
        note(nil)
        await withTaskCancellationHandler {
          await server.untilClosed()
        } onCancel: {
          server.close()
        }
      } catch {
        note(error)
      }
      if Task.isCancelled { break }
      do { try await ContinuousClock().sleep(for: delay) } catch { break }
      delay = min(delay * 2, Self.retryDelayMax)
    }
    statusState.withLock { $0.isServing = false }
  }

  private func keepAnnounced() async {
    var delay = Self.retryDelay
    while !Task.isCancelled {
      do {
        try await announcement.ensure()
        delay = Self.retryDelay
        try await ContinuousClock().sleep(for: Self.announcementInterval)
      } catch {
        if Task.isCancelled { return }
        logger.warning(
          "pods may not find the cluster's name server", metadata: ["error": "\(error)"])
        do { try await ContinuousClock().sleep(for: delay) } catch { return }
        delay = min(delay * 2, Self.retryDelayMax)
      }
    }
  }

  private func note(_ error: (any Error)?) {
    let place = "\(configuration.address):\(configuration.port)"
    statusState.withLock {
      $0.isServing = error == nil
      $0.lastError = error.map { "the name server cannot listen at \(place): \($0)" }
    }
    if let error {
      logger.error(
        "the name server cannot listen", metadata: ["address": "\(place)", "error": "\(error)"])
    } else {
      logger.info("the name server listens", metadata: ["address": "\(place)"])
    }
  }
}
