import ContainerRuntimeInterface
import Foundations
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

  @Test("a thousand calls in a row keep their connection")
  func manyCalls() async throws {
    let client = try runtime().client
    for _ in 0..<1000 { _ = try await client.version() }
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
    let log = try DurableFile.read(runtime.logPath("exit")) ?? []
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

  @Test(
    "containers survive the end of containerd, which comes back by itself",
    .timeLimit(.minutes(2)))
  func survival() async throws {
    let runtime = try runtime()
    let (sandbox, container) = try await runtime.startPod("survivor", "sleep 1000")
    let before = try await runtime.client.containerStatus(container)
    let processFile = runtime.settings.containerd.processFile
    let killed = try #require(try processID(in: processFile))
    _ = await runtime.events.nextBatch()
    kill(killed, SIGKILL)
    // The event stream says so when it is back.
    while await !runtime.events.nextBatch().contains(.resync) { try Task.checkCancellation() }
    let after = try await runtime.client.containerStatus(container)
    #expect(after.state == .running)
    #expect(after.startedAt == before.startedAt)
    #expect(try processID(in: processFile) != killed)
    try await runtime.removePod(sandbox)
  }

  @Test("a containerd that runs already is adopted, not started twice")
  func adoption() async throws {
    let runtime = try runtime()
    let processFile = runtime.settings.containerd.processFile
    let before = try processID(in: processFile)
    let (sandbox, container) = try await runtime.startPod("adopted", "sleep 1000")
    // What the next martlet process does while the pod runs.
    let next = try NodeRuntime(
      runtime.settings, path: "", eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
      logger: RealRuntime.logger)
    try await next.run { next in
      let status = try await next.client.containerStatus(container)
      #expect(status.state == .running)
      #expect(await next.events.nextBatch() == [.resync])
    }
    #expect(try processID(in: processFile) == before)
    try await runtime.removePod(sandbox)
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
    let log = try DurableFile.read(runtime.logPath("orphans")) ?? []
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

  @Test("statistics show a running container, the runtime's and the kernel's own")
  func statistics() async throws {
    let runtime = try runtime()
    let (sandbox, container) = try await runtime.startPod("stats", "sleep 1000")
    let statistics = try await runtime.client.containerStatistics(
      matching: .with { $0.id = container.rawValue })
    #expect(statistics.first?.memory.workingSetBytes.value ?? 0 > 0)
    #expect(try await runtime.client.imageFileSystems().imageFilesystems.isEmpty == false)
    let layout = try CgroupLayout.detect()
    let group = runtime.groups.container(container, podUID: "stats", quality: .bestEffort)
    let usage = try #require(try CgroupUsage.read(group, in: layout))
    #expect(usage.processCount == 2 || usage.processCount == 1)
    #expect(usage.memoryBytes > 0)
    #expect(usage.cpuNanoseconds > 0)
    try await runtime.removePod(sandbox)
    #expect(try CgroupUsage.read(group, in: layout) == nil)
  }

  @Test("a pod's group holds its containers to the pod's limits")
  func limits() async throws {
    let runtime = try runtime()
    let layout = try CgroupLayout.detect()
    var limits = CgroupLimits()
    limits.cpuShares = 2
    limits.cpuQuotaMicroseconds = 50_000
    limits.memoryBytes = 32 << 20
    limits.pidsMax = 30
    let group = runtime.groups.pod(uid: "limits", quality: .bestEffort)
    try CgroupTree.apply(limits, to: group, in: layout)
    _ = await runtime.events.nextBatch()
    // 64 MB of newlines in the shell's memory.
    let (sandbox, container) = try await runtime.startPod(
      "limits", "x=$(head -c 64000000 /dev/zero | cat -v); echo $x | wc -c")
    while await !runtime.events.nextBatch().contains(.exited(id: container.rawValue)) {}
    let status = try await runtime.client.containerStatus(container)
    #expect(status.exitCode != 0)
    try await runtime.removePod(sandbox)
    try await CgroupTree.remove(group)
    #expect(try CgroupUsage.read(group, in: layout) == nil)
  }

  @Test("a container that takes more memory than its limit is killed, and the status says why")
  func outOfMemory() async throws {
    let runtime = try runtime()
    let config = runtime.sandboxConfig("greedy")
    let sandbox = try await runtime.client.runSandbox(config, handler: "")
    var greedy = runtime.containerConfig(
      "main", ["/bin/sh", "-c", "x=$(head -c 64000000 /dev/zero | cat -v); echo $x | wc -c"])
    greedy.linux.resources.memoryLimitInBytes = 16 << 20
    let container = try await runtime.client.createContainer(
      greedy, in: sandbox, madeWith: config)
    _ = await runtime.events.nextBatch()
    try await runtime.client.startContainer(container)
    var events: [RuntimeEvent] = []
    while !events.contains(.exited(id: container.rawValue)) {
      events += await runtime.events.nextBatch()
    }
    #expect(events.contains(.outOfMemory(container)))
    #expect(try await runtime.client.containerStatus(container).reason == "OOMKilled")
    try await runtime.removePod(sandbox)
  }

  @Test("a log that was cut goes on in a new file, and a reader misses nothing")
  func rotation() async throws {
    let runtime = try runtime()
    let (sandbox, container) = try await runtime.startPod(
      "rotated", "n=0; while [ $n -lt 400 ]; do n=$((n+1)); echo line $n; sleep 0.002; done")
    let path = runtime.logPath("rotated")
    var options = LogOptions()
    options.follow = true
    let reader = ContainerLogReader(path: path, options: options, watcher: runtime.fileWatcher)
    let rotator = LogRotator(LogRotation(maxBytes: 1000, maxFiles: 3), runtime: runtime.client)
    var text: [UInt8] = []
    var rotations = 0
    try await reader.read(
      untilAfter: {
        while await !runtime.events.nextBatch().contains(.exited(id: container.rawValue)) {}
      },
      into: { bytes in
        text += bytes
        guard text.count > 1000 * (rotations + 1), rotations < 2 else { return }
        rotations += 1
        try await rotator.rotate(path, of: container)
      })
    #expect(rotations == 2)
    let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
    #expect(lines == (1...400).map { "line \($0)" })
    try await runtime.removePod(sandbox)
  }

  @Test("two pods reach each other, and a host port leads to its pod")
  func network() async throws {
    let runtime = try runtime()
    var config = runtime.sandboxConfig("server")
    config.portMappings = [
      .with {
        $0.containerPort = 8080
        $0.hostPort = 20_000 + getpid() % 10_000
      }
    ]
    let server = try await runtime.client.runSandbox(config, handler: "")
    let container = try await runtime.client.createContainer(
      runtime.containerConfig(
        "main", ["/bin/sh", "-c", "while true; do echo served | nc -l -p 8080; done"]),
      in: server, madeWith: config)
    try await runtime.client.startContainer(container)
    let address = try await runtime.client.sandboxStatus(server).network.ip
    let parsed = try #require(IPAddress(address))
    #expect(runtime.settings.podCIDRs[0].contains(parsed))
    let (client, clientContainer) = try await runtime.startPod("client", "sleep 1000")
    let answer = try await runtime.client.execSync(
      ["nc", address, "8080"], in: clientContainer, limit: .seconds(10))
    #expect(Array(answer.stdout) == Array("served\n".utf8))
    let gateway = try #require(runtime.settings.podCIDRs[0].address(at: 1))
    let mapped = try await runtime.client.execSync(
      ["nc", "\(gateway)", "\(config.portMappings[0].hostPort)"], in: clientContainer,
      limit: .seconds(10))
    #expect(Array(mapped.stdout) == Array("served\n".utf8))
    try await runtime.removePod(client)
    try await runtime.removePod(server)
  }

  private func processID(in file: String) throws -> Int32? {
    guard let bytes = try DurableFile.read(file) else { return nil }
    return String(decoding: bytes, as: UTF8.self).split(separator: " ").first.flatMap { Int32($0) }
  }
}
