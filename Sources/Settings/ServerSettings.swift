package import Foundations

/// Everything about a server that its operator may choose. Each property that can be set has a row
/// in `Setting.all`, which also holds its help.
package struct ServerSettings: Equatable, Sendable {
  package enum LogLevel: String, CaseIterable, Sendable {
    case trace, debug, info, notice, warning, error
  }

  package enum LogFormat: String, CaseIterable, Sendable { case text, json }

  /// What survives a reboot: database, keys, images, volumes.
  package var dataDirectory = "/var/lib/martlet"
  /// What does not: sockets, pids, what runs.
  package var runtimeDirectory = "/run/martlet"

  package var bindAddress = constant(IPAddress("0.0.0.0"))
  package var apiPort: UInt16 = 6443
  /// Further names and addresses in the API server's certificate.
  package var extraServerNames: [String] = []
  package var tokenFile: String?
  /// Requests that are served at once. Source: Kubernetes' defaults, 400 and 200 of them writes.
  package var requestsInFlightMax = 600
  package var authenticationFile: String?
  package var authorizationFile: String?

  /// `nil` writes no request down.
  package var auditPolicyFile: String?
  package var auditLogPath: String?
  // Source: kube-apiserver's defaults.
  package var auditLogMegabytesMax = 100
  package var auditLogBackupsMax = 0
  package var auditLogAgeMaxDays = 0
  package var auditWebhookFile: String?
  package var auditWebhookWaitSeconds = 30
  /// `nil` seals Secrets with the server's own key file.
  package var encryptionFile: String?
  package var profiling = Switch.off
  /// `nil` traces nothing.
  package var tracingFile: String?

  package var nodeName: String
  /// `nil` takes the address that the default route leaves from.
  package var nodeAddress: IPAddress?
  package var kubeletPort: UInt16 = 10250
  package var podsMax = 110
  /// How long a node may be silent before it is given up. Source: Kubernetes' default.
  package var nodeMonitorGraceSeconds = 50
  // When this node makes room. Source: kubelet's defaults.
  package var evictionThresholds = EvictionThreshold.defaults
  package var evictionTransitionSeconds = 300
  package var imageCollectionHighPercent = 85
  package var imageCollectionLowPercent = 80
  package var imageCollectionAgeMinSeconds = 120
  /// `nil` is `DATA/manifests`.
  package var chosenStaticPodDirectory: String?

  package var podCIDR = constant(CIDR("10.42.0.0/16"))
  /// Each node gets a block of this size out of `podCIDR`.
  package var nodePodPrefixLength = 24
  package var serviceCIDR = constant(CIDR("10.43.0.0/16"))
  package var clusterDNS = constant(IPAddress("10.43.0.10"))
  /// Where this node's part of the cluster's DNS listens, at the node's address.
  package var dnsPort: UInt16 = 10053
  package var clusterDomain = "cluster.local"
  package var nodePorts: ClosedRange<UInt16> = 30000...32767
  package var bridge = "martlet0"

  package enum Switch: String, CaseIterable, Sendable { case on, off }

  /// Whether Services of type LoadBalancer get the nodes' addresses.
  package var loadBalancer = Switch.on

  package var ingress = Switch.on
  package var ingressAddress = constant(IPAddress("0.0.0.0"))
  package var ingressHTTPPort: UInt16 = 80
  package var ingressHTTPSPort: UInt16 = 443
  /// On the loopback interface.
  package var ingressMetricsPort: UInt16 = 10254
  package var ingressBodyMegabytesMax = 100
  package var ingressConnectionsMax = 16_384
  package var ingressBackendSeconds = 60
  package var ingressAccessLog = Switch.off

  /// `nil` runs and supervises a containerd of our own.
  package var criSocket: String?
  /// `nil` looks where distributions put the standard CNI plugins.
  package var networkPluginDirectory: String?
  /// The group that holds all pods, below the root of every hierarchy: `/martlet`.
  package var cgroupRoot = "/martlet"

  package var logLevel = LogLevel.info
  package var logFormat = LogFormat.text

  package init(nodeName: String) { self.nodeName = nodeName }
}

// MARK: - What follows from it

extension ServerSettings {
  package var pkiDirectory: String { "\(dataDirectory)/pki" }
  /// The keys that hide Secrets on the disk.
  package var sealingKeys: String { "\(pkiDirectory)/secrets.keys" }
  package var adminKubeconfig: String { "\(dataDirectory)/admin.kubeconfig" }
  package var database: String { "\(dataDirectory)/store/state.db" }
  /// Pods' volumes and what the node agent notes.
  package var agentDirectory: String { "\(dataDirectory)/agent" }
  package var podLogDirectory: String { "\(dataDirectory)/logs/pods" }
  package var staticPodDirectory: String {
    chosenStaticPodDirectory ?? "\(dataDirectory)/manifests"
  }
  package var containerdDataDirectory: String { "\(dataDirectory)/containerd" }
  package var containerdStateDirectory: String { "\(runtimeDirectory)/containerd" }
  package var networkConfigurationDirectory: String { "\(dataDirectory)/network" }
  package var networkAddressDirectory: String { "\(runtimeDirectory)/addresses" }

  /// A node's share of `podCIDR`: the first. Which one a node has is said by its Node.
  package var nodePodCIDR: CIDR { CIDR(podCIDR.base, prefixLength: nodePodPrefixLength) }

  /// Names of nftables' tables begin with the bridge's, so that two servers on one machine do not
  /// write each other's: `martlet0_pods`.
  package func packetTable(_ purpose: String) -> String { "\(bridge)_\(purpose)" }

  /// The cluster IP of the service `kubernetes.default`: the first of the block.
  package var apiServiceAddress: IPAddress {
    // The rules of `problems` leave room for it.
    serviceCIDR.address(at: 1) ?? serviceCIDR.base
  }

  package var serviceAccountIssuer: String { "https://kubernetes.default.svc.\(clusterDomain)" }
}

/// For constants of this file that parse, as every use of the type shows.
private func constant<Value>(_ value: Value?) -> Value {
  guard let value else { preconditionFailure("a constant of the default settings is wrong") }
  return value
}
