import Foundations
package import Logging
package import NIOCore

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// The node's container runtime with all that belongs to it: a supervised containerd, the pod
/// network, the pause image, the connection and its events.
package final class NodeRuntime: Sendable {
  package let settings: NodeRuntimeSettings
  package let client: ContainerRuntimeClient
  package let events = RuntimeEventQueue()
  private let supervisor: ContainerdSupervisor?
  private let importer: ImageImporter?

  /// Looks for the programs it needs; starts nothing.
  /// - Parameter path: PATH's value, where programs are looked for first.
  /// - Throws: `RuntimeSetupError`, fit to be shown.
  package init(
    _ settings: NodeRuntimeSettings, path: String, eventLoopGroup: any EventLoopGroup,
    logger: Logger
  ) throws {
    self.settings = settings
    let socketPath = settings.externalSocketPath ?? settings.containerd.socketPath
    client = try ContainerRuntimeClient(socketPath: socketPath, eventLoopGroup: eventLoopGroup)
    guard settings.externalSocketPath == nil else {
      supervisor = nil
      importer = nil
      return
    }
    let programs = try ContainerdPrograms.find(inPath: path)
    supervisor = ContainerdSupervisor(
      configuration: ContainerdConfiguration(
        layout: settings.containerd, sandboxImage: PauseImage.reference,
        networkPluginDirectory: programs.networkPluginDirectory,
        networkConfigurationDirectory: settings.networkDirectory,
        mayLowerOOMScore: try ProcessCapabilities.current.mayLowerOOMScore),
      programs: programs, eventLoopGroup: eventLoopGroup, logger: logger)
    importer = ImageImporter(ctr: programs.ctr, socketPath: socketPath, images: client)
  }

  /// Brings everything up, runs `body`, and returns when that does; containerd and the containers
  /// go on. Cancelling ends `body` and returns the same way.
  /// - Throws: `RuntimeSetupError` or `FileError` when the node cannot run containers, and what
  ///   `body` throws.
  package func run(_ body: @Sendable (NodeRuntime) async throws -> Void) async throws {
    if let supervisor {
      let isDualStack = settings.podCIDRs.contains { $0.family == .v6 }
      try await KernelForwarding.enable(ipv6: isDualStack)
      try settings.network.write(to: settings.networkDirectory)
      try await settings.masquerade.apply()
      try await supervisor.start()
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      defer { group.cancelAll() }
      if let supervisor { group.addTask { await supervisor.run() } }
      try await importer?.ensurePauseImage()
      group.addTask { [client, events] in
        await RuntimeEventSource(client: client, queue: events).run()
      }
      try await body(self)
    }
  }

  /// Brings an image from an archive to the node. With somebody else's runtime it cannot.
  package func importImage(
    _ archive: ImageImporter.Archive, as reference: String, pinned: Bool
  ) async throws {
    guard let importer else {
      throw ImageError.importFailed(
        reference: reference, complaint: "this node's container runtime is not Martlet's own")
    }
    try await importer.importArchive(archive, as: reference, pinned: pinned)
  }

  /// For `down`: ends containerd, whatever runs in it.
  package func stop() async throws { try await supervisor?.stop() }

  /// For `purge`, while nobody else uses the runtime: removes every pod and all that a containerd
  /// of our own leaves on the host, except the two directories.
  package static func removeEverything(
    _ settings: NodeRuntimeSettings, path: String, eventLoopGroup: any EventLoopGroup,
    logger: Logger
  ) async throws {
    let runtime = try NodeRuntime(
      settings, path: path, eventLoopGroup: eventLoopGroup, logger: logger)
    if let supervisor = runtime.supervisor, access(settings.containerd.root, F_OK) == 0 {
      // containerd itself knows best how to undo what it did: it runs once more for this.
      // The one of the last run knows the node's addresses.
      let file = "\(settings.networkDirectory)/\(NetworkConfiguration.fileName)"
      if access(file, F_OK) != 0 { try settings.network.write(to: settings.networkDirectory) }
      try await supervisor.start()
      try await settings.footprint.removePods(with: runtime.client)
      try await supervisor.stop()
    }
    try await settings.footprint.removeRemains()
  }
}
