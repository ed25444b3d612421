import NIOCore
import NIOHTTP1
import Networking
import Synchronization
import Testing

@testable import Ingress

/// Requests and answers on their way through, over real sockets.
@Suite(.timeLimit(.minutes(2))) struct ForwardingTests {
  @Test("a request reaches the endpoint with what is known of its client, and nothing of its hop")
  func fields() async throws {
    let backend = try await FakeBackend.start { request, _, responder in
      let fields = request.headers.map { "\($0.name)=\($0.value)" }.sorted()
      var answer = ServerResponse.text(
        "\(request.method.token) \(request.target.raw) \(fields.joined(separator: ";"))")
      answer.headers.add("x-of-backend", "yes")
      responder.send(answer)
    }
    try await TestIngress.run(ports: [backend.port]) { ingress in
      let answer = try await ingress.ask(
        "GET /a%2Fb?q=1 HTTP/1.1\r\nHost: Web.Test:8080\r\nX-Forwarded-For: 6.6.6.6\r\n"
          + "X-Real-IP: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\nKeep-Alive: 1\r\nX-Hop: 1\r\n"
          + "TE: trailers\r\nAccept: x\r\nConnection: close, X-Hop\r\n\r\n")
      #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(answer.contains("\r\nx-of-backend: yes\r\n"))
      #expect(answer.contains("\r\nconnection: close\r\n"))
      #expect(
        answer.hasSuffix(
          "GET /a%2Fb?q=1 accept=x;host=Web.Test:8080;x-forwarded-for=127.0.0.1;"
            + "x-forwarded-host=Web.Test:8080;x-forwarded-port=80;x-forwarded-proto=http;"
            + "x-real-ip=127.0.0.1"))
    }
    await backend.stop()
  }

  @Test("many requests of one client share one connection to the endpoint")
  func keepAlive() async throws {
    let backend = try await FakeBackend.start { request, _, responder in
      responder.send(.text("\(request.connection.remoteAddress) for \(request.path)!"))
    }
    try await TestIngress.run(ports: [backend.port]) { ingress in
      let client = try await ingress.connect()
      for round in 1...5 {
        client.write("GET /\(round) HTTP/1.1\r\nHost: web.test\r\n\r\n")
        try await client.read(until: "for /\(round)!")
      }
      client.close()
      let seen = Set(client.heard.matches(of: #/127\.0\.0\.1:\d+/#).map { String($0.output) })
      #expect(seen.count == 1)
    }
    await backend.stop()
  }

  @Test("a body is passed on as it comes, with its length or in chunks", arguments: [true, false])
  func streamedRequest(hasLength: Bool) async throws {
    let notes = Notes()
    let backend = try await FakeBackend.start { request, body, responder in
      let framing = request.headers["content-length"] ?? request.headers["transfer-encoding"] ?? ""
      let total = Mutex(0)
      body?.receive(
        onBytes: { bytes in
          total.withLock { $0 += bytes.readableBytes }
          let text = String(buffer: bytes)
          Task { await notes.add(text) }
        },
        onEnd: { end in
          responder.send(.text("\(framing) \(total.withLock { $0 }) \(end == .whole)"))
        })
    }
    try await TestIngress.run(ports: [backend.port]) { ingress in
      let client = try await ingress.connect()
      let framing = hasLength ? "Content-Length: 10" : "Transfer-Encoding: chunked"
      client.write(
        "POST / HTTP/1.1\r\nHost: web.test\r\nConnection: close\r\n\(framing)\r\n\r\n")
      client.write(hasLength ? "first" : "5\r\nfirst\r\n")
      #expect(await notes.first(1) == ["first"])
      client.write(hasLength ? "other" : "5\r\nother\r\n0\r\n\r\n")
      #expect(await notes.first(2) == ["first", "other"])
      let answer = try await client.readWhole()
      #expect(answer.hasSuffix(hasLength ? "10 10 true" : "chunked 10 true"))
    }
    await backend.stop()
  }

  @Test("an answer is passed on as it comes")
  func streamedAnswer() async throws {
    let writer = Mutex<BodyWriter?>(nil)
    let backend = try await FakeBackend.start { _, _, responder in
      let stream = responder.stream(ResponseHead(headers: ["content-type": "text/event-stream"]))
      stream.write(Array("one".utf8))
      writer.withLock { $0 = stream }
    }
    try await TestIngress.run(ports: [backend.port]) { ingress in
      let client = try await ingress.connect()
      client.write("GET / HTTP/1.1\r\nHost: web.test\r\nConnection: close\r\n\r\n")
      let begin = try await client.read(until: "one")
      #expect(begin.contains("transfer-encoding: chunked"))
      _ = writer.withLock { $0?.write(Array("two".utf8)) }
      try await client.read(until: "two")
      writer.withLock { $0?.finish() }
      #expect(try await client.readWhole().hasSuffix("0\r\n\r\n"))
    }
    await backend.stop()
  }

  @Test("an endpoint is read no faster than the client reads")
  func backPressure() async throws {
    let total = 64 << 20
    let written = Atomic(0)
    let backend = try await FakeBackend.start { _, _, responder in
      let writer = responder.stream(ResponseHead(contentLength: total))
      @Sendable func fill() {
        while writer.isWritable {
          let count = min(64 << 10, total - written.load(ordering: .relaxed))
          guard count > 0 else { return writer.finish() }
          written.wrappingAdd(count, ordering: .relaxed)
          writer.write([UInt8](repeating: 1, count: count))
        }
      }
      writer.onWritable { fill() }
      fill()
    }
    try await TestIngress.run(ports: [backend.port]) { ingress in
      let client = try await ingress.connect()
      client.write("GET / HTTP/1.1\r\nHost: web.test\r\nConnection: close\r\n\r\n")
      try await client.read(until: "\r\n\r\n")
      // What the kernels of both sides hold is some megabytes.
      var before = -1
      while before != written.load(ordering: .relaxed) {
        before = written.load(ordering: .relaxed)
        try await ContinuousClock().sleep(for: .milliseconds(300))
      }
      #expect(before < total)
      let early = client.heard.utf8.count
      let rest = try await client.countWhole()
      #expect(early + rest > total)
      #expect(written.load(ordering: .relaxed) == total)
    }
    await backend.stop()
  }

  @Test("HEAD and 304 keep the length of the body that is not sent")
  func bodiless() async throws {
    let backend = try await RawBackend.start { duplex in
      while let bytes = try await duplex.read() {
        let isHead = String(buffer: bytes).hasPrefix("HEAD")
        duplex.write(
          ByteBuffer(
            string: "HTTP/1.1 \(isHead ? "200 OK" : "304 Not Modified")\r\ncontent-length: 1234\r\n"
              + "etag: \"x\"\r\n\r\n"))
      }
    }
    try await TestIngress.run(ports: [backend.port]) { ingress in
      let head = try await ingress.ask(
        "HEAD / HTTP/1.1\r\nHost: web.test\r\nConnection: close\r\n\r\n")
      #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(head.contains("content-length: 1234\r\n"))
      #expect(head.hasSuffix("\r\n\r\n"))
      let unchanged = try await ingress.get()
      #expect(unchanged.hasPrefix("HTTP/1.1 304 Not Modified\r\n"))
      #expect(unchanged.contains("etag: \"x\"\r\n"))
    }
    backend.stop()
  }

  @Test("a WebSocket is joined with the endpoint, bytes both ways")
  func upgrade() async throws {
    let backend = try await RawBackend.start { duplex in
      var head = ""
      while !head.hasSuffix("\r\n\r\n"), let bytes = try await duplex.read() {
        head += String(buffer: bytes)
      }
      let isMeant =
        head.contains("upgrade: websocket") && head.contains("sec-websocket-key: k")
        && head.contains("host: web.test") && head.contains("x-forwarded-for: 127.0.0.1")
      duplex.write(
        ByteBuffer(
          string: isMeant
            ? "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Accept: a\r\n\r\nhello "
            : "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"))
      while let bytes = try await duplex.read() { duplex.write(bytes) }
      duplex.finish()
    }
    try await TestIngress.run(ports: [backend.port]) { ingress in
      let client = try await ingress.connect()
      client.write(
        "GET /chat HTTP/1.1\r\nHost: web.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
          + "Sec-WebSocket-Key: k\r\nSec-WebSocket-Version: 13\r\n\r\n")
      let answer = try await client.read(until: "hello ")
      #expect(answer.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n"))
      #expect(answer.lowercased().contains("\r\nsec-websocket-accept: a\r\n"))
      client.write("ping")
      #expect(try await client.read(until: "ping").hasSuffix("hello ping"))
      client.close()
    }
    backend.stop()
  }
}
