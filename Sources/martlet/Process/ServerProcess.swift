import APIServer
import Controllers
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
    let nodeAddress = try settings.reachableAddress()
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
    let planeSettings = planeSettings(nodeAddress)
    let plane = try await ControlPlane.open(planeSettings, logger: logger)
    let node = try await NodeStack.start(
      NodeSettings(settings, planeSettings.facts, address: nodeAddress, takesOverNode: true),
      logger: logger)
    let client = plane.api.client
    let isUp = Atomic(false)
    do {
      try await plane.run(onRenewal: writeAdminKubeconfig) {
        try writeAdminKubeconfig(plane.credentials.current)
        logger.info("the API server is ready", metadata: ["port": "\(settings.apiPort)"])
        try await node.run(client, serving: { plane.credentials.nodeServing }) {
          isUp.store(true, ordering: .relaxed)
          logger.info("the node is registered", metadata: ["node": "\(settings.nodeName)"])
        }
      }
    } catch {
      if !isUp.load(ordering: .relaxed) { await node.abandon() }
      throw error
    }
  }

  private func planeSettings(_ nodeAddress: IPAddress) -> ControlPlaneSettings {
    ControlPlaneSettings(
      dataDirectory: settings.dataDirectory, sealingKeys: settings.sealingKeys,
      encryptionFile: settings.encryptionFile,
      bindAddress: settings.bindAddress.description,
      advertisedAddress: nodeAddress.description, port: Int(settings.apiPort),
      naming: ClusterNaming(
        nodeName: settings.nodeName, nodeAddresses: [nodeAddress],
        clusterDomain: settings.clusterDomain, apiServiceAddress: settings.apiServiceAddress,
        extraServerNames: settings.extraServerNames),
      serviceRange: settings.serviceCIDR, podRange: settings.podCIDR,
      nodePrefixLength: settings.nodePodPrefixLength, clusterDNS: settings.clusterDNS,
      nodePorts: Int(settings.nodePorts.lowerBound)...Int(settings.nodePorts.upperBound),
      nodeMonitorGrace: .seconds(settings.nodeMonitorGraceSeconds),
      balancerReserved: settings.balancerReserved, hasIngress: settings.ingress == .on,
      tokenFile: settings.tokenFile, audit: AuditSettings(settings),
      hasDebugPages: settings.profiling == .on, tracingFile: settings.tracingFile,
      requestsInFlightMax: settings.requestsInFlightMax,
      authenticationFile: settings.authenticationFile,
      authorizationFile: settings.authorizationFile)
  }

  /// Written once requests are answered: whoever finds it can use it. And again when what is in it
  /// was renewed.
  @Sendable private func writeAdminKubeconfig(_ credentials: ClusterCredentials) throws {
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

extension ServerSettings {
  /// Source: RFC 4253, section 4, for the port by which people reach the nodes themselves.
  private static let shellPort = 22

  /// What answers on the nodes already. `nil` where Services of type LoadBalancer are left to others.
  fileprivate var balancerReserved: LoadBalancerPlan.ReservedPorts? {
    guard loadBalancer == .on else { return nil }
    return LoadBalancerPlan.ReservedPorts(
      owners: [
        Int(apiPort): "the API server", Int(kubeletPort): "the node agent",
        Int(dnsPort): "the cluster's DNS", Self.shellPort: "the nodes' own SSH",
      ], nodePorts: Int(nodePorts.lowerBound)...Int(nodePorts.upperBound),
      ingress: ingress == .on ? [Int(ingressHTTPPort), Int(ingressHTTPSPort)] : [])
  }
}
