import FoundationEssentials
import Logging
import NIOCore
import NIOEmbedded
import NIOHPACK
import NIOHTTP2
import Synchronization
import Testing

@testable import Networking

/// Damaged requests against the whole server pipeline below TLS. Nothing may crash, and whatever
/// a request opened is closed when its connection is.
///
/// `MARTLET_FUZZ_INPUTS` sets the number of inputs of each test, `MARTLET_FUZZ_SEED` the seed.
@Suite struct HTTPFrontFuzzTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let inputCount =
    environment["MARTLET_FUZZ_INPUTS"].flatMap { Int($0) } ?? 50_000
  private static let seed =
    environment["MARTLET_FUZZ_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0...UInt64.max)

  @Test("damaged HTTP/1.1 harms nobody")
  func http1() throws {
    try fuzz(corpus: Self.http1Corpus) { channel, services, facts, registry in
      try channel.startHTTP1(services, facts, registry)
    }
  }

  @Test("damaged HTTP/2 harms nobody")
  func http2() throws {
    try fuzz(corpus: try Self.http2Corpus()) { channel, services, facts, registry in
      try channel.startHTTP2(services, facts, registry)
    }
  }

  private typealias Start = (
    EmbeddedChannel, ConnectionServices, ConnectionFacts, ConnectionRegistry
  ) throws -> Void

  private func fuzz(corpus: [[UInt8]], start: Start) throws {
    // Said first: a crash leaves no other trace of the seed.
    print("fuzzing \(Self.inputCount) inputs with seed \(Self.seed)")
    var mutator = ByteMutator(random: SeededGenerator(seed: Self.seed), corpus: corpus)
    let handler = FuzzHandler()
    for index in 0..<Self.inputCount {
      let input = mutator.next()
      try run(mutator.pieces(of: input), handler, start)
      let unfinished = handler.settle()
      #expect(unfinished == 0, "input \(index) of seed \(Self.seed) left something open: \(input)")
    }
  }

  private func run(_ pieces: [ArraySlice<UInt8>], _ handler: FuzzHandler, _ start: Start) throws {
    let channel = EmbeddedChannel()
    let budget = BodyBudget(byteCountMax: 1 << 20)
    let services = ConnectionServices(
      handler: handler, streamingHandler: nil, limits: ServerLimits(),
      onProtocolProblem: { ServerResponse(status: $0.status) },
      bodyBudget: budget,
      outbox: EventLoopOutbox(eventLoop: channel.eventLoop, wallClock: { 0 }),
      logger: Logger(label: "fuzz"))
    let facts = ConnectionFacts(
      version: .http1, isTLS: false, clientCertificate: .absent, remoteAddress: "")
    let registry = ConnectionRegistry(connectionsMax: 1)
    #expect(registry.admit(channel))
    try channel.connect(to: SocketAddress(unixDomainSocketPath: "/fuzz")).wait()
    try start(channel, services, facts, registry)
    for piece in pieces where channel.isActive {
      // Errors are the pipeline's way to report bad input.
      _ = try? channel.writeInbound(ByteBuffer(bytes: piece))
      channel.embeddedEventLoop.run()
    }
    handler.answerLate()
    channel.embeddedEventLoop.run()
    _ = try? channel.finish(acceptAlreadyClosed: true)
    channel.embeddedEventLoop.run()
    #expect(registry.count == 0)
    #expect(budget.takenByteCount == 0)
  }

  // MARK: Good input

  private static let http1Corpus: [[UInt8]] = [
    "GET /api/v1/pods?watch=1&labelSelector=a%3Db HTTP/1.1\r\nHost: x\r\nAccept: a, b;q=0.1\r\n\r\n",
    "POST /s HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\nhello worldGET /l HTTP/1.1\r\nHost: y\r\n\r\n",
    "PUT /l HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n10\r\n0123456789abcdef\r\n0\r\nx: y\r\n\r\n",
    "POST /u HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: SPDY/3.1\r\n\r\nraw bytes",
    "GET /l HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /s HTTP/1.0\r\n\r\n",
    "HEAD /w HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabcDELETE /w HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET https://h:1/w?a HTTP/1.1\r\nHost: h:1\r\nX-Long: \(String(repeating: "v", count: 300))\r\n\r\n",
    "CONNECT h:1 HTTP/1.1\r\nHost: h:1\r\n\r\nOPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
  ].map { Array($0.utf8) }

  /// What a client sends, as NIO's own HTTP/2 implementation writes it.
  private static func http2Corpus() throws -> [[UInt8]] {
    let head = { (method: String, path: String) in
      HPACKHeaders([
        (":method", method), (":scheme", "https"), (":path", path), (":authority", "x"),
        ("accept", "application/json"), ("x-long", String(repeating: "v", count: 300)),
      ])
    }
    let body = HTTP2Frame.FramePayload.Data(
      data: .byteBuffer(ByteBuffer(string: "hello world")), endStream: true)
    return [
      try clientBytes([(1, .headers(.init(headers: head("GET", "/l?a=%20b"), endStream: true)))]),
      try clientBytes([
        (1, .headers(.init(headers: head("POST", "/s")))), (1, .data(body)),
        (3, .headers(.init(headers: head("GET", "/w"), endStream: true))),
        (3, .windowUpdate(windowSizeIncrement: 1)), (0, .windowUpdate(windowSizeIncrement: 77)),
        (5, .headers(.init(headers: head("PUT", "/l")))), (5, .rstStream(.cancel)),
      ]),
      try clientBytes([
        (0, .ping(HTTP2PingData(withInteger: 7), ack: false)),
        (0, .settings(.settings([.init(parameter: .initialWindowSize, value: 9)]))),
        (1, .headers(.init(headers: head("GET", "/s"), endStream: true))),
        (3, .headers(.init(headers: head("GET", "/u"), endStream: true))),
        (0, .goAway(lastStreamID: 0, errorCode: .noError, opaqueData: nil)),
      ]),
    ]
  }

  private static func clientBytes(
    _ frames: [(Int, HTTP2Frame.FramePayload)]
  ) throws -> [UInt8] {
    let channel = EmbeddedChannel(handler: NIOHTTP2Handler(mode: .client))
    try channel.connect(to: SocketAddress(unixDomainSocketPath: "/fuzz")).wait()
    for (stream, payload) in frames {
      channel.writeAndFlush(
        HTTP2Frame(streamID: HTTP2StreamID(stream), payload: payload), promise: nil)
    }
    var bytes: [UInt8] = []
    while let piece = try channel.readOutbound(as: ByteBuffer.self) {
      bytes += Array(piece.readableBytesView)
    }
    _ = try? channel.finish(acceptAlreadyClosed: true)
    return bytes
  }
}

/// Answers in every way there is, chosen by the path, and counts what it opened.
private final class FuzzHandler: RequestHandler {
  private struct State {
    var late: [Responder] = []
    var openCount = 0
  }

  private let state = Mutex(State())

  func handle(_ request: ServerRequest, _ responder: Responder) {
    switch request.path.utf8.dropFirst().first {
    case UInt8(ascii: "w"):
      let writer = responder.stream(ResponseHead())
      opened()
      writer.onClose { _ in self.closed() }
      writer.write(Array("some event\n".utf8))
    case UInt8(ascii: "l"): state.withLock { $0.late.append(responder) }
    case UInt8(ascii: "u"):
      let connection = responder.upgrade(to: "SPDY/3.1")
      opened()
      connection.start(onBytes: { connection.write($0) }, onClose: { self.closed() })
    default: responder.send(ServerResponse(status: 200, body: .bytes(request.body)))
    }
  }

  private func opened() { state.withLock { $0.openCount += 1 } }
  private func closed() { state.withLock { $0.openCount -= 1 } }

  func answerLate() {
    let late = state.withLock { state in
      defer { state.late = [] }
      return state.late
    }
    for responder in late { responder.send(ServerResponse(status: 202)) }
  }

  /// How much is open, and starts over.
  func settle() -> Int {
    answerLate()
    return state.withLock { state in
      defer { state.openCount = 0 }
      return state.openCount
    }
  }
}
