import NIOCore
import Resources
import Testing

@testable import Networking

@Suite(.timeLimit(.minutes(1))) struct RemoteCommandTests {
  /// What a client got by the end of a session.
  struct Outcome: Equatable {
    var stdout = ""
    var stderr = ""
    var error = ""
  }

  static func options(stdin: Bool = true, tty: Bool = false) -> RemoteCommandOptions {
    var options = RemoteCommandOptions()
    options.hasStdin = stdin
    options.hasStdout = true
    options.hasStderr = !tty
    options.isTTY = tty
    return options
  }

  /// Says what it read, and how often, then returns 3.
  @Sendable static func repeatInput(
    _ streams: RemoteCommandStreams
  ) async throws -> RemoteCommandStatus {
    let input = try await streams.stdin?.readAll(limit: 1 << 20) ?? ByteBuffer()
    try await streams.stdout?.send(ByteBuffer(string: "out:"))
    try await streams.stdout?.send(input)
    streams.stdout?.finish()
    try await streams.stderr?.send(ByteBuffer(string: "err"))
    return .exited(3)
  }

  /// Everything the client's side of a WebSocket gets, by channel.
  static func receiveAll(_ client: WebSocketConnection, base64: Bool = false) async throws
    -> Outcome
  {
    var outcome = Outcome()
    var decoder = ChannelMessageDecoder(base64 ? .version4Base64 : .version4)
    while let piece = try await client.receive() {
      let event = try decoder.decode(piece.bytes, isFirst: piece.isFirst, isLast: piece.isLast)
      switch event {
      case .bytes(1, let bytes): outcome.stdout += String(buffer: bytes)
      case .bytes(2, let bytes): outcome.stderr += String(buffer: bytes)
      case .bytes(3, let bytes): outcome.error += String(buffer: bytes)
      default: break
      }
    }
    return outcome
  }

  static func webSocketSession(
    _ format: ChannelProtocol, _ options: RemoteCommandOptions,
    command:
      @escaping @Sendable (RemoteCommandStreams) async throws -> RemoteCommandStatus =
      RemoteCommandTests.repeatInput,
    client: (WebSocketConnection) async throws -> Outcome
  ) async throws -> Outcome {
    let (left, right) = MemoryDuplex.pair()
    async let session: Void = RemoteCommandSession(
      wire: WebSocketCommandWire(right, format, options), options: options, linger: Linger()
    ).run(command)
    let outcome = try await client(WebSocketConnection(left, role: .client))
    await session
    return outcome
  }

  @Test("version 5: stdin ends by its signal, and the exit code comes as a Status")
  func version5() async throws {
    let outcome = try await Self.webSocketSession(.version5, Self.options()) { client in
      client.send(ByteBuffer(string: "hel"), prefix: 0)
      client.send(ByteBuffer(string: "lo"), prefix: 0)
      client.send(ByteBuffer(bytes: [255, 0]))
      return try await Self.receiveAll(client)
    }
    #expect(outcome.stdout == "out:hello")
    #expect(outcome.stderr == "err")
    let status = try Document(json: outcome.error)
    #expect(status["status"]?.string == "Failure")
    #expect(status["reason"]?.string == "NonZeroExitCode")
    let cause = status["details"]?["causes"]?.elements.first { _ in true }
    #expect(cause?["reason"]?.string == "ExitCode")
    #expect(cause?["message"]?.string == "3")
  }

  @Test("version 1 gets the failure as text; base64 is packed both ways")
  func olderVersions() async throws {
    @Sendable func first(_ streams: RemoteCommandStreams) async throws -> RemoteCommandStatus {
      let input = try await streams.stdin?.read()
      try await streams.stdout?.send(input ?? ByteBuffer())
      return .exited(1)
    }
    let text = try await Self.webSocketSession(.version1, Self.options(), command: first) {
      $0.send(ByteBuffer(string: "x"), prefix: 0)
      return try await Self.receiveAll($0)
    }
    #expect(text == Outcome(stdout: "x", error: "command terminated with non-zero exit code: 1"))
    let base64 = try await Self.webSocketSession(
      .version4Base64, Self.options(), command: first
    ) {
      $0.send(ByteBuffer(string: "eA=="), kind: .text, prefix: UInt8(ascii: "0"))
      return try await Self.receiveAll($0, base64: true)
    }
    #expect(base64.stdout == "x")
    #expect(try Document(json: base64.error)["status"]?.string == "Failure")
  }

  @Test("a client that goes away ends the command", arguments: [true, false])
  func clientGone(inOrder: Bool) async throws {
    let isCancelled = AwaitableState(false)
    let (left, right) = MemoryDuplex.pair()
    let options = Self.options()
    async let session: Void = RemoteCommandSession(
      wire: WebSocketCommandWire(right, .version5, options), options: options, linger: Linger()
    ).run { _ in
      do {
        try await Task.sleep(for: .seconds(3_600))
      } catch {
        isCancelled.update { $0 = true }
        throw error
      }
      return .success
    }
    let client = WebSocketConnection(left, role: .client)
    _ = try await client.receive()
    if inOrder { client.close(.normal) } else { client.abort() }
    await session
    #expect(isCancelled.read { $0 })
  }

  @Test("terminal sizes reach the command")
  func resize() async throws {
    let outcome = try await Self.webSocketSession(
      .version5, Self.options(tty: true),
      command: { streams in
        let bytes = try await streams.resize?.read() ?? ByteBuffer()
        try await streams.stdout?.send(bytes)
        #expect(streams.stderr == nil)
        return .success
      },
      client: { client in
        client.send(ByteBuffer(string: #"{"Width":80,"Height":24}"#), prefix: 4)
        return try await Self.receiveAll(client)
      })
    #expect(outcome.stdout == #"{"Width":80,"Height":24}"#)
    #expect(try Document(json: outcome.error)["status"]?.string == "Success")
  }

  /// The SPDY client against the SPDY server, which stands for a container runtime.
  static func spdySession(
    _ version: SPDYCommandWire.Version = .version4, _ options: RemoteCommandOptions,
    streams: RemoteCommandStreams,
    command: @escaping @Sendable (RemoteCommandStreams) async throws -> RemoteCommandStatus
  ) async throws -> RemoteCommandStatus {
    let (left, right) = MemoryDuplex.pair()
    async let server: Void = RemoteCommandSession(
      wire: SPDYCommandWire(right, version), options: options, linger: Linger()
    ).run(command)
    let status = try await RemoteCommandClient(left, options).run(streams)
    await server
    return status
  }

  @Test("SPDY carries a session from end to end")
  func spdy() async throws {
    let (stdin, stdinFeed) = MemoryDuplex.pair()
    let (stdout, stdoutTap) = MemoryDuplex.pair()
    let (stderr, stderrTap) = MemoryDuplex.pair()
    stdinFeed.write("hello")
    stdinFeed.finish()
    let status = try await Self.spdySession(
      .version4, Self.options(),
      streams: RemoteCommandStreams(stdin: stdin, stdout: stdout, stderr: stderr),
      command: Self.repeatInput)
    #expect(status == .exited(3))
    #expect(status.exitCode == 3)
    #expect(try await stdoutTap.readText() == "out:hello")
    #expect(try await stderrTap.readText() == "err")
  }

  @Test("a command that reads no input is not held up by much of it, nor is the client")
  func unreadInput() async throws {
    let (stdin, stdinFeed) = MemoryDuplex.pair(limit: 64 << 10)
    let (stdout, stdoutTap) = MemoryDuplex.pair()
    var options = Self.options()
    options.hasStderr = false
    async let feeding: Void = {
      // More than every buffer on the way holds.
      for _ in 0..<1_000 {
        do {
          try await stdinFeed.send(ByteBuffer(repeating: 0x61, count: 32 << 10))
        } catch {
          break
        }
      }
    }()
    let status = try await Self.spdySession(
      .version4, options, streams: RemoteCommandStreams(stdin: stdin, stdout: stdout)
    ) { streams in
      try await streams.stdout?.send(ByteBuffer(string: "done"))
      return .success
    }
    #expect(status == .success)
    #expect(try await stdoutTap.readText(4) == "done")
    stdin.close()
    await feeding
  }

  @Test("a runtime that breaks off is an internal error, not a success")
  func runtimeGone() async throws {
    let (left, right) = MemoryDuplex.pair()
    let (stdout, _) = MemoryDuplex.pair()
    var options = Self.options(stdin: false)
    options.hasStderr = false
    async let status = RemoteCommandClient(left, options)
      .run(RemoteCommandStreams(stdout: stdout))
    let server = SPDYConnection(serverOver: right)
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await server.run() }
      for _ in 0..<2 {
        do { try await server.incoming()?.accept() } catch { Issue.record("\(error)") }
      }
      server.close()
    }
    let ended = try await status
    #expect(ended.exitCode == nil)
    #expect(ended.failureMessage?.contains("without saying how") == true)
  }

  @Test("queries of the API and of the agent say the same")
  func queries() throws {
    let target = try RequestTarget(
      "/exec?container=c&command=sh&command=-c&command=a%20b&stdin=true&stdout=1&tty=true&stderr=1")
    let options = RemoteCommandOptions(podQuery: target.query)
    #expect(options.command == ["sh", "-c", "a b"])
    #expect(options.container == "c")
    #expect(options.hasStdin && options.hasStdout && options.isTTY)
    #expect(!options.hasStderr, "a terminal has one output")
    #expect(options.problem == nil)
    let back = RemoteCommandOptions(agentQuery: options.agentQuery, container: "c")
    #expect(back == options)
    let off = RemoteCommandOptions(
      podQuery: try RequestTarget("/?stdin=false&stdout=0&stderr=False").query)
    #expect(off.problem != nil)
  }
}
