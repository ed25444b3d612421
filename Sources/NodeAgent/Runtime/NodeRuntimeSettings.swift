package import Foundations

/// Where this node's containers run and what they share. Two nodes on one host need every value to
/// differ, except the cluster's.
package struct NodeRuntimeSettings: Equatable, Sendable {
  /// `/var/lib/martlet`: images and snapshots go below it.
  package var dataDirectory: String
  /// `/run/martlet`: sockets and what need not outlive a reboot; short.
  package var runDirectory: String
  /// Below every cgroup hierarchy: `/martlet`.
  package var cgroupRoot: String
  /// The pods' bridge, at most 15 bytes: `martlet0`.
  package var bridge: String
  /// nftables' table for the pods' way out: `martlet_pods`.
  package var masqueradeTable: String
  /// This node's pods.
  package var podCIDRs: [CIDR]
  /// Every node's pods.
  package var clusterCIDRs: [CIDR]
  /// The socket of a container runtime that somebody else runs, with its own network and sandbox
  /// image; `nil` runs a containerd of our own.
  package var externalSocketPath: String?

  package init(
    dataDirectory: String, runDirectory: String, podCIDRs: [CIDR], clusterCIDRs: [CIDR],
    cgroupRoot: String = "/martlet", bridge: String = "martlet0",
    masqueradeTable: String = "martlet_pods", externalSocketPath: String? = nil
  ) {
    self.dataDirectory = dataDirectory
    self.runDirectory = runDirectory
    self.cgroupRoot = cgroupRoot
    self.bridge = bridge
    self.masqueradeTable = masqueradeTable
    self.podCIDRs = podCIDRs
    self.clusterCIDRs = clusterCIDRs
    self.externalSocketPath = externalSocketPath
  }

  package var containerd: ContainerdLayout {
    ContainerdLayout(
      dataDirectory: "\(dataDirectory)/containerd", stateDirectory: "\(runDirectory)/containerd")
  }

  package var networkDirectory: String { "\(dataDirectory)/network" }

  package var network: NetworkConfiguration {
    NetworkConfiguration(
      bridge: bridge, podCIDRs: podCIDRs, addressDirectory: "\(runDirectory)/addresses")
  }

  package var masquerade: PodMasquerade {
    PodMasquerade(table: masqueradeTable, podCIDRs: podCIDRs, clusterCIDRs: clusterCIDRs)
  }

  package var footprint: RuntimeFootprint {
    RuntimeFootprint(
      layout: containerd, cgroupRoot: cgroupRoot, bridge: bridge, masqueradeTable: masqueradeTable)
  }
}
