import NIOCore
import Testing

@testable import Networking

@Suite(.timeLimit(.minutes(5))) struct HTTPTransportTests {
  @Test("answers come whole, whatever the size of request and answer")
  func wholeAnswers() async throws {
    try await TestServer.Plan { request, responder in
      responder.send(
        ServerResponse(
          status: 201, headers: ["x-path": request.target.raw],
          body: .chunks([request.body, request.body])))
    }.run { server in
      let transport = HTTPTransport(try server.clientConfiguration(), limits: .patient)
      for size in [0, 1, 100_000, 3_000_000] {
        let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let response = try await transport.send(ClientRequest(.post, "/a?b=c", body: body))
        #expect(response.status == 201)
        #expect(response.headers["x-path"] == "/a?b=c")
        #expect(response.body == body + body)
      }
      transport.close()
    }
  }

  @Test("identity and token reach the server")
  func identity() async throws {
    try await TestServer.Plan { request, responder in
      let name = request.connection.peer?.commonName ?? "nobody"
      responder.send(.text("\(name) \(request.headers["authorization"] ?? "-")"))
    }.run { server in
      var configuration = try server.clientConfiguration()
      let plain = HTTPTransport(configuration, limits: .patient)
      #expect(try await plain.send(ClientRequest(.get, "/")).text == "nobody -")
      configuration.bearerToken = { "secret" }
      let identity = try server.pki.clientIdentity(user: "agent")
      configuration.clientCertificatePEM = identity.certificatePEM
      configuration.clientKeyPEM = identity.keyPEM
      plain.reload(configuration)
      #expect(try await plain.send(ClientRequest(.get, "/")).text == "agent Bearer secret")
      plain.close()
    }
  }

  @Test("more requests than the server takes at a time wait for each other")
  func manyRequests() async throws {
    try await TestServer.Plan { request, responder in
      Task { responder.send(.text(request.path)) }  // another thread is the point here
    }.run { server in
      let transport = HTTPTransport(try server.clientConfiguration(), limits: .patient)
      try await withThrowingTaskGroup(of: Bool.self) { group in
        for index in 0..<1_000 {
          group.addTask {
            try await transport.send(ClientRequest(.get, "/\(index)")).text == "/\(index)"
          }
        }
        for try await isRight in group { #expect(isRight) }
      }
      #expect(server.server.connectionCount == 1)
      transport.close()
    }
  }

  @Test("a server that is not there, or not the right one, is named")
  func cannotConnect() async throws {
    let stranger = try TestPKI(named: "another-ca")
    try await TestServer.Plan { _, responder in responder.send(.text("ok")) }.run { server in
      var configuration = try server.clientConfiguration()
      configuration.certificateAuthorityPEM = stranger.authorityPEM
      let distrustful = HTTPTransport(configuration, limits: .patient)
      let error = await #expect(throws: ClientError.self) {
        _ = try await distrustful.send(ClientRequest(.get, "/"))
      }
      #expect(error?.description.contains("cannot connect to https://127.0.0.1:") == true)
      configuration.skipsVerification = true
      let careless = HTTPTransport(configuration, limits: .patient)
      #expect(try await careless.send(ClientRequest(.get, "/")).text == "ok")
      careless.close()
      configuration.server = ServerURL(host: "127.0.0.1", port: 1)
      let lost = HTTPTransport(configuration, limits: .patient)
      await #expect(throws: ClientError.self) { _ = try await lost.send(ClientRequest(.get, "/")) }
    }
  }

  @Test("a request ends when its time is over or its task is cancelled")
  func endings() async throws {
    let arrivals = Inbox<String>()
    let cancellations = Inbox<String>()
    try await TestServer.Plan { request, responder in
      arrivals.append(request.path)
      responder.onCancel { cancellations.append(request.path) }
    }.run { server in
      let transport = HTTPTransport(try server.clientConfiguration(), limits: .patient)
      // On a busy machine the time is over before the request is sent: that is an end too.
      await #expect(throws: ClientError.timedOut(after: .milliseconds(1))) {
        _ = try await transport.send(ClientRequest(.get, "/slow"), timeout: .milliseconds(1))
      }
      let task = Task { try await transport.send(ClientRequest(.get, "/unwanted")) }
      await arrivals.wait { all, _ in all.contains("/unwanted") }
      task.cancel()
      await #expect(throws: CancellationError.self) { _ = try await task.value }
      await cancellations.wait { all, _ in all.contains("/unwanted") }
      transport.close()
    }
  }

  @Test("after the connection breaks, requests fail and the next one connects again")
  func reconnect() async throws {
    let waiting = Inbox<Responder>()
    let plan = TestServer.Plan { request, responder in
      if request.path == "/wait" { waiting.append(responder) } else { responder.send(.text("ok")) }
    }
    let first = try await plan.start()
    let transport = HTTPTransport(try first.clientConfiguration(), limits: .patient)
    #expect(try await transport.send(ClientRequest(.get, "/")).text == "ok")
    async let lost = transport.send(ClientRequest(.get, "/wait"))
    await waiting.wait { all, _ in !all.isEmpty }
    await first.server.stop(drain: .zero)
    do {
      _ = try await lost
      Issue.record("an answer from a stopped server")
    } catch let error as ClientError {
      guard case .connectionLost = error else { throw error }
    }
    try await plan.run { second in
      transport.reload(try second.clientConfiguration())
      #expect(try await transport.send(ClientRequest(.get, "/")).text == "ok")
      transport.close()
    }
  }

  @Test("a streamed answer arrives as it is written, and holds its writer back")
  func streamed() async throws {
    let writers = Inbox<BodyWriter>()
    let closes = Inbox<BodyWriter.CloseReason>()
    try await TestServer.Plan { _, responder in
      let writer = responder.stream(ResponseHead(), bufferLimit: 100_000_000)
      writer.onClose { closes.append($0) }
      writers.append(writer)
    }.run { server in
      let transport = HTTPTransport(try server.clientConfiguration(), limits: .patient)
      let response = try await transport.stream(ClientRequest(.get, "/watch"))
      #expect(response.status == 200)
      let writer = await writers.wait { all, _ in !all.isEmpty }[0]
      writer.write(Array("first".utf8))
      #expect(try await response.next() == Array("first".utf8))
      // More than all buffers on the way hold, unread.
      let block = [UInt8](repeating: 1, count: 1_000_000)
      for _ in 0..<16 { writer.write(block) }
      #expect(!writer.isWritable)
      var count = 0
      while count < 16_000_000, let bytes = try await response.next() { count += bytes.count }
      #expect(count == 16_000_000)
      writer.finish()
      #expect(try await response.next() == nil)
      #expect(await closes.wait { all, _ in !all.isEmpty } == [.finished])
      transport.close()
    }
  }

  @Test("streamed answers that do not fit on a connection get further ones; others wait for none")
  func manyStreams() async throws {
    var plan = TestServer.Plan { request, responder in
      if request.path == "/watch" {
        _ = responder.stream(ResponseHead())
      } else {
        responder.send(.text("ok"))
      }
    }
    plan.limits.streamsPerConnectionMax = 100
    try await plan.run { server in
      var limits = ClientLimits.patient
      limits.connectionsMax = 3
      let transport = HTTPTransport(try server.clientConfiguration(), limits: limits)
      var open: [StreamedResponse] = []
      // 80 of 100 streams on each connection.
      for (count, connections) in [(80, 1), (1, 2), (79, 2), (80, 3)] {
        for _ in 0..<count {
          open.append(try await transport.stream(ClientRequest(.get, "/watch")))
        }
        #expect(server.server.connectionCount == connections)
        #expect(try await transport.send(ClientRequest(.get, "/")).text == "ok")
      }
      await #expect(throws: ClientError.noConnectionLeft(connectionsMax: 3)) {
        _ = try await transport.stream(ClientRequest(.get, "/watch"))
      }
      // A place that is given back is taken by the next.
      open.removeLast(30)
      for _ in 0..<30 {
        open.append(
          try await Self.patiently { try await transport.stream(ClientRequest(.get, "/watch")) })
      }
      #expect(server.server.connectionCount == 3)
      #expect(open.count == 240)
      transport.close()
    }
  }

  /// Until there is room.
  private static func patiently(
    _ open: () async throws -> StreamedResponse
  ) async throws -> StreamedResponse {
    while true {
      do {
        return try await open()
      } catch ClientError.noConnectionLeft {
        await Task.yield()
      }
    }
  }

  @Test("letting go of a streamed answer ends it at the server")
  func abandoned() async throws {
    let closes = Inbox<BodyWriter.CloseReason>()
    try await TestServer.Plan { _, responder in
      responder.stream(ResponseHead()).onClose { closes.append($0) }
    }.run { server in
      let transport = HTTPTransport(try server.clientConfiguration(), limits: .patient)
      _ = try await transport.stream(ClientRequest(.get, "/watch"))
      #expect(await closes.wait { all, _ in !all.isEmpty } == [.clientGone])
      transport.close()
    }
  }
}

extension TestServer {
  func clientConfiguration() throws -> ClientConfiguration {
    var configuration = ClientConfiguration(server: ServerURL(host: "127.0.0.1", port: port))
    configuration.certificateAuthorityPEM = pki.authorityPEM
    return configuration
  }
}

extension ClientResponse {
  var text: String { String(decoding: body, as: UTF8.self) }
}

@Suite struct ServerURLTests {
  @Test(
    "URLs are read",
    arguments: [
      ("https://h", "h", 443, ""), ("https://h/", "h", 443, ""),
      ("HTTPS://127.0.0.1:6443", "127.0.0.1", 6443, ""), ("https://[::1]:1/", "::1", 1, ""),
      ("https://[::1]", "::1", 443, ""), ("https://h:2/a/b/", "h", 2, "/a/b"),
    ])
  func reads(_ text: String, _ host: String, _ port: Int, _ prefix: String) {
    #expect(ServerURL(text) == ServerURL(host: host, port: port, pathPrefix: prefix))
  }

  @Test(
    "what is no https URL is refused",
    arguments: [
      "", "h", "http://h", "https://", "https://:1", "https://h:", "https://h:0",
      "https://h:65536", "https://h:x", "https://a:b:c", "https://[::1", "https://[::1]x",
    ])
  func refuses(_ text: String) { #expect(ServerURL(text) == nil) }
}
