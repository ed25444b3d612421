import NIOCore
import Resources
import Testing

@testable import Networking

/// The handlers over real sockets, where kubectl does not lead.
@Suite(.timeLimit(.minutes(1))) struct StreamingHandlerTests {
  static let webSocketFields: HeaderFields = [
    "upgrade": "websocket", "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  ]

  static func upgrade(
    _ server: TestServer, _ target: String, subprotocol: String? = nil,
    fields: HeaderFields = webSocketFields
  ) async throws -> UpgradeClient.Answer {
    var fields = fields
    if let subprotocol { fields.add("sec-websocket-protocol", subprotocol) }
    return try await UpgradeClient().upgrade(
      UpgradeClient.Request(method: .get, target: target, headers: fields),
      at: StreamingEndpoint(host: "127.0.0.1", port: server.port))
  }

  static func webSocket(
    _ server: TestServer, _ target: String, subprotocol: String? = nil
  ) async throws -> WebSocketConnection {
    let answer = try await upgrade(server, target, subprotocol: subprotocol)
    guard case .upgraded(let fields, let duplex) = answer else {
      throw ByteDuplexError.failed("\(answer)")
    }
    #expect(fields["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    #expect(fields["sec-websocket-protocol"] == subprotocol)
    return WebSocketConnection(duplex, role: .client)
  }

  static func plan(
    _ serve: @escaping @Sendable (ServerRequest, Responder) async -> Void
  ) -> TestServer.Plan {
    // The handler's callback cannot wait.
    TestServer.Plan(isTLS: false) { request, responder in
      Task { await serve(request, responder) }
    }
  }

  static func refusal(_ answer: UpgradeClient.Answer) throws -> (status: Int, text: String) {
    guard case .refused(let response) = answer, case .bytes(let bytes) = response.body else {
      Issue.record("not refused: \(answer)")
      return (0, "")
    }
    return (response.status, String(decoding: bytes, as: UTF8.self))
  }

  @Test("requests that cannot be streams get a plain answer that says why")
  func refusals() async throws {
    let handler = RemoteCommandHandler()
    let plan = Self.plan { request, responder in
      await handler.serve(request, RemoteCommandOptions(podQuery: request.query), responder) {
        throw APIError(code: 409, reason: .conflict, message: "not now")
      }
    }
    try await plan.run { server in
      let none = try await Self.upgrade(server, "/?command=a", subprotocol: "v5.channel.k8s.io")
      #expect(try Self.refusal(none).status == 400)
      #expect(try Self.refusal(none).text.contains("at least 1 of stdin, stdout, stderr"))
      let unknown = try await Self.upgrade(server, "/?stdout=1", subprotocol: "chat")
      #expect(try Self.refusal(unknown).status == 403)
      let plain = try await Self.upgrade(server, "/?stdout=1", fields: [:])
      #expect(try Self.refusal(plain).text.contains("Upgrade request required"))
      let spdy = try await Self.upgrade(
        server, "/?stdout=1",
        fields: ["upgrade": "SPDY/3.1", "x-stream-protocol-version": "v9.channel.k8s.io"])
      #expect(try Self.refusal(spdy).status == 403)
      let backend = try await Self.upgrade(
        server, "/?stdout=1", subprotocol: "v5.channel.k8s.io")
      #expect(try Self.refusal(backend).status == 409)
      #expect(try Self.refusal(backend).text.contains("not now"))
    }
  }

  @Test("no connection outlives its session")
  func connectionsEnd() async throws {
    let plan = Self.plan { request, responder in
      await RemoteCommandHandler().serve(
        request, RemoteCommandOptions(podQuery: request.query), responder
      ) {
        .local { streams in
          try await streams.stdout?.send(ByteBuffer(string: "done"))
          return .success
        }
      }
    }
    try await plan.run { server in
      for _ in 0..<20 {
        let client = try await Self.webSocket(
          server, "/?stdout=1", subprotocol: "v5.channel.k8s.io")
        while try await client.receive() != nil {}
      }
      while server.server.connectionCount > 0 { await Task.yield() }
    }
  }

  @Test("a runtime that refuses, or is not there, is reported with the reason")
  func runtimeFailures() async throws {
    let runtime = TestServer.Plan(isTLS: false) { _, responder in
      responder.send(.text("exec session expired", status: 404))
    }
    try await runtime.run { runtime in
      let plan = Self.plan { request, responder in
        let port = request.path == "/gone" ? 1 : runtime.port
        await RemoteCommandHandler().serve(
          request, RemoteCommandOptions(podQuery: request.query), responder
        ) {
          .streamingURL("http://127.0.0.1:\(port)/exec/token")
        }
      }
      try await plan.run { server in
        let expired = try Self.refusal(
          try await Self.upgrade(server, "/exec?stdout=1", subprotocol: "v5.channel.k8s.io"))
        #expect(expired.status == 404)
        #expect(expired.text == "exec session expired")
        let gone = try Self.refusal(
          try await Self.upgrade(server, "/gone?stdout=1", subprotocol: "v5.channel.k8s.io"))
        #expect(gone.status == 500)
        #expect(gone.text.contains("cannot connect to 127.0.0.1:1"))
      }
    }
  }

  @Test("a proxy passes refusals through, and says when nobody is there")
  func proxy() async throws {
    let upstream = TestServer.Plan(isTLS: false) { request, responder in
      #expect(!request.headers.contains("authorization"), "credentials stay at the proxy")
      responder.send(.text("no \(request.target.raw)", status: 418))
    }
    try await upstream.run { upstream in
      let plan = Self.plan { request, responder in
        let port = request.path == "/gone" ? 1 : upstream.port
        await UpgradeProxy().forward(
          request, to: StreamingEndpoint(host: "127.0.0.1", port: port), target: "/there?a=b",
          responder)
      }
      try await plan.run { server in
        var fields = Self.webSocketFields
        fields.add("authorization", "Bearer secret")
        let refused = try Self.refusal(try await Self.upgrade(server, "/", fields: fields))
        #expect(refused.status == 418)
        #expect(refused.text == "no /there?a=b")
        let gone = try Self.refusal(try await Self.upgrade(server, "/gone"))
        #expect(gone.status == 500)
        #expect(gone.text.contains("error dialing backend"))
      }
    }
  }

  @Test("an answer's body travels in a WebSocket, one message for each piece")
  func bodies() async throws {
    let plan = TestServer.Plan(isTLS: false) { request, responder in
      let responder = responder.overWebSocket(request)
      if request.path == "/missing" { return responder.send(.text("not here", status: 404)) }
      let writer = responder.stream(ResponseHead())
      writer.write([Array("one".utf8), Array("two".utf8)])
      // The second part comes later.
      Task {
        writer.write(Array("three".utf8))
        writer.finish()
      }
    }
    try await plan.run { server in
      for (subprotocol, expected) in [
        ("binary.k8s.io", ["", "one", "two", "three"]),
        ("base64.binary.k8s.io", ["", "b25l", "dHdv", "dGhyZWU="]),
      ] {
        let client = try await Self.webSocket(server, "/", subprotocol: subprotocol)
        var messages: [String] = []
        while let piece = try await client.receive() {
          if piece.isFirst { messages.append("") }
          messages[messages.count - 1] += String(buffer: piece.bytes)
        }
        #expect(messages == expected)
      }
      let missing = try Self.refusal(try await Self.upgrade(server, "/missing"))
      #expect(missing == (404, "not here"))
    }
  }

  @Test("whoever writes a body learns that the WebSocket's client went away")
  func bodyClientGone() async throws {
    let reason = AwaitableState<BodyWriter.CloseReason?>(nil)
    let plan = TestServer.Plan(isTLS: false) { request, responder in
      let writer = responder.overWebSocket(request).stream(ResponseHead())
      writer.onClose { why in reason.update { $0 = why } }
      writer.write(Array("first".utf8))
    }
    try await plan.run { server in
      let client = try await Self.webSocket(server, "/")
      _ = try await client.receive()
      client.abort()
      #expect(try await reason.wait { $0 } == .clientGone)
    }
  }
}
