import APIServer
import Foundations
import Logging
import Networking
import NodeAgent
import Operations
import Security
import Settings
import Synchronization

/// Everything that one server runs.
struct ServerProcess {
  let settings: ServerSettings
  let logger: Logger

  /// Returns when the task is cancelled and all has stopped.
  func run() async throws {
    guard let nodeAddress = settings.nodeAddress ?? HostAddress.primary.flatMap({ IPAddress($0) })
    else { throw NoAddress() }
    let preflight = Preflight(
      settings, nodeAddress: nodeAddress, searchPath: ProcessFacts.searchPath)
    try preflight.check()
    try preflight.checkPorts()
    for directory in [settings.dataDirectory, settings.runtimeDirectory] {
      try DurableFile.makeDirectory(directory, mode: 0o755)
    }
    let lock = try ServerLock(Installation(settings).serverLock)
    defer { withExtendedLifetime(lock) {} }
    try await HostNote.keep(settings)
    let plane = try await ControlPlane.open(planeSettings(nodeAddress), logger: logger)
    let node = try await NodeStack.start(
      nodeSettings(nodeAddress, plane.credentials), logger: logger)
    let client = plane.api.client
    let isUp = Atomic(false)
    do {
      try await plane.run {
        try writeAdminKubeconfig(plane.credentials)
        logger.info("the API server is ready", metadata: ["port": "\(settings.apiPort)"])
        try await node.run(client) {
          isUp.store(true, ordering: .relaxed)
          logger.info("the node is registered", metadata: ["node": "\(settings.nodeName)"])
        }
      }
    } catch {
      if !isUp.load(ordering: .relaxed) { await node.abandon() }
      throw error
    }
  }

  private struct NoAddress: Error, CustomStringConvertible {
    var description: String {
      "this machine has no address that others could reach: give it one with --node-ip"
    }
  }

  private func nodeSettings(_ nodeAddress: IPAddress, _ credentials: ClusterCredentials)
    -> NodeSettings
  {
    NodeSettings(
      name: settings.nodeName, address: nodeAddress.description,
      dataDirectory: settings.dataDirectory, runDirectory: settings.runtimeDirectory,
      runtimeSocket: settings.criSocket,
      networkPluginDirectory: settings.networkPluginDirectory, programPath: ProcessFacts.searchPath,
      bridge: settings.bridge, masqueradeTable: settings.packetTable("pods"),
      servicesTable: settings.packetTable("services"),
      podCIDR: settings.nodePodCIDR, clusterPodCIDR: settings.podCIDR,
      serviceCIDR: settings.serviceCIDR, clusterDNS: settings.clusterDNS,
      dnsPort: Int(settings.dnsPort),
      servingPort: Int(settings.kubeletPort), podsMax: settings.podsMax,
      version: MartletVersion.kubernetes,
      agent: NodeAgentConfiguration(
        nodeName: settings.nodeName, nodeAddresses: [nodeAddress.description],
        dataDirectory: settings.agentDirectory, logDirectory: settings.podLogDirectory,
        staticPodDirectory: settings.staticPodDirectory, clusterDomain: settings.clusterDomain,
        clusterDNS: [settings.clusterDNS.description],
        cgroups: PodCgroups(root: settings.cgroupRoot)),
      serving: ServerTLS.Material(
        certificateChainPEM: credentials[.nodeServer].certificateChainPEM,
        privateKeyPEM: credentials[.nodeServer].privateKeyPEM.exposed,
        clientAuthorityPEM: credentials.clusterAuthority.certificatePEM))
  }

  private func planeSettings(_ nodeAddress: IPAddress) -> ControlPlaneSettings {
    ControlPlaneSettings(
      dataDirectory: settings.dataDirectory, bindAddress: settings.bindAddress.description,
      advertisedAddress: nodeAddress.description, port: Int(settings.apiPort),
      naming: ClusterNaming(
        nodeName: settings.nodeName, nodeAddresses: [nodeAddress],
        clusterDomain: settings.clusterDomain, apiServiceAddress: settings.apiServiceAddress,
        extraServerNames: settings.extraServerNames),
      serviceRange: settings.serviceCIDR, clusterDNS: settings.clusterDNS,
      nodePorts: Int(settings.nodePorts.lowerBound)...Int(settings.nodePorts.upperBound),
      nodeMonitorGrace: .seconds(settings.nodeMonitorGraceSeconds), tokenFile: settings.tokenFile)
  }

  /// Written once requests are answered: whoever finds it can use it.
  private func writeAdminKubeconfig(_ credentials: ClusterCredentials) throws {
    // What listens everywhere is reached at home.
    let isEverywhere = settings.bindAddress.value == 0
    let home = settings.bindAddress.family == .v4 ? "127.0.0.1" : "[::1]"
    let address = settings.bindAddress.description
    let host =
      isEverywhere ? home : settings.bindAddress.family == .v4 ? address : "[\(address)]"
    let kubeconfig = Kubeconfig(
      cluster: "martlet", server: "https://\(host):\(settings.apiPort)",
      authorityPEM: credentials.clusterAuthority.certificatePEM, user: "admin",
      identity: credentials[.admin])
    if try DurableFile.read(settings.adminKubeconfig) != kubeconfig.yaml().exposed {
      try kubeconfig.write(to: settings.adminKubeconfig)
    }
  }
}
