import Logging
import NIOCore
import NIOHTTP2
import Testing

@testable import Networking

@Suite(.timeLimit(.minutes(5))) struct ServerLifecycleTests {
  @Test("a busy port is named, with the way out")
  func busyPort() async throws {
    try await TestServer.Plan(isTLS: false) { _, _ in }.run { server in
      let address = ListenAddress(host: "127.0.0.1", port: server.port)
      let configuration = ServerConfiguration(
        addresses: [address], tls: nil, logger: Logger(label: "test"))
      let error = await #expect(throws: ListenError.self) {
        _ = try await HTTPServer.start(
          configuration, handler: TestServer.ClosureHandler { _, _ in })
      }
      #expect(
        error?.description == "another process listens on \(address): stop it "
          + "(`ss -ltnp` names it) or choose another port")
    }
  }

  @Test("a stopping server answers what it has and takes nothing new")
  func gracefulStop() async throws {
    let responders = Inbox<Responder>()
    let server = try await TestServer.Plan { request, responder in
      if request.path == "/at-once" {
        responder.send(.text("ok"))
      } else {
        responders.append(responder)
      }
    }.start()
    let old = try await RawClient.connect(to: server, isTLS: true)
    old.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    let new = try await FrameClient.connect(to: server)
    new.sendHead("GET", "/", on: 1)
    let idle = try await RawClient.connect(to: server, isTLS: true)
    idle.write("GET /at-once HTTP/1.1\r\nHost: x\r\n\r\n")
    _ = await idle.text(containing: "ok")
    let all = await responders.wait { all, _ in all.count == 2 }
    async let stopped: Void = server.server.stop(drain: .seconds(50))
    await new.inbox.wait { frames, _ in
      frames.contains { if case .goAway(_, .noError, _) = $0.payload { true } else { false } }
    }
    for responder in all { responder.send(.text("done")) }
    await stopped
    let text = await old.textUntilClosed()
    #expect(text.hasSuffix("done"))
    #expect(text.contains("connection: close"))
    #expect(await new.wholeAnswer(on: 1).text == "done")
    _ = await idle.textUntilClosed()
    await #expect(throws: (any Error).self) {
      _ = try await RawClient.connect(to: server, isTLS: false)
    }
    #expect(server.server.connectionCount == 0)
  }

  @Test("a stop does not wait for watches longer than it was told")
  func stopDeadline() async throws {
    let reasons = Inbox<BodyWriter.CloseReason>()
    let server = try await TestServer.Plan { _, responder in
      responder.stream(ResponseHead()).onClose { reasons.append($0) }
    }.start()
    let client = try await FrameClient.connect(to: server)
    client.sendHead("GET", "/watch", on: 1)
    await client.inbox.wait { frames, _ in FrameClient.answer(in: frames, on: 1).status == 200 }
    await server.server.stop(drain: .milliseconds(50))
    #expect(await reasons.wait { all, _ in !all.isEmpty } == [.clientGone])
    await client.inbox.waitUntilClosed()
  }

  @Test("connections beyond the limit are closed, and room is given back")
  func connectionLimit() async throws {
    var limits = ServerLimits.patient
    limits.connectionsMax = 2
    try await TestServer.Plan(isTLS: false, limits: limits) { _, responder in
      responder.send(.text("ok"))
    }.run { server in
      let first = try await RawClient.connect(to: server, isTLS: false)
      let second = try await RawClient.connect(to: server, isTLS: false)
      for client in [first, second] {
        client.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = await client.text(containing: "ok")
      }
      let third = try await RawClient.connect(to: server, isTLS: false)
      #expect(await third.textUntilClosed() == "")
      first.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
      _ = await first.textUntilClosed()
      // The server hears of its own close first, but on another thread than this one.
      while server.server.connectionCount > 1 { await Task.yield() }
      let fourth = try await RawClient.connect(to: server, isTLS: false)
      fourth.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
      _ = await fourth.text(containing: "ok")
      second.close()
      fourth.close()
    }
  }

  @Test(
    "clients that send too slowly lose their connection",
    arguments: [
      // What they send, and what they hear before the end.
      (false, "", ""), (false, "GET / HT", ""),
      (false, "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab", "408 Request Timeout"),
      (true, "", ""),  // TLS without a handshake
    ])
  func slowClients(isTLS: Bool, sent: String, heard: String) async throws {
    var limits = ServerLimits.patient
    limits.handshakeTimeout = .milliseconds(50)
    limits.headTimeout = heard.isEmpty ? .milliseconds(50) : .seconds(50)
    limits.bodyIdleTimeout = .milliseconds(50)
    try await TestServer.Plan(isTLS: isTLS, limits: limits) { _, responder in
      responder.send(.text("ok"))
    }.run { server in
      let client = try await RawClient.connect(to: server, isTLS: false)
      if !sent.isEmpty { client.write(sent) }
      let text = await client.textUntilClosed()
      #expect(heard.isEmpty ? text.isEmpty : text.contains(heard))
    }
  }

  @Test("idle connections end after a while")
  func idle() async throws {
    var limits = ServerLimits.patient
    limits.idleTimeout = .milliseconds(50)
    try await TestServer.Plan(limits: limits) { _, responder in
      responder.send(.text("ok"))
    }.run { server in
      let old = try await RawClient.connect(to: server, isTLS: true)
      old.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(await old.textUntilClosed().hasSuffix("ok"))
      let new = try await FrameClient.connect(to: server)
      new.sendHead("GET", "/", on: 1)
      await new.inbox.waitUntilClosed()
      #expect(new.answer(on: 1).text == "ok")
    }
  }

  @Test("an HTTP/2 client that sends half a body is answered 408, the others live")
  func slowBody() async throws {
    var limits = ServerLimits.patient
    limits.bodyIdleTimeout = .milliseconds(50)
    limits.pingInterval = .milliseconds(20)
    limits.pingTimeout = .seconds(50)
    try await TestServer.Plan(limits: limits) { request, responder in
      if request.path == "/ok" { responder.send(.text("ok")) }
    }.run { server in
      let client = try await FrameClient.connect(to: server)
      client.sendHead("GET", "/watch", on: 1)
      client.sendHead("POST", "/", on: 3, endStream: false)
      client.sendBody(ByteBuffer(string: "half"), on: 3, endStream: false)
      #expect(await client.wholeAnswer(on: 3).status == 408)
      client.sendHead("GET", "/ok", on: 5)
      #expect(await client.wholeAnswer(on: 5).text == "ok")
      client.close()
    }
  }
}
