import ContainerRuntimeInterface
import Foundations
import Logging
import NIOPosix
import NodeAgent
import SwiftProtobuf
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

extension Tag {
  /// Runs real containers: needs root, containerd and the network plugins.
  @Tag static var realRuntime: Self
}

/// A containerd of the test's own: its directories, bridge, addresses and cgroups are nobody
/// else's, and all are gone afterwards.
struct RealRuntime: Sendable {
  let supervisor: ContainerdSupervisor
  let client: ContainerRuntimeClient
  let events: RuntimeEventQueue
  let importer: ImageImporter
  let footprint: RuntimeFootprint
  let directory: String
  let stateDirectory: String

  @TaskLocal static var current: RealRuntime?

  /// Why such tests are skipped here, or `nil`.
  static let obstacle: String? = {
    guard geteuid() == 0 else { return "needs root" }
    do {
      _ = try ContainerdPrograms.find(inPath: "")
      return nil
    } catch {
      return "\(error)"
    }
  }()

  static var isPossible: Bool { obstacle == nil }

  static let busybox = "martlet.test/busybox:1"

  static func make() async throws -> RealRuntime {
    // Apart from any other run of these tests: the process's number is in every name.
    let mark = String(getpid(), radix: 36)
    let directory = "/tmp/martlet-test-\(mark)"
    let stateDirectory = "/run/martlet-test-\(mark)"
    let layout = ContainerdLayout(
      dataDirectory: "\(directory)/containerd", stateDirectory: stateDirectory)
    let network = NetworkConfiguration(
      bridge: "mrt\(mark)",
      podCIDRs: [CIDR("10.\(200 + Int(getpid()) / 256 % 50).\(Int(getpid()) % 256).0/24")!],
      addressDirectory: "\(stateDirectory)/addresses")
    try network.write(to: "\(directory)/network")
    try await KernelForwarding.enable(ipv6: false)
    let programs = try ContainerdPrograms.find(inPath: "")
    let configuration = ContainerdConfiguration(
      layout: layout, sandboxImage: PauseImage.reference,
      networkPluginDirectory: programs.networkPluginDirectory,
      networkConfigurationDirectory: "\(directory)/network",
      mayLowerOOMScore: false)
    let supervisor = ContainerdSupervisor(
      configuration: configuration, programs: programs,
      eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: Logger(label: "containerd"))
    let client = try ContainerRuntimeClient(
      socketPath: layout.socketPath, eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
    return RealRuntime(
      supervisor: supervisor, client: client, events: RuntimeEventQueue(),
      importer: ImageImporter(ctr: programs.ctr, socketPath: layout.socketPath, images: client),
      footprint: RuntimeFootprint(
        layout: layout, cgroupRoot: "/martlet-test-\(mark)", bridge: "mrt\(mark)",
        masqueradeTable: "martlet_test_\(mark)"),
      directory: directory, stateDirectory: stateDirectory)
  }

  func importBusybox() async throws {
    let architecture = try #require(ImageRecipe.Architecture.current)
    var recipe = ImageRecipe(reference: Self.busybox, architecture: architecture, files: [])
    recipe.command = ["/bin/sh"]
    let plan = ImageBuildPlan(
      recipe: recipe, files: ["/bin/busybox:/bin/busybox:755"],
      links: [
        "sh", "sleep", "echo", "cat", "wc", "id", "true", "false", "yes", "head", "tar", "nc",
        "tty", "stty", "sha256sum",
      ].map {
        "/bin/\($0)=busybox"
      })
    try await importer.importArchive(.bytes(try plan.archive()), as: Self.busybox, pinned: false)
  }

  // MARK: Pods

  func sandboxConfig(_ name: String) -> CRIPodSandboxConfig {
    .with {
      $0.metadata = .with {
        $0.name = name
        $0.uid = "uid-\(name)"
        $0.namespace = "default"
      }
      $0.hostname = name
      $0.logDirectory = "\(directory)/logs/\(name)"
      $0.linux.cgroupParent = "\(footprint.cgroupRoot)/kubepods/besteffort/pod\(name)"
    }
  }

  func containerConfig(_ name: String, _ command: [String]) -> CRIContainerConfig {
    .with {
      $0.metadata = .with { $0.name = name }
      $0.image = .with { $0.image = Self.busybox }
      $0.command = command
      $0.logPath = "\(name).log"
      $0.linux = .with { $0.resources = .with { $0.oomScoreAdj = 1000 } }
    }
  }

  /// A pod of one container that runs a shell command.
  func startPod(_ name: String, _ script: String) async throws -> (SandboxID, ContainerID) {
    let config = sandboxConfig(name)
    let sandbox = try await client.runSandbox(config, handler: "")
    let container = try await client.createContainer(
      containerConfig("main", ["/bin/sh", "-c", script]), in: sandbox, madeWith: config)
    try await client.startContainer(container)
    return (sandbox, container)
  }

  func removePod(_ sandbox: SandboxID) async throws {
    try await client.stopSandbox(sandbox)
    try await client.removeSandbox(sandbox)
  }
}

/// Gives a suite one containerd, and sees at the end that nothing of it is left.
struct RealRuntimeTrait: SuiteTrait, TestScoping {
  func provideScope(
    for test: Test, testCase: Test.Case?, performing body: @Sendable () async throws -> Void
  ) async throws {
    guard RealRuntime.isPossible else { return try await body() }
    let before = try HostSnapshot.take()
    let runtime = try await RealRuntime.make()
    try await runtime.supervisor.start()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await runtime.supervisor.run() }
      group.addTask { try await runtime.client.run() }
      group.addTask {
        await RuntimeEventSource(client: runtime.client, queue: runtime.events).run()
      }
      try await runtime.importer.ensurePauseImage()
      try await runtime.importBusybox()
      try await RealRuntime.$current.withValue(runtime) { try await body() }
      try await runtime.footprint.removePods(with: runtime.client)
      group.cancelAll()
    }
    try await runtime.supervisor.stop()
    try await runtime.footprint.removeRemains()
    for directory in [runtime.directory, runtime.stateDirectory] {
      _ = try await Command("rm", ["-r", "--one-file-system", directory]).run()
    }
    let after = try HostSnapshot.take()
    #expect(after.added(to: before) == [], "left on the host")
  }
}

extension Trait where Self == RealRuntimeTrait {
  static var realRuntime: Self { RealRuntimeTrait() }
}
