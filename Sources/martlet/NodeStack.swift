import ClusterDNS
import ContainerRuntimeInterface
import Foundations
import Ingress
import Logging
import NIOCore
import NIOPosix
import Networking
import NodeAgent
import Resources
import ServiceProxy
import Synchronization

/// The node's side of one process: container runtime, pod network, and the agent. It reaches the
/// cluster through the client protocol only.
struct NodeStack {
  private let settings: NodeSettings
  private let supervisor: ContainerdSupervisor?
  private let runtime: ContainerRuntimeClient
  private let importer: ImageImporter?
  private let imageMounter: ImageMounter?
  private let logger: Logger

  /// Starts, or adopts, what pods need to run.
  /// - Throws: one clear sentence with the fix for a missing program, capability or socket.
  static func start(_ settings: NodeSettings, logger: Logger) async throws -> NodeStack {
    let group = MultiThreadedEventLoopGroup.singleton
    if let socket = settings.runtimeSocket {
      let runtime = try ContainerRuntimeClient(socketPath: socket, eventLoopGroup: group)
      return NodeStack(
        settings: settings, supervisor: nil, runtime: runtime, importer: nil,
        imageMounter: nil, logger: logger)
    }
    let programs = try ContainerdPrograms.find(
      inPath: settings.programPath, networkPlugins: settings.networkPluginDirectory)
    try await KernelForwarding.enable(ipv6: false)
    let layout = ContainerdLayout(
      dataDirectory: "\(settings.dataDirectory)/containerd",
      stateDirectory: "\(settings.runDirectory)/containerd")
    let supervisor = ContainerdSupervisor(
      configuration: ContainerdConfiguration(
        layout: layout, sandboxImage: PauseImage.reference,
        networkPluginDirectory: programs.networkPluginDirectory,
        networkConfigurationDirectory: settings.networkDirectory,
        mayLowerOOMScore: try ProcessCapabilities.current.mayLowerOOMScore), programs: programs,
      eventLoopGroup: group, logger: logger)
    try await supervisor.start()
    let runtime = try ContainerRuntimeClient(socketPath: layout.socketPath, eventLoopGroup: group)
    return NodeStack(
      settings: settings, supervisor: supervisor, runtime: runtime,
      importer: ImageImporter(ctr: programs.ctr, socketPath: layout.socketPath, images: runtime),
      imageMounter: ImageMounter(ctr: programs.ctr, socketPath: layout.socketPath),
      logger: logger)
  }

  /// Runs the node until the task is cancelled. Containers go on running afterwards.
  /// - Parameters:
  ///   - serving: what the agent's own server shows; asked for once the node is registered.
  ///   - onRegistered: called before anything of the cluster's runs here.
  ///   - onReady: called once the node can take pods.
  func run(
    _ client: any ClusterClient, serving: @Sendable () async throws -> ServerTLS,
    onRegistered: @Sendable () async throws -> Void = {},
    onReady: @Sendable @escaping () async throws -> Void
  ) async throws {
    try await withThrowingDiscardingTaskGroup { group in
      let changed = AsyncSignal()
      if let supervisor {
        group.addTask { await supervisor.run(onFailure: { changed.wake() }) }
      }
      try await importer?.ensurePauseImage()
      let version = try await runtime.version()
      let runtimeVersion = "\(version.runtimeName)://\(version.runtimeVersion)"
      let pressure = CurrentPressure(changed: changed)
      let registration = NodeRegistration(
        client: client, name: settings.name, changed: changed, logger: logger
      ) { [settings, runtime] in
        var description = await Self.describe(settings, runtime, runtimeVersion)
        description.pressures = pressure.causes
        return description
      }
      let events = RuntimeEventQueue()
      let nodes = Informer(.nodes, client: client)
      let slices = Informer(.endpointSlices, client: client)
      let gate = RotationGate(
        client: client, node: settings.name, slices: slices, isNodeReady: Self.readiness(in: nodes))
      let agent = agent(client, events, gate, pressure)
      try await registration.register(takesOver: settings.takesOverNode)
      try await onRegistered()
      group.addTask { await registration.run() }
      if supervisor != nil {
        let network = NodeNetwork(
          nodes: nodes, name: settings.name, address: IPAddress(settings.address),
          range: settings.clusterPodCIDR,
          tunnelInterface: NodeNetwork.tunnelInterface(besideBridge: settings.bridge),
          logger: logger)
        group.addTask { await nodes.run() }
        group.addTask { await network.run() }
        try await connectPods(with: try await network.ownBlock())
        changed.wake()
      } else {
        group.addTask { await nodes.run() }
      }
      let ingress = try await ingress(client, slices, &group)
      let server = try await HTTPServer.start(
        ServerConfiguration(
          addresses: [ListenAddress(host: "0.0.0.0", port: settings.servingPort)],
          tls: try await serving(), logger: logger),
        handler: NodeServer(
          nodeName: settings.name, client: client, runtime: runtime, watcher: try FileWatcher(),
          pods: agent.pods, cgroups: settings.agent.cgroups,
          facts: NodeFacts.read(dataDirectory: settings.dataDirectory),
          volumes: VolumeDirectories(root: "\(settings.dataDirectory)/volumes"),
          ingressMetrics: { await ingress?.metricsText() ?? "" }, logger: logger))
      group.addTask {
        await Self.untilCancelled()
        await server.stop(drain: .seconds(1))
      }
      let source = RuntimeEventSource(client: runtime, queue: events)
      group.addTask { await source.run() }
      let acknowledger = acknowledger(for: .proxy, client)
      group.addTask { await acknowledger.run() }
      let proxy = ServiceProxy(
        client: client,
        surroundings: ServiceFragment.Surroundings(
          nodeName: settings.name, podNetworks: [settings.clusterPodCIDR],
          table: settings.servicesTable), slices: slices, acknowledger: acknowledger,
        logger: logger)
      group.addTask { await proxy.run() }
      group.addTask { await gate.run() }
      if let ingress { group.addTask { await ingress.run() } }
      if let names = nameServer(client) { group.addTask { await names.run() } }
      group.addTask { try await agent.run() }
      try await onReady()
    }
  }

  /// By name, as the API has it; nobody waits for a node that is not.
  private static func readiness(in nodes: Informer) -> @Sendable (String) -> Bool {
    { name in
      let node = nodes[ObjectKey(namespace: "", name: name)]
      return node?[path: "status", "conditions"]?.elements.contains {
        $0["type"]?.string == "Ready" && $0["status"]?.string == "True"
      } ?? false
    }
  }

  /// - Parameter slices: all EndpointSlices, not running yet.
  private func ingress(
    _ client: any ClusterClient, _ slices: Informer,
    _ group: inout ThrowingDiscardingTaskGroup<any Error>
  ) async throws -> IngressProxy? {
    guard let configuration = settings.ingress else {
      // Pods that end would wait for the word of one that is no more.
      try await RotationDuty.ingress.withdraw(fromNode: settings.name, client)
      return nil
    }
    let acknowledger = acknowledger(for: .ingress, client)
    group.addTask { await acknowledger.run() }
    return IngressProxy(
      configuration, client: client, slices: slices, door: EndpointDoor(acknowledger),
      logger: logger)
  }

  /// Tells what one of this node's proxies has acted on.
  private func acknowledger(for duty: RotationDuty, _ client: any ClusterClient)
    -> RotationAcknowledger
  {
    RotationAcknowledger(client: client, duty: duty, node: settings.name) { [logger] error in
      logger.warning(
        "pods that end wait for this node's \(duty.rawValue), which cannot tell what it acts on yet",
        metadata: ["error": "\(error)"])
    }
  }

  /// The pod network, with the addresses that the cluster gave this node. containerd takes it up at
  /// once.
  private func connectPods(with block: CIDR) async throws {
    // One of ours leads to a node that had these addresses before.
    try await NodeRouteTable.removeAll(in: block)
    try RouteConflict.requireNone(for: block, bridge: settings.bridge)
    try await PodMasquerade(
      table: settings.masqueradeTable, podCIDRs: [block],
      clusterCIDRs: [settings.clusterPodCIDR]
    ).apply()
    try NetworkConfiguration(
      bridge: settings.bridge, podCIDRs: [block],
      addressDirectory: "\(settings.runDirectory)/addresses"
    ).write(to: settings.networkDirectory)
  }

  /// Ends what `start` started, for a server that cannot start after all.
  func abandon() async { await supervisor?.abandon() }

  private static func untilCancelled() async {
    // Ends with cancellation only; there is no other way out of this sleep.
    while !Task.isCancelled { try? await ContinuousClock().sleep(for: .seconds(3600)) }
  }

  /// This node's name server. Without an address of the node that is one, there is none.
  private func nameServer(_ client: any ClusterClient) -> ClusterDNS? {
    guard let address = IPAddress(settings.address),
      let domain = ClusterDomain(
        settings.agent.clusterDomain, serverAddress: settings.clusterDNS,
        ownNetworks: [settings.serviceCIDR, settings.clusterPodCIDR])
    else {
      logger.error(
        "no name server: the node's address or the cluster's domain cannot be read",
        metadata: ["address": "\(settings.address)", "domain": "\(settings.agent.clusterDomain)"])
      return nil
    }
    let path = settings.agent.hostResolverPath
    return ClusterDNS(
      ClusterDNS.Configuration(
        domain: domain, nodeName: settings.name, address: address, port: settings.dnsPort,
        clientNetworks: [settings.clusterPodCIDR]),
      client: client, upstreams: { [logger] in Self.upstreams(path, logger) },
      on: MultiThreadedEventLoopGroup.singleton.next(), logger: logger)
  }

  private static func upstreams(_ path: String, _ logger: Logger) -> [UpstreamServer] {
    do {
      guard let bytes = try DurableFile.read(path) else { return [] }
      let host = ResolverConfiguration(parsing: String(decoding: bytes, as: UTF8.self))
      return host.servers.compactMap { IPAddress($0) }.map { UpstreamServer($0) }
    } catch {
      logger.warning(
        "names outside the cluster are not found",
        metadata: ["file": "\(path)", "error": "\(error)"])
      return []
    }
  }

  /// The pod side of the node.
  private func agent(
    _ client: any ClusterClient, _ events: RuntimeEventQueue, _ gate: RotationGate,
    _ pressure: CurrentPressure
  ) -> NodeAgent {
    let facts = NodeFacts.read(dataDirectory: settings.dataDirectory)
    let capacity = NodeCapacity(
      memoryCapacity: facts.memory,
      allocatable: [
        "cpu": Quantity(facts.cpuCount), "memory": Quantity(facts.memory, format: .binarySI),
        "ephemeral-storage": Quantity(facts.disk, format: .binarySI),
      ], isUnifiedCgroup: isUnifiedCgroup)
    return NodeAgent(
      configuration: settings.agent, client: client, runtime: runtime, imageMounter: imageMounter,
      runtimeEvents: events,
      capacity: capacity, pressure: pressure, pressurePolicy: settings.pressure, rotation: gate,
      group: MultiThreadedEventLoopGroup.singleton,
      logger: logger)
  }

  /// Without an answer, what every kernel has is assumed.
  private var isUnifiedCgroup: Bool {
    do { return try CgroupLayout.detect().version == .v2 } catch { return false }
  }

  private static func describe(
    _ settings: NodeSettings, _ runtime: ContainerRuntimeClient, _ runtimeVersion: String
  ) async -> NodeDescription {
    var problem: String?
    var images: [(names: [String], byteCount: Int)] = []
    do {
      let status = try await runtime.status()
      for condition in status.status.conditions where !condition.status {
        problem = "the container runtime is not ready: \(condition.reason) \(condition.message)"
      }
      images = try await runtime.images().map { ($0.repoTags + $0.repoDigests, Int($0.size)) }
        .sorted { $0.byteCount > $1.byteCount }
    } catch {
      problem = "the container runtime does not answer: \(error)"
    }
    var description = NodeDescription(
      name: settings.name, addresses: [settings.address],
      facts: .read(dataDirectory: settings.dataDirectory), runtimeVersion: runtimeVersion,
      version: settings.version, servingPort: settings.servingPort, podsMax: settings.podsMax,
      problem: problem)
    description.images = images
    return description
  }
}

/// What the node needs to know, already parsed.
struct NodeSettings: Sendable {
  var name: String
  /// Where pods and the API server reach this machine.
  var address: String
  var dataDirectory: String
  var runDirectory: String
  /// A runtime that someone else runs; `nil` starts one.
  var runtimeSocket: String?
  /// Where the network plugins are; `nil` looks in the usual places.
  var networkPluginDirectory: String?
  var programPath: String
  var bridge: String
  var masqueradeTable: String
  /// The table of the rules for Services.
  var servicesTable: String
  /// The addresses of all pods; this node's share is in its Node.
  var clusterPodCIDR: CIDR
  var serviceCIDR: CIDR
  /// Where pods ask for names, and the port on this node that the rules lead to from there.
  var clusterDNS: IPAddress
  var dnsPort: Int
  var servingPort: Int
  /// `nil` where this node serves no Ingresses.
  var ingress: IngressConfiguration?
  var podsMax: Int
  /// When this node makes room.
  var pressure: PressurePolicy
  var version: String
  var agent: NodeAgentConfiguration
  /// Whether a Node of this name can only be this machine's own.
  var takesOverNode: Bool

  var networkDirectory: String { "\(dataDirectory)/network" }
}
