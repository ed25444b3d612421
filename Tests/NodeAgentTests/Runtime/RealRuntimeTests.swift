import ContainerRuntimeInterface
import Foundations
import NodeAgent
import SwiftProtobuf
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

@Suite(
  .tags(.realRuntime), .serialized,
  .enabled(if: RealRuntime.isPossible, "\(RealRuntime.obstacle ?? "")"), .realRuntime)
struct RealRuntimeTests {
  private func runtime() throws -> RealRuntime { try #require(RealRuntime.current) }

  @Test("the runtime names itself and is ready")
  func version() async throws {
    let client = try runtime().client
    #expect(try await client.version().runtimeName == "containerd")
    let conditions = try await client.status().status.conditions
    #expect(conditions.filter { !$0.status }.map(\.message) == [])
    #expect(try await client.cgroupDriver() == .cgroupfs)
  }

  @Test("a container runs, logs, exits, and its exit arrives as an event with the status in place")
  func exit() async throws {
    let runtime = try runtime()
    _ = await runtime.events.nextBatch()
    let (sandbox, container) = try await runtime.startPod("exit", "echo hello; exit 7")
    while await !runtime.events.nextBatch().contains(.exited(id: container.rawValue)) {}
    let status = try await runtime.client.containerStatus(container)
    #expect(status.state == .exited)
    #expect(status.exitCode == 7)
    #expect(status.reason == "Error")
    let log = try DurableFile.read("\(runtime.directory)/logs/exit/main.log") ?? []
    #expect(String(decoding: log, as: UTF8.self).hasSuffix(" stdout F hello\n"))
    try await runtime.removePod(sandbox)
    await #expect(throws: RuntimeError.self) {
      try await runtime.client.containerStatus(container)
    }
  }

  @Test("a command runs in a container: both outputs, the exit code, and the time limit")
  func exec() async throws {
    let runtime = try runtime()
    let (sandbox, container) = try await runtime.startPod("exec", "sleep 1000")
    let answer = try await runtime.client.execSync(
      ["/bin/sh", "-c", "echo out; echo bad >&2; exit 3"], in: container, limit: .seconds(10))
    #expect(Array(answer.stdout) == Array("out\n".utf8))
    #expect(Array(answer.stderr) == Array("bad\n".utf8))
    #expect(answer.exitCode == 3)
    await #expect(throws: RuntimeError.self) {
      try await runtime.client.execSync(["sleep", "60"], in: container, limit: .seconds(1))
    }
    let url = try await runtime.client.execURL(
      .with {
        $0.containerID = container.rawValue
        $0.cmd = ["true"]
        $0.stdout = true
      })
    #expect(url.hasPrefix("http://127.0.0.1:"))
    try await runtime.removePod(sandbox)
  }

  @Test("stopping sends the signal first, and kills after the grace")
  func stop() async throws {
    let runtime = try runtime()
    let (polite, politeContainer) = try await runtime.startPod(
      "polite", "trap 'exit 5' TERM; while true; do sleep 0.05; done")
    try await runtime.client.stopContainer(politeContainer, grace: .seconds(20))
    #expect(try await runtime.client.containerStatus(politeContainer).exitCode == 5)
    let (deaf, deafContainer) = try await runtime.startPod("deaf", "trap '' TERM; sleep 1000")
    try await runtime.client.stopContainer(deafContainer, grace: .seconds(1))
    #expect(try await runtime.client.containerStatus(deafContainer).exitCode == 137)
    try await runtime.removePod(polite)
    try await runtime.removePod(deaf)
  }

  @Test("containers survive the end of containerd, which comes back by itself")
  func survival() async throws {
    let runtime = try runtime()
    let (sandbox, container) = try await runtime.startPod("survivor", "sleep 1000")
    let before = try await runtime.client.containerStatus(container)
    let processFile = runtime.footprint.layout.processFile
    let killed = try #require(try processID(in: processFile))
    _ = await runtime.events.nextBatch()
    kill(killed, SIGKILL)
    // The event stream says so when it is back.
    while await !runtime.events.nextBatch().contains(.resync) {}
    let after = try await runtime.client.containerStatus(container)
    #expect(after.state == .running)
    #expect(after.startedAt == before.startedAt)
    #expect(try processID(in: processFile) != killed)
    try await runtime.removePod(sandbox)
  }

  @Test("a containerd that runs already is adopted, not started twice")
  func adoption() async throws {
    let runtime = try runtime()
    let processFile = runtime.footprint.layout.processFile
    let before = try processID(in: processFile)
    try await runtime.supervisor.start()
    #expect(try processID(in: processFile) == before)
  }

  @Test("the sandbox's first process buries orphans where containers share its processes")
  func orphans() async throws {
    let runtime = try runtime()
    var config = runtime.sandboxConfig("orphans")
    config.linux.securityContext.namespaceOptions.pid = .pod
    let sandbox = try await runtime.client.runSandbox(config, handler: "")
    var containerConfig = runtime.containerConfig(
      "main", ["/bin/sh", "-c", "(sleep 0.01 &) ; sleep 0.3; cat /proc/[0-9]*/stat | wc -l"])
    containerConfig.linux.securityContext.namespaceOptions.pid = .pod
    let container = try await runtime.client.createContainer(
      containerConfig, in: sandbox, madeWith: config)
    _ = await runtime.events.nextBatch()
    try await runtime.client.startContainer(container)
    while await !runtime.events.nextBatch().contains(.exited(id: container.rawValue)) {}
    let log = try DurableFile.read("\(runtime.directory)/logs/orphans/main.log") ?? []
    // The pause program, the shell, cat and wc: no dead sleep.
    #expect(String(decoding: log, as: UTF8.self).hasSuffix(" 4\n"))
    try await runtime.removePod(sandbox)
  }

  @Test("what does not exist is told apart from what fails")
  func notFound() async throws {
    let client = try runtime().client
    await #expect(throws: RuntimeError.self) {
      try await client.containerStatus(ContainerID("none"))
    }
    do {
      _ = try await client.sandboxStatus(SandboxID("none"))
    } catch RuntimeError.notFound {
    }
    try await client.stopContainer(ContainerID("none"), grace: .zero)
    try await client.removeSandbox(SandboxID("none"))
    #expect(try await client.image("no.such/image:1") == nil)
  }

  @Test("statistics show a running container")
  func statistics() async throws {
    let runtime = try runtime()
    let (sandbox, container) = try await runtime.startPod("stats", "sleep 1000")
    let statistics = try await runtime.client.containerStatistics(
      matching: .with { $0.id = container.rawValue })
    #expect(statistics.first?.memory.workingSetBytes.value ?? 0 > 0)
    #expect(try await runtime.client.imageFileSystems().imageFilesystems.isEmpty == false)
    try await runtime.removePod(sandbox)
  }

  private func processID(in file: String) throws -> Int32? {
    guard let bytes = try DurableFile.read(file) else { return nil }
    return String(decoding: bytes, as: UTF8.self).split(separator: " ").first.flatMap { Int32($0) }
  }
}
