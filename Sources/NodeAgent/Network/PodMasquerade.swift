package import Foundations

/// The one rule that lets pods reach what lies outside the cluster: whatever leaves the node from a
/// pod's address, for an address that is no pod's, takes the node's own.
package struct PodMasquerade: Equatable, Sendable {
  /// nftables' name for the table that holds it, and nothing else.
  package var table: String
  /// The node's pods.
  package var podCIDRs: [CIDR]
  /// Every node's pods, which see each other's true addresses.
  package var clusterCIDRs: [CIDR]

  package init(table: String = "martlet_pods", podCIDRs: [CIDR], clusterCIDRs: [CIDR]) {
    self.table = table
    self.podCIDRs = podCIDRs
    self.clusterCIDRs = clusterCIDRs
  }

  /// One transaction that puts the table in place of an earlier one.
  package var rendered: String {
    var lines = [
      "table inet \(table)", "delete table inet \(table)", "table inet \(table) {",
      "  chain postrouting {",
      // After destination translation and the service proxy's own marks.
      "    type nat hook postrouting priority srcnat + 10; policy accept;",
    ]
    for family in [IPAddress.Family.v4, .v6] {
      let keyword = family == .v4 ? "ip" : "ip6"
      let cluster = clusterCIDRs.filter { $0.family == family }.map(\.description)
      for pods in podCIDRs where pods.family == family {
        let others = cluster.isEmpty ? [pods.description] : cluster
        let multicast = family == .v4 ? "224.0.0.0/4" : "ff00::/8"
        let kept = (others + [multicast]).joined(separator: ", ")
        lines.append(
          "    \(keyword) saddr \(pods) \(keyword) daddr != { \(kept) } masquerade fully-random")
      }
    }
    return (lines + ["  }", "}", ""]).joined(separator: "\n")
  }

  /// - Throws: `RuntimeSetupError` with what nft said.
  package func apply() async throws {
    var command = Command("nft", ["-f", "/dev/stdin"])
    command.input = Array(rendered.utf8)
    try await Self.run(command)
  }

  /// Can be repeated.
  package func remove() async throws {
    // Made first, so that deleting cannot fail for want of it.
    var command = Command("nft", ["-f", "/dev/stdin"])
    command.input = Array("table inet \(table)\ndelete table inet \(table)\n".utf8)
    try await Self.run(command)
  }

  private static func run(_ command: Command) async throws {
    let outcome = try await command.run()
    guard outcome.exitCode == 0 else {
      throw RuntimeSetupError.commandFailed("nft", complaint: outcome.complaint)
    }
  }
}
