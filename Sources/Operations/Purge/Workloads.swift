import Foundations
package import Logging
import NIOPosix
import NodeAgent
package import Settings

/// The pods of a containerd of our own, and their end.
package struct Workloads: Sendable {
  private let settings: ServerSettings
  private let logger: Logger

  package init(_ settings: ServerSettings, logger: Logger) {
    self.settings = settings
    self.logger = logger
  }

  private var layout: ContainerdLayout {
    ContainerdLayout(
      dataDirectory: settings.containerdDataDirectory,
      stateDirectory: settings.containerdStateDirectory)
  }

  private var footprint: RuntimeFootprint {
    RuntimeFootprint(
      layout: layout, cgroupRoot: settings.cgroupRoot, bridge: settings.bridge,
      masqueradeTable: settings.packetTable("pods"))
  }

  /// Ends every pod as far as containerd answers, then containerd, then by force what is left.
  /// Pods of a runtime that somebody else runs are left to it.
  package func end() async throws {
    do {
      try await endOrderly()
    } catch let error as CancellationError {
      throw error
    } catch {
      logger.notice(
        "containerd does not answer: pods are ended by force", metadata: ["cause": "\(error)"])
    }
    try await ContainerdSupervisor.stop(layout)
    try await footprint.removeRemains()
  }

  private func endOrderly() async throws {
    guard try ContainerdSupervisor.isRunning(layout) else { return }
    let client = try ContainerRuntimeClient(
      socketPath: layout.socketPath, eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await client.run() }
      defer { group.cancelAll() }
      try await footprint.removePods(with: client)
    }
  }
}
