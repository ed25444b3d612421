import ContainerRuntimeInterface
import Foundations
import NIOCore
import NodeAgent
import Testing

@testable import Networking

private let hasKubectl = access("/usr/bin/kubectl", X_OK) == 0

extension RealRuntimeTests {
  /// kubectl, our handlers, containerd and a container: the whole way of a stream but the hop
  /// between two machines.
  @Suite(.enabled(if: hasKubectl, "kubectl is not installed"))
  struct RealStreamingTests {
    enum Wire: CaseIterable, Sendable { case webSocket, spdy }

    static func kubectl(
      _ server: String, _ wire: Wire, _ arguments: [String], input: String = "",
      terminal: Bool = false
    ) async throws -> (output: String, error: String, exitCode: Int32) {
      let all = ["--server", server, "--kubeconfig", "/dev/null"] + arguments
      // kubectl asks for a terminal only where it has one itself.
      let line = "kubectl " + all.map { "'\($0)'" }.joined(separator: " ")
      var command =
        terminal
        ? Command("script", ["-qec", line, "/dev/null"]) : Command("kubectl", all)
      let usesWebSocket = wire == .webSocket ? "true" : "false"
      command.launch.environment = [
        "KUBECTL_REMOTE_COMMAND_WEBSOCKETS": usesWebSocket,
        "KUBECTL_PORT_FORWARD_WEBSOCKETS": usesWebSocket,
      ]
      command.input = Array(input.utf8)
      let outcome = try await command.run()
      return (
        String(decoding: outcome.output, as: UTF8.self),
        String(decoding: outcome.errorOutput, as: UTF8.self), outcome.exitCode
      )
    }

    static func withPod(
      _ name: String, _ script: String, stdin: Bool = false,
      _ body: (_ server: String, RealRuntime) async throws -> Void
    ) async throws {
      let runtime = try #require(RealRuntime.current)
      let config = runtime.sandboxConfig(name)
      let sandbox = try await runtime.client.runSandbox(config, handler: "")
      var main = runtime.containerConfig("main", ["/bin/sh", "-c", script])
      main.stdin = stdin
      // Without it containerd ends an attachment with its input, whatever output is still to come.
      main.stdinOnce = stdin
      let container = try await runtime.client.createContainer(
        main, in: sandbox, madeWith: config)
      try await runtime.client.startContainer(container)
      try await PodStreamFront.run(AgentStreamHandler(runtime: runtime.client)) { server in
        try await body(server, runtime)
      }
      try await runtime.removePod(sandbox)
    }

    @Test("exec: both outputs, the exit code, input to its end, and a terminal")
    func exec() async throws {
      try await Self.withPod("stream-exec", "sleep 1000") { server, _ in
        for wire in Wire.allCases {
          let plain = try await Self.kubectl(
            server, wire,
            ["exec", "stream-exec", "--", "sh", "-c", "echo out; echo err >&2; exit 3"])
          #expect(plain.output == "out\n")
          #expect(plain.error == "err\ncommand terminated with exit code 3\n")
          #expect(plain.exitCode == 3)
          let input = try await Self.kubectl(
            server, wire, ["exec", "-i", "stream-exec", "--", "cat"], input: "to the end\n")
          #expect(input.output == "to the end\n")
          #expect(input.exitCode == 0, "\(input.error)")
          let terminal = try await Self.kubectl(
            server, wire, ["exec", "-it", "stream-exec", "--", "sh", "-c", "tty; exit 4"],
            terminal: true)
          #expect(terminal.output.contains("/dev/pts/"))
          #expect(terminal.exitCode == 4)
          let missing = try await Self.kubectl(
            server, wire, ["exec", "stream-exec", "--", "no-such-program"])
          #expect(missing.error.contains("no-such-program"))
          #expect(missing.exitCode != 0)
        }
      }
    }

    @Test("much goes through whole both ways")
    func bulk() async throws {
      let text = String(repeating: "0123456789abcdef", count: 1 << 18)
      try await Self.withPod("stream-bulk", "sleep 1000") { server, _ in
        for wire in Wire.allCases {
          let up = try await Self.kubectl(
            server, wire, ["exec", "-i", "stream-bulk", "--", "wc", "-c"], input: text)
          #expect(up.output == "\(text.utf8.count)\n")
          let down = try await Self.kubectl(
            server, wire,
            ["exec", "stream-bulk", "--", "sh", "-c", "yes | head -c 30000000 | sha256sum; exit 0"])
          let piped = try await Self.kubectl(
            server, wire, ["exec", "stream-bulk", "--", "sh", "-c", "yes | head -c 3000000"])
          #expect(piped.output == String(repeating: "y\n", count: 1_500_000))
          #expect(down.exitCode == 0)
        }
      }
    }

    @Test("cp: a file goes in and comes back")
    func copy() async throws {
      let directory = "/tmp/martlet-cp-\(getpid())"
      _ = try await Command("mkdir", [directory]).run()
      let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 37) }
      try DurableFile.write(bytes, to: "\(directory)/source", mode: 0o644)
      try await Self.withPod("stream-cp", "mkdir /tmp; sleep 1000") { server, _ in
        for wire in Wire.allCases {
          let there = try await Self.kubectl(
            server, wire, ["cp", "\(directory)/source", "stream-cp:/\(wire)"])
          #expect(there.exitCode == 0, "\(there.error)")
          let back = try await Self.kubectl(
            server, wire, ["cp", "stream-cp:/\(wire)", "\(directory)/\(wire)"])
          #expect(back.exitCode == 0, "\(back.error)")
          #expect(try DurableFile.read("\(directory)/\(wire)") == bytes)
        }
      }
      _ = try await Command("rm", ["-r", directory]).run()
    }

    @Test("attach joins the container's own streams")
    func attach() async throws {
      for wire in Wire.allCases {
        let name = "stream-attach-\(wire)".lowercased()
        try await Self.withPod(name, "read line; echo got $line; sleep 0.5", stdin: true) {
          server, _ in
          let outcome = try await Self.kubectl(
            server, wire, ["attach", "-i", name], input: "something\n")
          #expect(outcome.output.contains("got something"), "\(wire): \(outcome)")
        }
      }
    }

    @Test("port-forward reaches a server in the pod, several connections at a time")
    func portForward() async throws {
      try await Self.withPod("stream-forward", "nc -ll -p 7 -e cat") { server, _ in
        for (wire, local) in [(Wire.webSocket, 17_007), (.spdy, 17_008)] {
          let forwarding = Task {
            try await Self.kubectl(
              server, wire, ["port-forward", "stream-forward", "\(local):7"])
          }
          try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<4 {
              group.addTask {
                let bytes = ByteBuffer(string: String(repeating: "line \(index)\n", count: 10_000))
                let back = try await Self.echo(through: local, bytes)
                #expect(back == bytes, "\(index) over \(wire)")
              }
            }
            try await group.waitForAll()
          }
          forwarding.cancel()
          _ = await forwarding.result
        }
      }
    }

    /// Connects once kubectl listens.
    static func echo(through port: Int, _ bytes: ByteBuffer) async throws -> ByteBuffer {
      var connection: (any ByteDuplex)?
      for _ in 0..<200 where connection == nil {
        do {
          connection = try await StreamDialer().connect(host: "127.0.0.1", port: port)
        } catch {
          try await Task.sleep(for: .milliseconds(50))
        }
      }
      let open = try #require(connection)
      defer { open.close() }
      open.write(bytes)
      var back = ByteBuffer()
      while back.readableBytes < bytes.readableBytes, var more = try await open.read() {
        back.writeBuffer(&more)
      }
      return back
    }

    @Test("the older WebSocket protocols reach containers too")
    func olderProtocols() async throws {
      try await Self.withPod("stream-older", "nc -ll -p 7 -e cat") { server, _ in
        let pod = "/api/v1/namespaces/default/pods/stream-older"
        let exec = try await Self.webSocket(
          server, "\(pod)/exec?command=echo&command=hello&stdout=1&stderr=1", "channel.k8s.io")
        let output = try await Self.messages(exec)
        #expect(output == ["\u{1}", "\u{1}hello\n"])
        let forward = try await Self.webSocket(
          server, "\(pod)/portforward?ports=7", "v4.channel.k8s.io")
        forward.send(ByteBuffer(string: "ping"), prefix: 0)
        let first = try await Self.messages(forward, upTo: 3)
        #expect(first == ["\u{0}\u{7}\u{0}", "\u{1}\u{7}\u{0}", "\u{0}ping"])
        forward.close(.normal)
      }
    }

    static func webSocket(
      _ server: String, _ target: String, _ subprotocol: String
    ) async throws -> WebSocketConnection {
      let fields: HeaderFields = [
        "upgrade": "websocket", "sec-websocket-version": "13",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==", "sec-websocket-protocol": subprotocol,
      ]
      let answer = try await UpgradeClient().upgrade(
        UpgradeClient.Request(method: .get, target: target, headers: fields),
        at: try StreamingURL(server).endpoint)
      guard case .upgraded(_, let duplex) = answer else {
        throw ByteDuplexError.failed("\(answer)")
      }
      return WebSocketConnection(duplex, role: .client)
    }

    /// Messages with their channel in front, until the server closes.
    static func messages(
      _ client: WebSocketConnection, upTo limit: Int = .max
    ) async throws -> [String] {
      var messages: [String] = []
      while messages.count < limit, let piece = try await client.receive() {
        if piece.isFirst { messages.append("") }
        messages[messages.count - 1] += String(buffer: piece.bytes)
      }
      return messages
    }

    @Test("a container that is not there is named")
    func missing() async throws {
      try await Self.withPod("stream-missing", "exit 0") { server, runtime in
        while try await runtime.client.containers(matching: nil).contains(where: {
          $0.metadata.name == "main" && $0.state == .running
        }) { try await Task.sleep(for: .milliseconds(20)) }
        for wire in Wire.allCases {
          let outcome = try await Self.kubectl(
            server, wire, ["exec", "stream-missing", "--", "true"])
          #expect(outcome.error.contains(#"container not found ("main")"#))
          #expect(outcome.exitCode != 0)
        }
      }
    }
  }
}

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif
