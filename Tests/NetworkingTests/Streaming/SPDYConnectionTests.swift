import NIOCore
import Testing

@testable import Networking

@Suite(.timeLimit(.minutes(1))) struct SPDYConnectionTests {
  /// Runs `body` between a client and a server that are joined in memory.
  static func withPair(
    _ body: @Sendable (SPDYConnection, SPDYConnection) async throws -> Void
  ) async throws {
    let (left, right) = MemoryDuplex.pair(limit: 64 << 10)
    let client = SPDYConnection(clientOver: left)
    let server = SPDYConnection(serverOver: right)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await client.run() }
      group.addTask { await server.run() }
      try await body(client, server)
      client.close()
      server.close()
    }
  }

  @Test("streams carry bytes both ways and half-close each on its own")
  func echo() async throws {
    try await Self.withPair { client, server in
      let stream = try client.open(["streamtype": "stdin"])
      let other = try #require(try await server.incoming())
      #expect(other.headers["StreamType"] == "stdin")
      other.accept()
      try await stream.accepted()
      stream.write("question")
      stream.finish()
      #expect(try await other.readText() == "question")
      other.write("answer")
      other.finish()
      #expect(try await stream.readText() == "answer")
      #expect(!other.canWrite)
    }
  }

  @Test("what came before a reset is still read, then the reset shows")
  func reset() async throws {
    try await Self.withPair { client, server in
      let stream = try client.open([:])
      let other = try #require(try await server.incoming())
      other.accept()
      other.write("last words")
      other.close()
      #expect(try await stream.readText(10) == "last words")
      await #expect(throws: ByteDuplexError.reset) { try await stream.read() }
      await #expect(throws: ByteDuplexError.reset) { try await stream.drained() }
    }
  }

  @Test("a refused stream tells whoever waits for it")
  func refused() async throws {
    try await Self.withPair { client, server in
      let stream = try client.open([:])
      try #require(try await server.incoming()).refuse()
      await #expect(throws: ByteDuplexError.reset) { try await stream.accepted() }
    }
  }

  @Test("a reader that falls behind holds the writer up, and loses nothing")
  func backpressure() async throws {
    let total = 8 << 20
    try await Self.withPair { client, server in
      let stream = try client.open([:])
      let other = try #require(try await server.incoming())
      other.accept()
      let written = AwaitableState(0)
      async let writing: Void = {
        let chunk = ByteBuffer(repeating: 0x61, count: 32 << 10)
        for _ in 0..<(total / chunk.readableBytes) {
          try await stream.send(chunk)
          written.update { $0 += chunk.readableBytes }
        }
        stream.finish()
      }()
      // Everything in between may fill: the stream's inbox and the pipe. Then the writer waits.
      let bound = SPDYConnection.bufferedByteCountMax + 1 << 20
      try await written.wait { $0 >= SPDYConnection.bufferedByteCountMax ? () : nil }
      for _ in 0..<1_000 { await Task.yield() }
      #expect(written.read { $0 } < bound)
      var received = 0
      while let bytes = try await other.read() { received += bytes.readableBytes }
      try await writing
      #expect(received == total)
    }
  }

  @Test("the end of the connection ends every stream and every wait")
  func connectionEnd() async throws {
    let (left, right) = MemoryDuplex.pair()
    let client = SPDYConnection(clientOver: left)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await client.run() }
      let stream = try client.open([:])
      async let reading: ByteBuffer? = stream.read()
      async let incoming = client.incoming()
      right.finish()
      #expect(try await incoming == nil)
      do {
        _ = try await reading
        Issue.record("the stream did not end")
      } catch {
        #expect(error as? ByteDuplexError == .reset)
      }
      #expect(throws: ByteDuplexError.reset) { try client.open([:]) }
    }
  }

  @Test("a peer that breaks the protocol is told so")
  func protocolError() async throws {
    let (left, right) = MemoryDuplex.pair()
    let server = SPDYConnection(serverOver: left)
    right.write(ByteBuffer(bytes: [0x80, 2, 0, 1, 0, 0, 0, 0]))
    await server.run()
    let answer = try await right.readAll(limit: 100)
    #expect(
      answer
        == SPDYFrameEncoder().goAway(lastGood: SPDYStreamID(0), .protocolError))
  }

  @Test("letting a stream go resets it")
  func release() async throws {
    try await Self.withPair { client, server in
      var stream: SPDYStream? = try client.open([:])
      let other = try #require(try await server.incoming())
      _ = stream
      stream = nil
      await #expect(throws: ByteDuplexError.reset) { try await other.read() }
    }
  }
}
