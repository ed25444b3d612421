import ContainerRuntimeInterface
import Foundations
import Logging
import NIOPosix
import NodeAgent
import Resources
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
  let runtime: NodeRuntime
  let fileWatcher: FileWatcher

  var client: ContainerRuntimeClient { runtime.client }
  var events: RuntimeEventQueue { runtime.events }
  var settings: NodeRuntimeSettings { runtime.settings }
  var groups: PodCgroups { PodCgroups(root: settings.cgroupRoot) }

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
  static let logger = Logger(label: "containerd")

  /// Apart from any other run of these tests: the process's number is in every name.
  static func settings() throws -> NodeRuntimeSettings {
    let mark = String(getpid(), radix: 36)
    let block = "10.\(200 + Int(getpid()) / 256 % 50).\(Int(getpid()) % 256).0/24"
    let pods = try #require(CIDR(block))
    return NodeRuntimeSettings(
      dataDirectory: "/tmp/martlet-test-\(mark)", runDirectory: "/run/martlet-test-\(mark)",
      podCIDRs: [pods], clusterCIDRs: [pods], cgroupRoot: "/martlet-test-\(mark)",
      bridge: "mrt\(mark)", masqueradeTable: "martlet_test_\(mark)")
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
    try await runtime.importImage(.bytes(try plan.archive()), as: Self.busybox, pinned: false)
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
      $0.logDirectory = "\(settings.dataDirectory)/logs/\(name)"
      $0.linux.cgroupParent = groups.pod(uid: name, quality: .bestEffort)
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

  func logPath(_ pod: String) -> String { "\(settings.dataDirectory)/logs/\(pod)/main.log" }

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
    let before = try await HostSnapshot.take()
    let settings = try RealRuntime.settings()
    let runtime = try NodeRuntime(
      settings, path: "", eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
      logger: RealRuntime.logger)
    try await runtime.run { runtime in
      let real = RealRuntime(runtime: runtime, fileWatcher: try FileWatcher())
      try await real.importBusybox()
      try await RealRuntime.$current.withValue(real) { try await body() }
      // Left for the removal to deal with.
      _ = try await real.startPod("forgotten", "sleep 1000")
    }
    try await NodeRuntime.removeEverything(
      settings, path: "", eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
      logger: RealRuntime.logger)
    for directory in [settings.dataDirectory, settings.runDirectory] {
      let removal = try await Command("rm", ["-r", "--one-file-system", directory]).run()
      #expect(removal.exitCode == 0, "\(removal.complaint)")
    }
    let after = try await HostSnapshot.take()
    #expect(after.added(to: before) == [], "left on the host")
  }
}

extension Trait where Self == RealRuntimeTrait {
  static var realRuntime: Self { RealRuntimeTrait() }
}
