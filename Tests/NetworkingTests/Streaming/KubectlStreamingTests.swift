import Foundation
import NIOCore
import Testing

@testable import Networking

/// The machine's kubectl against the handlers over real sockets, on both wires.
@Suite(
  .enabled(if: Command.path(of: "kubectl") != nil, "kubectl is not installed"),
  .timeLimit(.minutes(3)))
struct KubectlStreamingTests {
  enum Wire: CaseIterable, Sendable { case webSocket, spdy }

  struct Way: Sendable, CustomTestStringConvertible {
    var wire: Wire
    var route: FakeCluster.Route
    var testDescription: String { "\(wire), \(route)" }

    static let all = [
      Way(wire: .webSocket, route: .direct), Way(wire: .spdy, route: .direct),
      Way(wire: .webSocket, route: .proxied), Way(wire: .spdy, route: .proxied),
    ]
  }

  /// - Parameter wire: kubectl tries WebSocket first unless told otherwise.
  static func kubectl(_ server: String, _ wire: Wire, _ arguments: [String]) -> Command {
    let usesWebSocket = wire == .webSocket ? "true" : "false"
    return Command(
      "kubectl", ["--server", server, "--kubeconfig", "/dev/null"] + arguments,
      environment: [
        "KUBECTL_REMOTE_COMMAND_WEBSOCKETS": usesWebSocket,
        "KUBECTL_PORT_FORWARD_WEBSOCKETS": usesWebSocket,
      ])
  }

  @Test(
    "exec shows output and error output, and returns the command's exit code", arguments: Way.all)
  func exec(_ way: Way) async throws {
    try await FakeCluster().run(way.route) { server in
      let outcome = try await Self.kubectl(
        server, way.wire,
        ["exec", "web", "--", "sh", "-c", "echo out; echo err >&2; exit 3"]
      ).run()
      #expect(outcome.text == "out\n")
      #expect(outcome.errorText == "err\ncommand terminated with exit code 3\n")
      #expect(outcome.exitCode == 3)
    }
  }

  @Test("exec -i passes input on to its end", arguments: Way.all)
  func execInput(_ way: Way) async throws {
    try await FakeCluster().run(way.route) { server in
      let outcome = try await Self.kubectl(server, way.wire, ["exec", "-i", "web", "--", "cat"])
        .run(stdin: Data("a line\n".utf8))
      #expect(outcome.text == "a line\n")
      #expect(outcome.exitCode == 0, "\(outcome.errorText)")
    }
  }

  @Test("much input and much output arrive whole", arguments: Way.all)
  func bulk(_ way: Way) async throws {
    var bytes = Data(count: 16 << 20)
    for index in stride(from: 0, to: bytes.count, by: 997) { bytes[index] = UInt8(index % 251) }
    try await FakeCluster().run(way.route) { [bytes] server in
      let outcome = try await Self.kubectl(server, way.wire, ["exec", "-i", "web", "--", "cat"])
        .run(stdin: bytes)
      #expect(outcome.stdout == bytes)
      #expect(outcome.exitCode == 0, "\(outcome.errorText)")
    }
  }

  @Test("a command that ends without reading its input ends the session", arguments: Way.all)
  func unreadInput(_ way: Way) async throws {
    try await FakeCluster().run(way.route) { server in
      let outcome = try await Self.kubectl(
        server, way.wire, ["exec", "-i", "web", "--", "sh", "-c", "echo done"]
      ).run(stdin: Data(count: 8 << 20))
      #expect(outcome.text == "done\n")
      #expect(outcome.exitCode == 0, "\(outcome.errorText)")
    }
  }

  @Test("cp copies files both ways", arguments: Way.all)
  func copy(_ way: Way) async throws {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("martlet-cp-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let bytes = Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    let source = directory.appendingPathComponent("source")
    try bytes.write(to: source)
    let there = directory.appendingPathComponent("there").path
    let back = directory.appendingPathComponent("back").path
    try await FakeCluster().run(way.route) { server in
      for (from, to) in [(source.path, "web:\(there)"), ("web:\(there)", back)] {
        let outcome = try await Self.kubectl(server, way.wire, ["cp", from, to]).run()
        #expect(outcome.exitCode == 0, "\(outcome.errorText)")
      }
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: back)) == bytes)
  }

  @Test("attach joins a container's streams", arguments: Way.all)
  func attach(_ way: Way) async throws {
    var cluster = FakeCluster()
    cluster.command = { command, streams in
      #expect(command.isEmpty)
      return try await LocalProcess.run(["sed", "s/^/said: /"], streams)
    }
    try await cluster.run(way.route) { server in
      let outcome = try await Self.kubectl(server, way.wire, ["attach", "-i", "web"])
        .run(stdin: Data("hello\n".utf8))
      #expect(outcome.text == "said: hello\n")
      #expect(outcome.exitCode == 0, "\(outcome.errorText)")
    }
  }

  @Test("what the backend refuses reaches the user in its own words", arguments: Way.all)
  func refused(_ way: Way) async throws {
    try await FakeCluster().run(way.route) { server in
      let exec = "/api/v1/namespaces/default/pods/web/exec?container=x&stdout=1&command=a"
      // kubectl itself looks for the container first, so this asks as it would.
      let outcome = try await Command(
        "curl",
        ["-s", "-X", "POST", "-H", "Connection: Upgrade", "-H", "Upgrade: SPDY/3.1"]
          + ["-H", "X-Stream-Protocol-Version: v4.channel.k8s.io", server + exec]
      ).run()
      #expect(outcome.text.contains("container x is not valid for pod web"))
      #expect(outcome.text.contains(#""reason":"BadRequest""#))
    }
  }

  @Test("a kubectl that is killed takes its command with it", arguments: Way.all)
  func killed(_ way: Way) async throws {
    let isCancelled = AwaitableState(false)
    var cluster = FakeCluster()
    cluster.command = { command, streams in
      defer { if Task.isCancelled { isCancelled.update { $0 = true } } }
      return try await LocalProcess.run(command, streams)
    }
    try await cluster.run(way.route) { server in
      let command = Self.kubectl(
        server, way.wire, ["exec", "web", "--", "sh", "-c", "echo started; exec sleep 600"])
      #expect(try await command.firstLine { $0 == "started" } != nil)
      // Not by SIGINT, which is ignored where a shell runs the tests in the background.
      command.process.terminate()
      try await isCancelled.wait { $0 ? () : nil }
    }
  }

  @Test("port-forward carries connections side by side", arguments: Way.all)
  func portForward(_ way: Way) async throws {
    var cluster = FakeCluster()
    cluster.forward = { port, stream in
      guard port == 80 else { throw ByteDuplexError.failed("nothing listens on \(port)") }
      while let bytes = try await stream.read() { try await stream.send(bytes) }
    }
    try await cluster.run(way.route) { server in
      let command = Self.kubectl(server, way.wire, ["port-forward", "web", ":80"])
      let line = try await command.firstLine { $0.contains("127.0.0.1:") }
      defer { command.stop() }
      let port = try #require(
        line?.split(separator: " ").compactMap { $0.split(separator: ":").last }
          .compactMap { Int($0) }.first, "\(line ?? "no line")")
      try await withThrowingTaskGroup(of: Void.self) { group in
        for index in 0..<5 {
          group.addTask { try await Self.echo(port, ByteBuffer(string: "connection \(index)")) }
        }
        group.addTask { try await Self.echo(port, ByteBuffer(repeating: 0x62, count: 4 << 20)) }
        try await group.waitForAll()
      }
    }
  }

  static func echo(_ port: Int, _ bytes: ByteBuffer) async throws {
    let connection = try await StreamDialer().connect(host: "127.0.0.1", port: port)
    defer { connection.close() }
    async let writing: Void = {
      for piece in bytes.pieces(of: 64 << 10) { try await connection.send(piece) }
      connection.finish()
    }()
    let back = try await connection.readAll(limit: bytes.readableBytes + 1)
    try await writing
    #expect(back == bytes)
  }
}
