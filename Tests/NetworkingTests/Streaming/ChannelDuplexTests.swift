import NIOCore
import NIOPosix
import Testing

@testable import Networking

@Suite(.timeLimit(.minutes(1))) struct ChannelDuplexTests {
  /// Both ends of a TCP connection.
  static func withPair(
    _ body: (_ client: any ByteDuplex, _ server: any ByteDuplex) async throws -> Void
  ) async throws {
    let accepted = AwaitableState<ChannelDuplex?>(nil)
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let duplex = try ChannelDuplex.install(on: channel)
          accepted.update { $0 = duplex }
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let client = try await StreamDialer().connect(
      host: "127.0.0.1", port: listener.localAddress?.port ?? 0)
    let server = try await accepted.wait { $0 }
    accepted.update { $0 = nil }
    try await body(client, server)
    try await listener.close()
  }

  @Test("what is written before the end arrives whole, though the peer has ended its half")
  func finishAfterPeer() async throws {
    try await Self.withPair { client, server in
      client.finish()
      #expect(try await server.read() == nil)
      let total = 8 << 20
      async let received = client.readAll(limit: total + 1)
      for _ in 0..<(total >> 16) {
        try await server.send(ByteBuffer(repeating: 0x61, count: 1 << 16))
      }
      server.finish()
      let count = try await received.readableBytes
      #expect(count == total)
    }
  }

  @Test("a reader that stops holds the writer up")
  func backpressure() async throws {
    try await Self.withPair { client, server in
      let sent = AwaitableState(0)
      let writing = Task {
        // Far more than sockets and inboxes hold.
        for _ in 0..<4_096 {
          try await server.send(ByteBuffer(repeating: 0x61, count: 1 << 16))
          sent.update { $0 += 1 << 16 }
        }
      }
      try await sent.wait { $0 > 1 << 20 ? () : nil }
      var previous = -1
      while previous != sent.read({ $0 }) {
        previous = sent.read { $0 }
        try await Task.sleep(for: .milliseconds(50))
      }
      #expect(previous < 64 << 20)
      client.close()
      await #expect(throws: ByteDuplexError.self) { try await writing.value }
    }
  }

  @Test("closing ends the waits of both sides")
  func close() async throws {
    try await Self.withPair { client, server in
      async let read = client.read()
      client.close()
      do {
        _ = try await read
        Issue.record("the read did not end")
      } catch {
        #expect(error as? ByteDuplexError == .closed)
      }
      _ = try? await server.read()
      #expect(!client.canWrite)
    }
  }

  @Test("a splice passes bytes and half-closures on, and closes both in the end")
  func splices() async throws {
    try await Self.withPair { client, front in
      try await Self.withPair { back, server in
        async let splicing: Void = splice(front, back)
        client.write("question")
        client.finish()
        let question = try await server.readText()
        server.write("answer")
        server.finish()
        let answer = try await client.readText()
        await splicing
        #expect(question == "question")
        #expect(answer == "answer")
        #expect(!front.canWrite && !back.canWrite)
      }
    }
  }
}
