import NIOCore
import Testing

@testable import Networking

@Suite(.timeLimit(.minutes(5))) struct UpgradeTests {
  private static let head =
    "POST /exec HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n"

  /// Sends every byte back, in capital letters' clothing: one added.
  private static func echo(_ responder: Responder) {
    let connection = responder.upgrade(to: "SPDY/3.1", headers: ["x-stream": "v4"])
    connection.start(
      onBytes: { bytes in
        connection.write(bytes.readableBytesView.map { $0 + 1 })
        if bytes.readableBytesView.contains(UInt8(ascii: "!")) { connection.close() }
      }, onClose: {})
  }

  @Test(
    "after 101 the bytes are the handler's, those sent along with the request too",
    arguments: [false, true], [false, true])
  func upgrade(isTLS: Bool, isLater: Bool) async throws {
    try await TestServer.Plan(isTLS: isTLS) { _, responder in
      if isLater {
        Task { Self.echo(responder) }  // another thread is the point here
      } else {
        Self.echo(responder)
      }
    }.run { server in
      let client = try await RawClient.connect(to: server, isTLS: isTLS)
      client.write(Self.head + "abc")
      let text = await client.text(containing: "bcd")
      #expect(text.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n"))
      #expect(text.contains("upgrade: SPDY/3.1\r\n"))
      #expect(text.contains("x-stream: v4\r\n"))
      #expect(!text.contains("content-length"))
      client.write("GET / HTTP/1.1")
      _ = await client.text(containing: "HFU!0!IUUQ02/2")
      client.write("x!")
      #expect(await client.textUntilClosed().hasSuffix("y\""))
    }
  }

  @Test("a request that asks for an upgrade may be answered in the usual way, for the last time")
  func declined() async throws {
    try await TestServer.Plan(isTLS: false) { _, responder in
      responder.send(.text("no", status: 403))
    }.run { server in
      let client = try await RawClient.connect(to: server, isTLS: false)
      client.write(Self.head + "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
      let text = await client.textUntilClosed()
      #expect(text.hasPrefix("HTTP/1.1 403"))
      #expect(text.contains("connection: close"))
      #expect(text.hasSuffix("\r\n\r\nno"))
    }
  }

  /// NIO's parser takes an empty `Upgrade` field for none, and parses what follows as HTTP. Found by
  /// the fuzz test: the parsed parts used to reach handlers of raw bytes.
  @Test(
    "a request that not all take for an upgrade is refused, at once or later",
    arguments: [false, true])
  func ambiguous(isLater: Bool) async throws {
    try await TestServer.Plan(isTLS: false) { _, responder in
      if isLater {
        Task { Self.echo(responder) }  // another thread is the point here
      } else {
        Self.echo(responder)
      }
    }.run { server in
      let client = try await RawClient.connect(to: server, isTLS: false)
      client.write(
        "POST /u HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade:\r\n"
          + "Connection: keep-alive\r\n\r\nGET / HTTP/1.0\r\n\r\n")
      let text = await client.textUntilClosed()
      #expect(text.hasPrefix("HTTP/1.1 400"))
      #expect(text.contains("connection: close"))
    }
  }

  @Test("who did not ask for an upgrade gets 400, over HTTP/1.1 and HTTP/2")
  func unasked() async throws {
    let closes = Inbox<Bool>()
    try await TestServer.Plan { _, responder in
      responder.upgrade(to: "SPDY/3.1").start(onBytes: { _ in }, onClose: { closes.append(true) })
    }.run { server in
      let client = try await RawClient.connect(to: server, isTLS: true)
      client.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(await client.text(containing: "\r\n\r\n").hasPrefix("HTTP/1.1 400"))
      client.close()
      let new = try await FrameClient.connect(to: server)
      new.sendHead("GET", "/", on: 1)
      #expect(await new.wholeAnswer(on: 1).status == 400)
      new.close()
      await closes.wait { all, _ in all.count == 2 }
    }
  }

  @Test("reading pauses and goes on, and the client's end is heard")
  func pausing() async throws {
    let connections = Inbox<UpgradedConnection>()
    let received = Inbox<Int>()
    try await TestServer.Plan(isTLS: false) { _, responder in
      let connection = responder.upgrade(to: "SPDY/3.1")
      connection.pauseReading()
      connection.start(
        onBytes: { received.append($0.readableBytes) }, onClose: { received.close() })
      connections.append(connection)
    }.run { server in
      let client = try await RawClient.connect(to: server, isTLS: false)
      client.write(Self.head)
      let connection = await connections.wait { all, _ in !all.isEmpty }[0]
      _ = await client.text(containing: "\r\n\r\n")
      let size = 8_000_000
      client.write(ByteBuffer(repeating: 1, count: size))
      connection.resumeReading()
      await received.wait { all, _ in all.reduce(0, +) >= size / 2 }
      connection.pauseReading()
      connection.resumeReading()
      await received.wait { all, _ in all.reduce(0, +) == size }
      client.close()
      await received.waitUntilClosed()
    }
  }
}
