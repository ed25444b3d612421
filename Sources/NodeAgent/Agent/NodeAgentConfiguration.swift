/// What the pod side of the node agent is told when it starts. Paths are absolute.
package struct NodeAgentConfiguration: Sendable {
  /// The Node object's name.
  package var nodeName: String
  /// This node's addresses, the first of which is `status.hostIP`.
  package var nodeAddresses: [String]
  /// Pods' volumes and files live under `DATA/pods/UID`.
  package var dataDirectory: String
  /// Containers' logs live under `LOG/NAMESPACE_NAME_UID/CONTAINER/ATTEMPT.log`.
  package var logDirectory: String
  /// Manifests of static pods; `nil` for none.
  package var staticPodDirectory: String?
  package var clusterDomain: String
  /// The DNS service's addresses, for pods with policy ClusterFirst.
  package var clusterDNS: [String]
  /// Where pods' control groups are.
  package var cgroups: PodCgroups
  /// The host's resolver configuration and host table, which host-network pods share.
  package var hostResolverPath: String
  package var hostTablePath: String

  package init(
    nodeName: String, nodeAddresses: [String], dataDirectory: String = "/var/lib/martlet/agent",
    logDirectory: String = "/var/log/martlet/pods", staticPodDirectory: String? = nil,
    clusterDomain: String = "cluster.local", clusterDNS: [String] = ["10.43.0.10"],
    cgroups: PodCgroups = PodCgroups(root: "/martlet"),
    hostResolverPath: String = "/etc/resolv.conf",
    hostTablePath: String = "/etc/hosts"
  ) {
    self.nodeName = nodeName
    self.nodeAddresses = nodeAddresses
    self.dataDirectory = dataDirectory
    self.logDirectory = logDirectory
    self.staticPodDirectory = staticPodDirectory
    self.clusterDomain = clusterDomain
    self.clusterDNS = clusterDNS
    self.cgroups = cgroups
    self.hostResolverPath = hostResolverPath
    self.hostTablePath = hostTablePath
  }
}
