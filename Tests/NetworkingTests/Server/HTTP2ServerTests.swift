import NIOCore
import NIOHPACK
import NIOHTTP2
import Synchronization
import Testing

@testable import Networking

@Suite(.timeLimit(.minutes(5))) struct HTTP2ServerTests {
  private static func echo(_ request: ServerRequest, _ responder: Responder) {
    responder.send(
      .text("\(request.method.token) \(request.path) \(request.body.count)"))
  }

  @Test("requests on one connection are answered, with and without bodies")
  func answers() async throws {
    try await TestServer.Plan(handler: Self.echo).run { server in
      let client = try await FrameClient.connect(to: server)
      client.sendHead("GET", "/a?x=1", on: 1)
      client.sendHead("POST", "/b", on: 3, endStream: false)
      client.sendBody(ByteBuffer(repeating: 7, count: 10), on: 3)
      client.sendHead("HEAD", "/c", on: 5)
      let first = await client.wholeAnswer(on: 1)
      #expect(first.status == 200)
      #expect(first.text == "GET /a 0")
      #expect(first.headers.first(name: "content-length") == "8")
      #expect(first.headers.contains(name: "date"))
      #expect(await client.wholeAnswer(on: 3).text == "POST /b 10")
      let third = await client.wholeAnswer(on: 5)
      #expect(third.body.isEmpty)
      #expect(third.headers.first(name: "content-length") == "9")
      client.close()
    }
  }

  @Test("a handler sees what HTTP/2 calls by other names")
  func request() async throws {
    let requests = Inbox<ServerRequest>()
    try await TestServer.Plan(
      handler: { request, responder in
        requests.append(request)
        responder.send(.text(""))
      }
    ).run { server in
      let client = try await FrameClient.connect(to: server)
      client.sendHead("GET", "/", [("cookie", "a=1"), ("cookie", "b=2"), ("x-y", "z")], on: 1)
      let request = await requests.wait { all, _ in !all.isEmpty }[0]
      #expect(request.headers["Host"] == "localhost")
      #expect(request.headers["cookie"] == "a=1; b=2")
      #expect(request.headers["X-Y"] == "z")
      #expect(request.connection.version == .http2)
      #expect(request.connection.isTLS)
      #expect(request.connection.remoteAddress.hasPrefix("127.0.0.1:"))
      client.close()
    }
  }

  @Test("a body may have the limit's size and not one byte more")
  func bodyLimit() async throws {
    try await TestServer.Plan(handler: Self.echo).run { server in
      let limit = ServerLimits().bodyByteCountMax
      let client = try await FrameClient.connect(to: server)
      for (stream, size) in [(1, limit), (3, limit + 1)] {
        client.sendHead("POST", "/x", on: stream, endStream: false)
        client.sendBody(ByteBuffer(repeating: 7, count: size), on: stream)
      }
      #expect(await client.wholeAnswer(on: 1).text == "POST /x \(limit)")
      #expect(await client.wholeAnswer(on: 3).status == 413)
      client.sendHead("POST", "/x", [("content-length", "\(limit + 1)")], on: 5, endStream: false)
      #expect(await client.wholeAnswer(on: 5).status == 413)
      client.sendHead("GET", "/still/there", on: 7)
      #expect(await client.wholeAnswer(on: 7).status == 200)
      client.close()
    }
  }

  @Test("many bodies at once all come through, whatever the connection's window")
  func manyBodies() async throws {
    var limits = ServerLimits.patient
    limits.inboundWindowByteCount = 128 << 10
    limits.streamWindowByteCount = 64 << 10
    try await TestServer.Plan(limits: limits, handler: Self.echo).run { server in
      let client = try await FrameClient.connect(to: server)
      for index in 0..<40 {
        client.sendHead("POST", "/x", on: 2 * index + 1, endStream: false)
        client.sendBody(ByteBuffer(repeating: 7, count: 6_000), on: 2 * index + 1)
      }
      for index in 0..<40 {
        #expect(await client.wholeAnswer(on: 2 * index + 1).text == "POST /x 6000")
      }
      client.close()
    }
  }

  @Test("a head may have 64 KB and no more")
  func headLimit() async throws {
    var limits = ServerLimits.patient
    limits.headByteCountMax = 8_000  // NIO's client cannot send heads beyond one frame of 16 KB
    try await TestServer.Plan(limits: limits, handler: Self.echo).run { server in
      let client = try await FrameClient.connect(to: server)
      for (stream, size, status) in [(1, 7_500, 200), (3, 8_500, 431)] {
        let value = String(repeating: "v", count: size / 10)
        client.sendHead("GET", "/", (0..<10).map { ("x-\($0)", value) }, on: stream)
        #expect(await client.wholeAnswer(on: stream).status == status)
      }
      client.close()
    }
  }

  @Test(
    "impossible requests are refused without harm to the others",
    arguments: [
      [(":method", "GET"), (":scheme", "https"), (":path", "/%zz"), (":authority", "x")],
      [(":method", "GET"), (":scheme", "https"), (":path", "nopath"), (":authority", "x")],
      [(":method", "GET"), (":path", "/"), (":authority", "x")],
      [(":method", "GET"), (":scheme", "https"), (":path", "/"), ("Upper", "case")],
      [(":method", "GET"), (":scheme", "https"), (":path", "/"), ("connection", "close")],
      [(":method", "GET"), (":scheme", "https"), (":path", "/"), ("x", "y"), (":authority", "x")],
    ])
  func malformed(_ fields: [(String, String)]) async throws {
    try await TestServer.Plan(handler: Self.echo).run { server in
      let client = try await FrameClient.connect(to: server)
      client.write(.headers(.init(headers: HPACKHeaders(fields), endStream: true)), on: 1)
      let answer = await client.wholeAnswer(on: 1)
      #expect(answer.status == 400 || answer.resetCode == .protocolError)
      client.sendHead("GET", "/still/there", on: 3)
      #expect(await client.wholeAnswer(on: 3).status == 200)
      client.close()
    }
  }

  @Test("a large answer waits for the client's windows and comes whole")
  func flowControl() async throws {
    let chunk = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try await TestServer.Plan(
      handler: { _, responder in
        responder.send(
          ServerResponse(status: 200, body: .chunks(Array(repeating: chunk, count: 20))))
      }
    ).run { server in
      let stalled = try await FrameClient.connect(to: server, grantsWindow: false)
      stalled.sendHead("GET", "/", on: 1)
      let size: @Sendable ([HTTP2Frame]) -> Int = {
        FrameClient.answer(in: $0, on: 1).body.count
      }
      await stalled.inbox.wait { frames, _ in size(frames) >= 65_535 }
      #expect(size(stalled.inbox.elements) == 65_535)
      stalled.write(.windowUpdate(windowSizeIncrement: 5_000_000), on: 0)
      stalled.write(
        .settings(.settings([.init(parameter: .initialWindowSize, value: 65_636)])), on: 0)
      await stalled.inbox.wait { frames, _ in size(frames) >= 65_636 }
      #expect(size(stalled.inbox.elements) == 65_636)
      stalled.write(.windowUpdate(windowSizeIncrement: 5_000_000), on: 1)
      let answer = await stalled.wholeAnswer(on: 1)
      #expect(answer.body.elementsEqual(Array(repeatElement(chunk, count: 20).joined())))
      stalled.close()
    }
  }

  @Test("a small answer does not wait for the whole of a large one")
  func fairness() async throws {
    let chunk = [UInt8](repeating: 1, count: 1_000_000)
    let answered = Inbox<String>()
    try await TestServer.Plan { request, responder in
      if request.path == "/small" {
        responder.send(.text("small"))
      } else {
        responder.send(
          ServerResponse(status: 200, body: .chunks(Array(repeating: chunk, count: 12))))
      }
      answered.append(request.path)
    }.run { server in
      let client = try await FrameClient.connect(
        to: server, settings: [.init(parameter: .initialWindowSize, value: 100_000_000)],
        grantsWindow: false)
      client.sendHead("GET", "/large", on: 1)
      client.sendHead("GET", "/large", on: 3)
      client.sendHead("GET", "/small", on: 5)
      // The connection's first window holds the large answers back until the small one waits
      // behind them: however slow this machine is, they cannot be through before it is asked for.
      await answered.wait { answers, _ in answers.count == 3 }
      client.write(.windowUpdate(windowSizeIncrement: 100_000_000), on: 0)
      let ends = await client.inbox.wait { frames, _ in Self.ends(frames).count == 3 }
      #expect(Self.ends(ends).first == 5)
      client.close()
    }
  }

  /// The streams that ended, in their order.
  private static func ends(_ frames: [HTTP2Frame]) -> [Int] {
    frames.compactMap { frame in
      if case .data(let content) = frame.payload, content.endStream { return Int(frame.streamID) }
      return nil
    }
  }

  @Test("a stream's writes arrive as they are made, many share a connection")
  func streams() async throws {
    let writers = Inbox<BodyWriter>()
    try await TestServer.Plan(
      handler: { _, responder in writers.append(responder.stream(ResponseHead())) }
    ).run { server in
      let client = try await FrameClient.connect(to: server)
      for index in 0..<200 { client.sendHead("GET", "/watch", on: 2 * index + 1) }
      let all = await writers.wait { all, _ in all.count == 200 }
      let event = Array("event\n".utf8)
      for round in 1...3 {
        for writer in all { writer.write(event) }
        for index in 0..<200 {
          await client.inbox.wait { frames, _ in
            FrameClient.answer(in: frames, on: 2 * index + 1).body.count == event.count * round
          }
        }
      }
      for writer in all { writer.finish() }
      for index in 0..<200 {
        #expect(await client.wholeAnswer(on: 2 * index + 1).text == "event\nevent\nevent\n")
      }
      client.close()
    }
  }

  @Test("a reader that takes nothing costs a bounded amount and is reset")
  func slowReader() async throws {
    let writers = Inbox<BodyWriter>()
    let reasons = Inbox<BodyWriter.CloseReason>()
    try await TestServer.Plan(
      handler: { request, responder in
        if request.path == "/ok" { return responder.send(.text("ok")) }
        let writer = responder.stream(ResponseHead(), bufferLimit: 100_000)
        writer.onClose { reasons.append($0) }
        writers.append(writer)
      }
    ).run { server in
      let client = try await FrameClient.connect(
        to: server, settings: [.init(parameter: .initialWindowSize, value: 10)],
        grantsWindow: false)
      client.sendHead("GET", "/watch", on: 1)
      let writer = await writers.wait { all, _ in !all.isEmpty }[0]
      let event = [UInt8](repeating: 1, count: 1_000)
      var writes = 0
      while writer.write(event), writes < 1_000 { writes += 1 }
      #expect(writes <= 101)
      #expect(!writer.isWritable)
      #expect(await client.wholeAnswer(on: 1).resetCode == .internalError)
      #expect(await reasons.wait { all, _ in !all.isEmpty } == [.overflow])
      client.write(.settings(.settings([.init(parameter: .initialWindowSize, value: 100)])), on: 0)
      client.sendHead("GET", "/ok", on: 3)
      #expect(await client.wholeAnswer(on: 3).text == "ok")
      client.close()
    }
  }

  @Test("a writer that pauses when it should is told when to go on")
  func backpressure() async throws {
    try await TestServer.Plan(
      handler: { _, responder in
        let writer = responder.stream(ResponseHead())
        let source = PausingSource(writer: writer, remaining: 3_000)
        writer.onWritable { source.run() }
        source.run()
      }
    ).run { server in
      let client = try await FrameClient.connect(to: server)
      client.sendHead("GET", "/", on: 1)
      #expect(await client.wholeAnswer(on: 1).body.count == 3_000 * 1_000)
      client.close()
    }
  }

  @Test("a client's reset cancels its request and frees the stream")
  func reset() async throws {
    let events = Inbox<String>()
    let responders = Inbox<Responder>()
    try await TestServer.Plan(
      handler: { request, responder in
        if request.path == "/ok" { return responder.send(.text("ok")) }
        responder.onCancel { events.append("cancelled") }
        responders.append(responder)
      }
    ).run { server in
      let client = try await FrameClient.connect(to: server)
      client.sendHead("GET", "/wait", on: 1)
      let late = await responders.wait { all, _ in !all.isEmpty }[0]
      client.write(.rstStream(.cancel), on: 1)
      await events.wait { all, _ in all == ["cancelled"] }
      late.send(.text("too late"))
      late.onCancel { events.append("and again") }
      #expect(events.elements == ["cancelled", "and again"])
      client.sendHead("GET", "/ok", on: 3)
      #expect(await client.wholeAnswer(on: 3).text == "ok")
      client.close()
    }
  }

  @Test("streams beyond the limit are refused, those within it live")
  func streamLimit() async throws {
    var limits = ServerLimits.patient
    limits.streamsPerConnectionMax = 20
    let responders = Inbox<Responder>()
    try await TestServer.Plan(
      limits: limits, handler: { _, responder in responders.append(responder) }
    ).run { server in
      let client = try await FrameClient.connect(to: server)
      // All at once, before the server's SETTINGS have come: as a client bent on it would.
      for index in 0..<20 { client.sendHead("GET", "/", on: 2 * index + 1) }
      let all = await responders.wait { all, _ in all.count == 20 }
      for responder in all { responder.send(.text("ok")) }
      for index in 0..<20 { #expect(await client.wholeAnswer(on: 2 * index + 1).text == "ok") }
      client.close()
    }
  }

  @Test("a flood of resets costs the client its connection")
  func rapidReset() async throws {
    try await TestServer.Plan(handler: { _, _ in }).run { server in
      let client = try await FrameClient.connect(to: server)
      for index in 0..<5_000 {
        client.sendHead("GET", "/", on: 2 * index + 1)
        client.write(.rstStream(.cancel), on: 2 * index + 1)
      }
      await client.inbox.waitUntilClosed()
      #expect(
        client.inbox.elements.contains {
          if case .goAway(_, .enhanceYourCalm, _) = $0.payload { true } else { false }
        })
    }
  }
}

/// Writes 1,000 bytes at a time for as long as the writer likes it.
private final class PausingSource: Sendable {
  private let writer: BodyWriter
  private let remaining: Mutex<Int>

  init(writer: BodyWriter, remaining: Int) {
    self.writer = writer
    self.remaining = Mutex(remaining)
  }

  func run() {
    while writer.isWritable {
      let isLast = remaining.withLock { remaining in
        remaining -= 1
        return remaining < 0
      }
      if isLast { return writer.finish() }
      writer.write([UInt8](repeating: 1, count: 1_000))
    }
  }
}
