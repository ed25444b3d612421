import NIOCore
import NIOHTTP2
import Synchronization
import Testing

@testable import Networking

/// Bodies of requests that are handed over as they come.
@Suite(.timeLimit(.minutes(5))) struct StreamedBodyTests {
  /// Tells pieces and end, and answers at the end with what came.
  private static func collect(_ inbox: Inbox<String>) -> TestServer.StreamingClosureHandler.Body {
    { request, body, responder in
      guard let body else { return responder.send(.text("none \(request.path)")) }
      let total = Mutex(0)
      body.receive(
        onBytes: { bytes in
          total.withLock { $0 += bytes.readableBytes }
          inbox.append(String(buffer: bytes))
        },
        onEnd: { end in
          inbox.append("\(end)")
          responder.send(.text("got \(total.withLock { $0 }) of \(body.announcedByteCount ?? -1)"))
        })
    }
  }

  @Test("HTTP/1.1: the first piece is there before the last is sent", arguments: [true, false])
  func http1Pieces(hasLength: Bool) async throws {
    let inbox = Inbox<String>()
    try await TestServer.Plan(isTLS: false, streamingHandler: Self.collect(inbox)).run { server in
      let client = try await RawClient.connect(to: server, isTLS: false)
      let framing = hasLength ? "Content-Length: 10" : "Transfer-Encoding: chunked"
      client.write("POST /a HTTP/1.1\r\nHost: x\r\n\(framing)\r\n\r\n")
      client.write(hasLength ? "first" : "5\r\nfirst\r\n")
      await inbox.wait { all, _ in all == ["first"] }
      // The next request comes with the end of this one.
      client.write(
        (hasLength ? "other" : "5\r\nother\r\n0\r\n\r\n") + "GET /b HTTP/1.1\r\nHost: x\r\n\r\n")
      let text = await client.text(containing: "none /b")
      #expect(text.contains(hasLength ? "got 10 of 10" : "got 10 of -1"))
      #expect(inbox.elements == ["first", "other", "whole"])
      client.close()
    }
  }

  @Test("HTTP/2: the first piece is there before the last is sent")
  func http2Pieces() async throws {
    let inbox = Inbox<String>()
    try await TestServer.Plan(streamingHandler: Self.collect(inbox)).run { server in
      let client = try await FrameClient.connect(to: server)
      client.sendHead("POST", "/a", on: 1, endStream: false)
      client.sendBody(ByteBuffer(string: "first"), on: 1, endStream: false)
      await inbox.wait { all, _ in all == ["first"] }
      client.sendBody(ByteBuffer(string: "other"), on: 1)
      #expect(await client.wholeAnswer(on: 1).text == "got 10 of -1")
      #expect(inbox.elements == ["first", "other", "whole"])
      client.sendHead("GET", "/b", on: 3)
      #expect(await client.wholeAnswer(on: 3).text == "none /b")
      client.close()
    }
  }

  @Test("HTTP/2: a body that nobody takes opens no window; taken, it all comes")
  func http2Window() async throws {
    let bodies = Inbox<NIOLoopBound<RequestBody>>()
    let responders = Inbox<Responder>()
    let window = ServerLimits().streamWindowByteCount
    try await TestServer.Plan(
      streamingHandler: { _, body, responder in
        guard let body else { return }
        bodies.append(NIOLoopBound(body, eventLoop: body.eventLoop))
        responders.append(responder)
      }
    ).run { server in
      let client = try await FrameClient.connect(to: server)
      client.sendHead("POST", "/a", on: 1, endStream: false)
      let body = await bodies.wait { all, _ in !all.isEmpty }[0]
      await client.inbox.wait { frames, _ in
        frames.contains { if case .settings(.settings) = $0.payload { true } else { false } }
      }
      // As much as the client may send unasked, then an answer to something else.
      for _ in 0..<window / 16_384 {
        client.sendBody(ByteBuffer(repeating: 1, count: 16_384), on: 1, endStream: false)
      }
      client.write(.ping(HTTP2PingData(), ack: false), on: 0)
      let before = await client.inbox.wait { frames, _ in
        frames.contains { if case .ping(_, ack: true) = $0.payload { true } else { false } }
      }
      #expect(!before.contains(where: Self.isWindowOfStream))
      let waiting = try await body.eventLoop.submit { body.value.waitingByteCount }.get()
      #expect(waiting == window)
      let total = Mutex(0)
      let responder = responders.elements[0]
      body.eventLoop.execute {
        body.value.receive(
          onBytes: { bytes in total.withLock { $0 += bytes.readableBytes } },
          onEnd: { _ in responder.send(.text("\(total.withLock { $0 })")) })
      }
      await client.inbox.wait { frames, _ in frames.contains(where: Self.isWindowOfStream) }
      client.sendBody(ByteBuffer(repeating: 1, count: 1), on: 1)
      #expect(await client.wholeAnswer(on: 1).text == "\(window + 1)")
      client.close()
    }
  }

  private static func isWindowOfStream(_ frame: HTTP2Frame) -> Bool {
    guard frame.streamID == 1, case .windowUpdate = frame.payload else { return false }
    return true
  }

  @Test("HTTP/1.1: a client that waits for it is told to go on when somebody takes the body")
  func expectation() async throws {
    let bodies = Inbox<(NIOLoopBound<RequestBody>, Responder)>()
    try await TestServer.Plan(
      isTLS: false,
      streamingHandler: { _, body, responder in
        guard let body else { return }
        bodies.append((NIOLoopBound(body, eventLoop: body.eventLoop), responder))
      }
    ).run { server in
      let client = try await RawClient.connect(to: server, isTLS: false)
      client.write(
        "PUT /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n")
      let (body, responder) = await bodies.wait { all, _ in !all.isEmpty }[0]
      #expect(client.text.isEmpty)
      body.eventLoop.execute {
        body.value.receive(onBytes: { _ in }, onEnd: { responder.send(.text("\($0)")) })
      }
      #expect(await client.text(containing: "100 Continue").hasPrefix("HTTP/1.1 100 Continue\r\n"))
      client.write("abc")
      #expect(await client.text(containing: "whole").hasSuffix("whole"))
      client.close()
    }
  }

  @Test("HTTP/1.1: an answer before the body's end closes the connection behind it")
  func earlyAnswer() async throws {
    try await TestServer.Plan(
      isTLS: false, streamingHandler: { _, _, responder in responder.send(.text("no")) }
    ).run { server in
      let client = try await RawClient.connect(to: server, isTLS: false)
      client.write("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc")
      let text = await client.textUntilClosed()
      #expect(text.contains("\r\nconnection: close\r\n"))
      #expect(text.hasSuffix("no"))
    }
  }

  @Test(
    "a body that stops coming, passes the limit or is no HTTP ends broken",
    arguments: [true, false])
  func broken(isTLS: Bool) async throws {
    var limits = ServerLimits.patient
    limits.bodyIdleTimeout = .milliseconds(100)
    limits.bodyByteCountMax = 5
    let inbox = Inbox<String>()
    try await TestServer.Plan(
      isTLS: isTLS, limits: limits, streamingHandler: Self.collect(inbox)
    ).run { server in
      for (body, end) in [
        ("3\r\nabc\r\n", "\(RequestBody.End.broken(.timeout))"),
        (
          "3\r\nabc\r\n3\r\ndef\r\n",
          "\(RequestBody.End.broken(.bodyTooLarge(limit: 5)))"
        ), ("3\r\nabc\r\nxyz\r\n", "malformed"),
      ] {
        let client = try await RawClient.connect(to: server, isTLS: isTLS)
        client.write("POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + body)
        let all = await inbox.wait { all, _ in all.last?.contains("broken") == true }
        let last = all.last ?? ""
        #expect(last == end || end == "malformed" && last.contains("malformed"), "\(all)")
        _ = await client.textUntilClosed()
        inbox.append("next")
      }
    }
  }

  @Test("HTTP/2: a body that stops coming ends broken, one beyond the limit too")
  func http2Broken() async throws {
    var limits = ServerLimits.patient
    limits.bodyIdleTimeout = .milliseconds(100)
    limits.bodyByteCountMax = 5
    let inbox = Inbox<String>()
    try await TestServer.Plan(limits: limits, streamingHandler: Self.collect(inbox)).run { server in
      let client = try await FrameClient.connect(to: server)
      client.sendHead("POST", "/a", on: 1, endStream: false)
      client.sendBody(ByteBuffer(string: "abc"), on: 1, endStream: false)
      #expect(await client.wholeAnswer(on: 1).text == "got 3 of -1")
      #expect(inbox.elements.last == "\(RequestBody.End.broken(.timeout))")
      client.sendHead("POST", "/b", on: 3, endStream: false)
      client.sendBody(ByteBuffer(string: "abcdef"), on: 3, endStream: false)
      #expect(await client.wholeAnswer(on: 3).text == "got 0 of -1")
      #expect(
        inbox.elements.last == "\(RequestBody.End.broken(.bodyTooLarge(limit: 5)))")
      client.close()
    }
  }

  @Test("a client that leaves ends its body", arguments: [true, false])
  func clientLeaves(isHTTP2: Bool) async throws {
    let inbox = Inbox<String>()
    try await TestServer.Plan(isTLS: isHTTP2, streamingHandler: Self.collect(inbox)).run { server in
      if isHTTP2 {
        let client = try await FrameClient.connect(to: server)
        client.sendHead("POST", "/a", on: 1, endStream: false)
        client.sendBody(ByteBuffer(string: "abc"), on: 1, endStream: false)
        await inbox.wait { all, _ in all == ["abc"] }
        client.write(.rstStream(.cancel), on: 1)
        let all = await inbox.wait { all, _ in all.count == 2 }
        #expect(all.last == "broken(nil)")
        client.close()
      } else {
        let client = try await RawClient.connect(to: server, isTLS: false)
        client.write("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc")
        await inbox.wait { all, _ in all == ["abc"] }
        client.close()
        let all = await inbox.wait { all, _ in all.count == 2 }
        #expect(all.last?.hasPrefix("broken") == true)
      }
    }
  }
}
