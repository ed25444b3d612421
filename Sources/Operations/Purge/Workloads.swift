import Foundations
package import Logging
import NIOPosix
import NodeAgent
package import Settings

/// The pods of a containerd of our own, and their end.
package struct Workloads: Sendable {
  private let settings: ServerSettings
  private let path: String
  private let logger: Logger

  /// - Parameter path: PATH's value, where containerd is looked for first.
  package init(_ settings: ServerSettings, path: String, logger: Logger) {
    self.settings = settings
    self.path = path
    self.logger = logger
  }

  private var runtime: NodeRuntimeSettings {
    NodeRuntimeSettings(
      dataDirectory: settings.dataDirectory, runDirectory: settings.runtimeDirectory,
      podCIDRs: [settings.nodePodCIDR], clusterCIDRs: [settings.podCIDR],
      cgroupRoot: settings.cgroupRoot, bridge: settings.bridge,
      masqueradeTable: settings.packetTable("pods"))
  }

  /// Ends every pod as far as containerd answers, then containerd, then by force what is left.
  /// Pods of a runtime that somebody else runs are left to it.
  package func end() async throws {
    do {
      try await NodeRuntime.removeEverything(
        runtime, path: path, eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger)
    } catch let error as CancellationError {
      throw error
    } catch {
      logger.notice("pods are ended by force", metadata: ["cause": "\(error)"])
      try await ContainerdSupervisor.stop(runtime.containerd)
      try await runtime.footprint.removeRemains()
    }
    // An agent's range is its cluster's, and not in its settings: routes are known by their mark.
    try await NodeRouteTable.removeAll(in: CIDR(IPAddress(family: .v4, value: 0), prefixLength: 0))
    try await NodeRouteTable.removeInterface(
      NodeNetwork.tunnelInterface(besideBridge: settings.bridge))
  }
}
