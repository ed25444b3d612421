import Foundations
import NIOCore
import NIOPosix
import Networking
import Synchronization
import Testing

@testable import Ingress

/// Endpoints that speak HTTP/2 without TLS, as servers of gRPC do.
@Suite(.timeLimit(.minutes(2))) struct HTTP2BackendTests {
  private static let h2c = "kubernetes.io/h2c"

  /// Answers with what comes, as it comes, and puts a status behind it.
  private func echo() async throws -> FakeBackend {
    try await FakeBackend.start(version: .http2) { request, body, responder in
      let writer = responder.stream(
        ResponseHead(headers: ["x-te": request.headers["te"] ?? "", "x-path": request.path]))
      guard let body else { return writer.finish(trailers: ["grpc-status": "12"]) }
      body.receive(
        onBytes: { writer.write($0) },
        onEnd: { end in
          guard case .whole = end else { return writer.abort() }
          writer.finish(trailers: ["grpc-status": "0"])
        })
    }
  }

  private func connect(_ ingress: TestIngress) async throws -> ClientConnection {
    try await ClientConnection.connectPlain(
      host: "127.0.0.1", port: ingress.server.addresses[0].port,
      on: MultiThreadedEventLoopGroup.singleton.next()
    ).get()
  }

  @Test("a call of gRPC goes both ways at once, and its status comes behind the answer")
  func call() async throws {
    let backend = try await echo()
    try await TestIngress.run(ports: [backend.port], appProtocol: Self.h2c, version: .http2) {
      ingress in
      let connection = try await connect(ingress)
      let answer = Answer()
      let stream = connection.send(
        ClientRequest(
          .post, "/shop.Orders/Watch",
          headers: ["host": "web.test", "te": "trailers", "content-type": "application/grpc"]),
        to: answer, bodyFollows: true)
      for message in ["first", "second"] {
        connection.eventLoop.execute { _ = stream.write(ByteBuffer(string: message)) }
        try await answer.wait { $0.body.hasSuffix(message) }
      }
      #expect(answer.now.status == 200)
      #expect(answer.now.fields["x-te"] == "trailers")
      #expect(answer.now.fields["x-path"] == "/shop.Orders/Watch")
      #expect(answer.now.trailers.isEmpty)
      connection.eventLoop.execute { stream.finish() }
      try await answer.wait { $0.isOver }
      #expect(answer.now.body == "firstsecond")
      #expect(answer.now.trailers["grpc-status"] == "0")
      #expect(answer.now.error == nil)
      connection.close()
    }
    await backend.stop()
  }

  @Test("a connection hears the first frame of a server that speaks at once")
  func firstFrame() async throws {
    let backend = try await FakeBackend.start(version: .http2) { request, _, responder in
      responder.send(.text("for \(request.path)"))
    }
    for number in 0..<200 {
      let connection = try await ClientConnection.connectPlain(
        host: "127.0.0.1", port: backend.port,
        on: MultiThreadedEventLoopGroup.singleton.next()
      ).get()
      let answer = Answer()
      connection.send(ClientRequest(.get, "/\(number)", headers: ["host": "web.test"]), to: answer)
      try await answer.wait { $0.isOver }
      #expect(answer.now.body == "for /\(number)" && answer.now.error == nil)
      connection.close()
    }
    await backend.stop()
  }

  @Test("a large body passes no faster than it is taken, and arrives whole")
  func largeBody() async throws {
    let backend = try await echo()
    try await TestIngress.run(ports: [backend.port], appProtocol: Self.h2c, version: .http2) {
      ingress in
      let connection = try await connect(ingress)
      let answer = Answer()
      let body = [UInt8](repeating: UInt8(ascii: "x"), count: 2_500_000)
      connection.send(
        ClientRequest(.post, "/", headers: ["host": "web.test"], body: body), to: answer)
      try await answer.wait { $0.isOver }
      #expect(answer.now.body.utf8.count == body.count)
      #expect(answer.now.error == nil)
      connection.close()
    }
    await backend.stop()
  }

  @Test("requests share a connection, which ends once the endpoint is out of rotation")
  func sharing() async throws {
    let backend = try await FakeBackend.start(version: .http2) { request, _, responder in
      responder.send(.text("for \(request.path)"))
    }
    try await TestIngress.run(ports: [backend.port], appProtocol: Self.h2c, version: .http2) {
      ingress in
      let connection = try await connect(ingress)
      let answers = (0..<60).map { _ in Answer() }
      for (number, answer) in answers.enumerated() {
        connection.send(
          ClientRequest(.get, "/\(number)", headers: ["host": "web.test"]), to: answer)
      }
      for (number, answer) in answers.enumerated() {
        try await answer.wait { $0.isOver }
        #expect(answer.now.body == "for /\(number)")
      }
      #expect(backend.server.connectionCount == 1)
      _ = await ingress.services.onEachLoop { $0.keep([]) }
      while backend.server.connectionCount > 0 {
        try await ContinuousClock().sleep(for: .milliseconds(5))
      }
      connection.close()
    }
    await backend.stop()
  }

  @Test("clients of HTTP/1.1 are answered too; an endpoint that is away is 502")
  func olderClients() async throws {
    let backend = try await echo()
    try await TestIngress.run(ports: [backend.port], appProtocol: Self.h2c) { ingress in
      let answer = try await ingress.ask(
        "POST /a HTTP/1.1\r\nHost: web.test\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc")
      #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(answer.contains("x-path: /a\r\n"))
      #expect(answer.contains("\r\nabc\r\n0\r\n\r\n"))
      await backend.stop()
      #expect(try await ingress.get().hasPrefix("HTTP/1.1 502 Bad Gateway\r\n"))
    }
  }
}

/// What came of one request.
private final class Answer: ResponseReceiver {
  struct State {
    var status = 0
    var fields = HeaderFields()
    var body = ""
    var trailers = HeaderFields()
    var isOver = false
    var error: ClientError?
  }

  private let state = Mutex(State())
  private let changed = AsyncSignal()

  var now: State { state.withLock { $0 } }

  func wait(until isSatisfied: (State) -> Bool) async throws {
    while !isSatisfied(now) {
      try Task.checkCancellation()
      await changed.wait()
    }
  }

  private func change(_ body: (inout State) -> Void) {
    state.withLock { body(&$0) }
    changed.wake()
  }

  func didReceiveHead(status: Int, headers: HeaderFields) {
    change {
      $0.status = status
      $0.fields = headers
    }
  }

  func didReceiveBody(_ bytes: ByteBuffer) -> Int {
    change { $0.body += String(buffer: bytes) }
    return bytes.readableBytes
  }

  func didReceiveTrailers(_ fields: HeaderFields) { change { $0.trailers = fields } }

  func didEnd(_ error: ClientError?) {
    change {
      $0.isOver = true
      $0.error = error
    }
  }
}
