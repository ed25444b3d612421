import NIOCore
import Testing

@testable import Networking

@Suite(.timeLimit(.minutes(5))) struct HTTP1ServerTests {
  private static func echo(_ request: ServerRequest, _ responder: Responder) {
    responder.send(
      .text("\(request.method.token) \(request.path) \(request.body.count)"))
  }

  @Test("a request gets its answer, and the connection the next request", arguments: [false, true])
  func keepAlive(isTLS: Bool) async throws {
    try await TestServer.Plan(isTLS: isTLS, handler: Self.echo).run { server in
      let client = try await RawClient.connect(to: server, isTLS: isTLS)
      client.write("GET /one HTTP/1.1\r\nHost: x\r\n\r\n")
      let first = await client.text(containing: "GET /one 0")
      #expect(first.hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(first.contains("content-length: 10\r\n"))
      #expect(first.contains("\r\ndate: "))
      client.write("POST /two HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc")
      #expect(await client.text(containing: "POST /two 3").hasSuffix("POST /two 3"))
      client.close()
    }
  }

  @Test("pipelined requests are answered one by one, in order")
  func pipelining() async throws {
    let waiting = Inbox<Responder>()
    try await TestServer.Plan(
      isTLS: false,
      handler: { request, responder in
        if request.path == "/slow" {
          waiting.append(responder)
        } else {
          Self.echo(request, responder)
        }
      }
    ).run { server in
      let client = try await RawClient.connect(to: server, isTLS: false)
      let head = " HTTP/1.1\r\nHost: x\r\n\r\n"
      client.write("GET /1" + head + "GET /slow" + head + "GET /3" + head + "GET /4" + head)
      let responder = await waiting.wait { all, _ in !all.isEmpty }[0]
      #expect(!client.text.contains("/3"))
      responder.send(.text("slow done"))
      let text = await client.text(containing: "GET /4 0")
      let order = ["GET /1 0", "slow done", "GET /3 0", "GET /4 0"].map {
        text.firstRange(of: $0)?.lowerBound
      }
      #expect(!order.contains(nil))
      #expect(order.compactMap { $0 } == order.compactMap { $0 }.sorted())
      client.close()
    }
  }

  @Test(
    "what is no HTTP is refused with 400 and the connection closes",
    arguments: [
      "BOGUS\r\n\r\n", "GET / HTTP/1.1\r\nHost x\r\n\r\n", "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      "GET nopath HTTP/1.1\r\nHost: a\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\u{0}",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ])
  func malformed(_ bytes: String) async throws {
    try await TestServer.Plan(isTLS: false, handler: Self.echo).run { server in
      let client = try await RawClient.connect(to: server, isTLS: false)
      client.write(bytes)
      let text = await client.textUntilClosed()
      #expect(text.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
      #expect(text.contains("connection: close\r\n"))
    }
  }

  @Test("a body may have the limit's size and not one byte more", arguments: [false, true])
  func bodyLimit(isChunked: Bool) async throws {
    var limits = ServerLimits.patient
    limits.bodyByteCountMax = 1000
    try await TestServer.Plan(isTLS: false, limits: limits, handler: Self.echo).run { server in
      for (size, answer) in [(1000, "POST /x 1000"), (1001, "413 Content Too Large")] {
        let client = try await RawClient.connect(to: server, isTLS: false)
        let body = String(repeating: "a", count: size)
        if isChunked {
          client.write("POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
          client.write("\(String(size, radix: 16))\r\n\(body)\r\n0\r\n\r\n")
        } else {
          client.write("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: \(size)\r\n\r\n\(body)")
        }
        #expect(await client.text(containing: answer).contains(answer))
        client.close()
      }
    }
  }

  @Test("a head may have 64 KB and no more")
  func headLimit() async throws {
    try await TestServer.Plan(isTLS: false, handler: Self.echo).run { server in
      for (size, status) in [(60_000, "200"), (66_000, "431"), (200_000, "431")] {
        let client = try await RawClient.connect(to: server, isTLS: false)
        let value = String(repeating: "v", count: size / 10)
        let fields = (0..<10).map { "x-\($0): \(value)\r\n" }.joined()
        client.write("GET / HTTP/1.1\r\nHost: x\r\n\(fields)\r\n")
        #expect(await client.text(containing: "\r\n\r\n").hasPrefix("HTTP/1.1 \(status)"))
        client.close()
      }
    }
  }

  @Test("Expect: 100-continue is granted before the body comes, or refused")
  func expectContinue() async throws {
    try await TestServer.Plan(isTLS: false, handler: Self.echo).run { server in
      let client = try await RawClient.connect(to: server, isTLS: false)
      let head = "POST /x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
      client.write(head + "Content-Length: 2\r\n\r\n")
      #expect(await client.text(containing: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
      client.write("ab")
      #expect(await client.text(containing: "POST /x 2").contains("200 OK"))
      let other = try await RawClient.connect(to: server, isTLS: false)
      other.write(head + "Content-Length: 99999999\r\n\r\n")
      #expect(await other.textUntilClosed().hasPrefix("HTTP/1.1 413"))
      client.close()
    }
  }

  @Test("HEAD, 204 and 304 have no body")
  func bodiless() async throws {
    try await TestServer.Plan(
      isTLS: false,
      handler: { request, responder in
        responder.send(.text("body", status: request.path == "/304" ? 304 : 200))
      }
    ).run { server in
      let client = try await RawClient.connect(to: server, isTLS: false)
      client.write("HEAD /x HTTP/1.1\r\nHost: x\r\n\r\nGET /304 HTTP/1.1\r\nHost: x\r\n\r\n")
      let text = await client.text(containing: "\r\n\r\n", times: 2)
      #expect(text.contains("content-length: 4"))
      #expect(text.contains("HTTP/1.1 304 Not Modified"))
      #expect(!text.contains("body"))
      client.close()
    }
  }

  @Test("HTTP/1.0 gets its answer and a closed connection")
  func version10() async throws {
    try await TestServer.Plan(
      isTLS: false,
      handler: { _, responder in
        let writer = responder.stream(ResponseHead())
        writer.write(Array("streamed".utf8))
        writer.finish()
      }
    ).run { server in
      let client = try await RawClient.connect(to: server, isTLS: false)
      client.write("GET / HTTP/1.0\r\n\r\n")
      let text = await client.textUntilClosed()
      #expect(text.hasSuffix("\r\n\r\nstreamed"))
      #expect(!text.contains("chunked"))
    }
  }

  @Test("streams are chunked and end where the writer ends them")
  func stream() async throws {
    let writers = Inbox<BodyWriter>()
    try await TestServer.Plan(
      isTLS: false,
      handler: { _, responder in
        writers.append(
          responder.stream(ResponseHead(headers: ["content-type": "application/json"])))
      }
    ).run { server in
      let client = try await RawClient.connect(to: server, isTLS: false)
      client.write("GET /watch HTTP/1.1\r\nHost: x\r\n\r\n")
      let writer = await writers.wait { all, _ in !all.isEmpty }[0]
      #expect(await client.text(containing: "\r\n\r\n").contains("transfer-encoding: chunked"))
      writer.write(Array("first".utf8))
      #expect(await client.text(containing: "first").hasSuffix("5\r\nfirst\r\n"))
      writer.write([Array("se".utf8), Array("cond".utf8)])
      writer.finish()
      #expect(await client.text(containing: "0\r\n\r\n").hasSuffix("6\r\nsecond\r\n0\r\n\r\n"))
      #expect(!writer.write(Array("late".utf8)))
      client.close()
    }
  }

  @Test("a client that goes away cancels its request and closes its stream")
  func cancel() async throws {
    let events = Inbox<String>()
    try await TestServer.Plan(
      isTLS: false,
      handler: { request, responder in
        responder.onCancel { events.append("cancelled") }
        guard request.path == "/stream" else { return events.append("waiting") }
        let writer = responder.stream(ResponseHead())
        writer.onClose { events.append("closed: \($0)") }
        events.append("streaming")
      }
    ).run { server in
      for (path, expected) in [
        ("/wait", ["waiting", "cancelled"]),
        ("/stream", ["streaming", "cancelled", "closed: clientGone"]),
      ] {
        let before = events.elements.count
        let client = try await RawClient.connect(to: server, isTLS: false)
        client.write("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
        await events.wait { all, _ in all.count > before }
        client.close()
        let all = await events.wait { all, _ in all.count >= before + expected.count }
        #expect(Array(all[before...]) == expected)
      }
    }
  }

  @Test("large answers arrive whole, from any thread")
  func largeAnswers() async throws {
    let chunk = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try await TestServer.Plan(
      handler: { request, responder in
        let answer = ServerResponse(status: 200, body: .chunks(Array(repeating: chunk, count: 20)))
        if request.path == "/here" {
          responder.send(answer)
        } else {
          Task { responder.send(answer) }  // another thread is the point here
        }
      }
    ).run { server in
      for path in ["/here", "/there"] {
        let client = try await RawClient.connect(to: server, isTLS: true)
        client.write("GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        await client.inbox.waitUntilClosed()
        var bytes: [UInt8] = []
        for part in client.inbox.elements { bytes.append(contentsOf: part.readableBytesView) }
        #expect(
          bytes.suffix(2_000_000).elementsEqual(Array(repeatElement(chunk, count: 20).joined())))
      }
    }
  }

  @Test("text of a client cannot start a header field of its own")
  func headerInjection() async throws {
    try await TestServer.Plan(
      isTLS: false,
      handler: { request, responder in
        responder.send(
          ServerResponse(status: 200, headers: ["warning": request.query["w"] ?? ""]))
      }
    ).run { server in
      let client = try await RawClient.connect(to: server, isTLS: false)
      client.write("GET /?w=a%0d%0aset-cookie:%20x HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(await client.text(containing: "\r\n\r\n").contains("warning: a  set-cookie: x\r\n"))
      client.close()
    }
  }
}
