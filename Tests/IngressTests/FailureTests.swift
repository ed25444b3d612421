import IngressRouting
import NIOCore
import Networking
import Synchronization
import Testing

@testable import Ingress

/// Endpoints that fail, and clients that ask for what is not there.
@Suite(.timeLimit(.minutes(2))) struct FailureTests {
  /// A port that nobody listens on.
  private func closedPort() async throws -> Int {
    let backend = try await FakeBackend.named("gone")
    await backend.stop()
    return backend.port
  }

  @Test("an endpoint that takes no connection is replaced by another, for every kind of request")
  func unreachable() async throws {
    let backend = try await FakeBackend.named("alive")
    try await TestIngress.run(ports: [try await closedPort(), backend.port]) { ingress in
      for _ in 0..<6 {
        #expect(try await ingress.get().hasSuffix("alive"))
        let post = try await ingress.ask(
          "POST / HTTP/1.1\r\nHost: web.test\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc")
        #expect(post.hasSuffix("alive"))
      }
    }
    await backend.stop()
  }

  @Test("a client of a Service with session affinity stays with its endpoint until that is gone")
  func affinity() async throws {
    var backends: [String: FakeBackend] = [:]
    for name in ["one", "two", "three", "four"] {
      backends[name] = try await FakeBackend.named(name)
    }
    try await TestIngress.run(ports: backends.values.map(\.port), affinity: "ClientIP") { ingress in
      func answering() async throws -> Set<String> {
        var names: Set<String> = []
        for _ in 0..<8 {
          let answer = try await ingress.get()
          names.insert(backends.keys.first { answer.hasSuffix($0) } ?? answer)
        }
        return names
      }
      let first = try await answering()
      #expect(first.count == 1)
      await backends.removeValue(forKey: first.first ?? "")?.stop()
      let second = try await answering()
      #expect(second.count == 1 && second.isSubset(of: backends.keys), "\(second)")
    }
    for backend in backends.values { await backend.stop() }
  }

  @Test("all endpoints gone is 502, none at all 503, an unknown host 404")
  func nothingBehind() async throws {
    try await TestIngress.run(ports: [try await closedPort()]) { ingress in
      #expect(try await ingress.get().hasPrefix("HTTP/1.1 502 Bad Gateway\r\n"))
      let none = try await ingress.get(host: "none.test")
      #expect(none.hasPrefix("HTTP/1.1 503 Service Unavailable\r\n"))
      #expect(none.contains("retry-after: 1\r\n"))
      #expect(try await ingress.get(host: "other.test").hasPrefix("HTTP/1.1 404 Not Found\r\n"))
    }
  }

  @Test("a connection lost before the answer is tried elsewhere where the request may come twice")
  func lost() async throws {
    let dropping = try await RawBackend.start { duplex in
      _ = try await duplex.read()
      duplex.close()
    }
    let backend = try await FakeBackend.named("alive")
    try await TestIngress.run(ports: [dropping.port, backend.port]) { ingress in
      for _ in 0..<4 { #expect(try await ingress.get().hasSuffix("alive")) }
      var statuses: Set<String> = []
      for _ in 0..<6 {
        let answer = try await ingress.ask(
          "POST / HTTP/1.1\r\nHost: web.test\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc")
        statuses.insert(String(answer.prefix(12)))
      }
      // Whoever gets a 502 knows that it may have happened; nobody's order is placed twice.
      #expect(statuses == ["HTTP/1.1 200", "HTTP/1.1 502"])
    }
    dropping.stop()
    await backend.stop()
  }

  @Test(
    "an answer that breaks off reaches the client broken, never whole", arguments: [true, false])
  func brokenAnswer(hasLength: Bool) async throws {
    let backend = try await RawBackend.start { duplex in
      _ = try await duplex.read()
      let framing =
        hasLength ? "content-length: 100\r\n\r\n" : "transfer-encoding: chunked\r\n\r\n5\r\n"
      duplex.write(ByteBuffer(string: "HTTP/1.1 200 OK\r\n\(framing)begun"))
      // A moment for the ingress to pass it on.
      try await ContinuousClock().sleep(for: .milliseconds(200))
      duplex.close()
    }
    try await TestIngress.run(ports: [backend.port]) { ingress in
      let conversation = try await ingress.connect()
      conversation.write("GET / HTTP/1.1\r\nHost: web.test\r\n\r\n")
      let begun = try await conversation.read(until: "begun")
      #expect(begun.hasPrefix("HTTP/1.1 200 OK\r\n"))
      var heard = begun
      do { heard = try await conversation.readWhole() } catch is ByteDuplexError {
        // Reset: the clearest of all endings.
      }
      #expect(!heard.hasSuffix("0\r\n\r\n"))
    }
    backend.stop()
  }

  @Test("a silent endpoint is given up with 504")
  func timeout() async throws {
    var limits = IngressLimits.patient
    limits.backendTimeout = .milliseconds(300)
    let backend = try await FakeBackend.start { _, _, _ in }
    try await TestIngress.run(ports: [backend.port], limits: limits) { ingress in
      let answer = try await ingress.get()
      #expect(answer.hasPrefix("HTTP/1.1 504 Gateway Timeout\r\n"))
    }
    await backend.stop()
  }

  @Test("a body beyond the limit is refused with 413, announced or not")
  func tooLarge() async throws {
    var limits = IngressLimits.patient
    limits.bodyByteCountMax = 8
    let backend = try await FakeBackend.start { _, body, responder in
      body?.receive(onBytes: { _ in }, onEnd: { if $0 == .whole { responder.send(.text("ok")) } })
    }
    try await TestIngress.run(ports: [backend.port], limits: limits) { ingress in
      let announced = try await ingress.ask(
        "POST / HTTP/1.1\r\nHost: web.test\r\nContent-Length: 9\r\n\r\n123456789")
      #expect(announced.hasPrefix("HTTP/1.1 413 Content Too Large\r\n"))
      let chunked = try await ingress.ask(
        "POST / HTTP/1.1\r\nHost: web.test\r\nTransfer-Encoding: chunked\r\n\r\n"
          + "8\r\n12345678\r\n1\r\n9\r\n0\r\n\r\n")
      #expect(chunked.hasPrefix("HTTP/1.1 413 Content Too Large\r\n"))
      let fits = try await ingress.ask(
        "POST / HTTP/1.1\r\nHost: web.test\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
          + "8\r\n12345678\r\n0\r\n\r\n")
      #expect(fits.hasSuffix("ok"))
    }
    await backend.stop()
  }

  @Test("an endpoint that goes gets no new request; the answer that is under way comes whole")
  func goingEndpoint() async throws {
    let waiting = Mutex<Responder?>(nil)
    let asked = Notes()
    let old = try await FakeBackend.start { request, _, responder in
      if request.path == "/slow" {
        waiting.withLock { $0 = responder }
        Task { await asked.add("slow") }
      } else {
        responder.send(.text("old"))
      }
    }
    let fresh = try await FakeBackend.named("fresh")
    try await TestIngress.run(ports: [old.port]) { ingress in
      let slow = try await ingress.connect()
      slow.write("GET /slow HTTP/1.1\r\nHost: web.test\r\nConnection: close\r\n\r\n")
      #expect(await asked.first(1) == ["slow"])
      #expect(try await ingress.get().hasSuffix("old"))
      let table = TestIngress.table([fresh.port])
      ingress.services.routes.use(table)
      let endpoints = Set(table.backends.flatMap(\.endpoints))
      _ = await ingress.services.onEachLoop { $0.keep(endpoints) }
      for _ in 0..<4 { #expect(try await ingress.get().hasSuffix("fresh")) }
      waiting.withLock { $0 }?.send(.text("done"))
      #expect(try await slow.readWhole().hasSuffix("done"))
    }
    await old.stop()
    await fresh.stop()
  }
}
