import Foundations
import Ingress
import NodeAgent
import Settings

extension NodeSettings {
  /// A node's settings: its own from its machine, and what all nodes agree on from the cluster.
  init(_ settings: ServerSettings, _ facts: ClusterFacts, address: IPAddress, takesOverNode: Bool) {
    self.init(
      name: settings.nodeName, address: address.description,
      dataDirectory: settings.dataDirectory, runDirectory: settings.runtimeDirectory,
      runtimeSocket: settings.criSocket,
      networkPluginDirectory: settings.networkPluginDirectory, programPath: ProcessFacts.searchPath,
      bridge: settings.bridge, masqueradeTable: settings.packetTable("pods"),
      servicesTable: settings.packetTable("services"),
      clusterPodCIDR: facts.podRange, serviceCIDR: facts.serviceRange,
      clusterDNS: facts.clusterDNS, dnsPort: Int(settings.dnsPort),
      servingPort: Int(settings.kubeletPort), ingress: settings.ingressConfiguration,
      podsMax: settings.podsMax, pressure: settings.pressurePolicy,
      version: MartletVersion.kubernetes,
      agent: NodeAgentConfiguration(
        nodeName: settings.nodeName, nodeAddresses: [address.description],
        dataDirectory: settings.agentDirectory, logDirectory: settings.podLogDirectory,
        staticPodDirectory: settings.staticPodDirectory, clusterDomain: facts.clusterDomain,
        clusterDNS: [facts.clusterDNS.description],
        cgroups: PodCgroups(root: settings.cgroupRoot)),
      takesOverNode: takesOverNode)
  }
}

extension ServerSettings {
  /// `nil` where this node serves no Ingresses.
  fileprivate var ingressConfiguration: IngressConfiguration? {
    guard ingress == .on else { return nil }
    var configuration = IngressConfiguration(
      address: ingressAddress.description, httpPort: Int(ingressHTTPPort),
      httpsPort: Int(ingressHTTPSPort), metricsPort: Int(ingressMetricsPort))
    configuration.logsRequests = ingressAccessLog == .on
    configuration.limits.bodyByteCountMax = ingressBodyMegabytesMax << 20
    configuration.limits.connectionsMax = ingressConnectionsMax
    configuration.limits.backendTimeout = .seconds(ingressBackendSeconds)
    return configuration
  }

  fileprivate var pressurePolicy: PressurePolicy {
    var policy = PressurePolicy()
    policy.thresholds = evictionThresholds
    policy.transition = .seconds(evictionTransitionSeconds)
    policy.images.highPercent = imageCollectionHighPercent
    policy.images.lowPercent = imageCollectionLowPercent
    policy.images.ageMin = .seconds(imageCollectionAgeMinSeconds)
    return policy
  }

  /// - Throws: where this machine has no address and the settings name none.
  func reachableAddress() throws -> IPAddress {
    if let address = nodeAddress ?? HostAddress.primary.flatMap({ IPAddress($0) }) {
      return address
    }
    throw NoAddress()
  }

  private struct NoAddress: Error, CustomStringConvertible {
    var description: String {
      "this machine has no address that others could reach: give it one with --node-ip"
    }
  }
}
