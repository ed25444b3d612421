import NIOCore
import Testing

@testable import Networking

@Suite struct SPDYStateMachineTests {
  /// Two machines, and what each told.
  struct Pair {
    var client = SPDYStateMachine(role: .client)
    var server: SPDYStateMachine
    var clientEvents: [String] = []
    var serverEvents: [String] = []

    init(limits: SPDYStateMachine.Limits = .init()) {
      server = SPDYStateMachine(role: .server, limits: limits)
    }

    mutating func openFromClient(_ headers: HeaderFields = [:]) throws -> SPDYStreamID {
      let id = client.open(headers)
      return try #require(id)
    }

    /// Carries bytes until nothing moves, `pieceByteCount` at a time.
    mutating func exchange(pieceByteCount: Int = .max) throws {
      while true {
        let toServer = client.takeOutput()
        let toClient = server.takeOutput()
        if toServer.isEmpty, toClient.isEmpty { return }
        for piece in toServer.flatMap({ $0.pieces(of: pieceByteCount) }) {
          serverEvents += try server.receive(piece).map(describe)
        }
        for piece in toClient.flatMap({ $0.pieces(of: pieceByteCount) }) {
          clientEvents += try client.receive(piece).map(describe)
        }
      }
    }
  }

  static func describe(_ event: SPDYStateMachine.Event) -> String {
    switch event {
    case .opened(let id, let headers): "opened \(id) \(headers["streamtype"] ?? "-")"
    case .accepted(let id): "accepted \(id)"
    case .data(let id, let bytes): "data \(id) \(String(buffer: bytes))"
    case .inputEnded(let id): "ended \(id)"
    case .reset(let id, let status): "reset \(id) \(status.rawValue)"
    case .goingAway: "going away"
    }
  }

  @Test("a stream opens, carries bytes both ways, and half-closes", arguments: [1, 7, Int.max])
  func lifeOfAStream(pieceByteCount: Int) throws {
    var pair = Pair()
    let id = try pair.openFromClient(["streamType": "stdin"])
    try pair.exchange()
    pair.server.accept(id)
    pair.client.send(ByteBuffer(string: "a"), on: id)
    pair.client.finish(id)
    pair.server.send(ByteBuffer(string: "b"), on: id)
    try pair.exchange(pieceByteCount: pieceByteCount)
    #expect(pair.server.canSend(on: id))
    #expect(!pair.client.canSend(on: id))
    pair.server.finish(id)
    try pair.exchange(pieceByteCount: pieceByteCount)
    #expect(pair.serverEvents == ["opened 1 stdin", "data 1 a", "ended 1"])
    #expect(pair.clientEvents == ["accepted 1", "data 1 b", "ended 1"])
    pair.client.reset(id)
    let output = pair.client.takeOutput()
    #expect(output.isEmpty, "a stream that is over needs no reset")
  }

  @Test("data is handed on while its frame still comes, and only its last piece ends the stream")
  func partialData() throws {
    var pair = Pair()
    let id = try pair.openFromClient()
    try pair.exchange()
    pair.serverEvents = []
    let frame = SPDYFrameEncoder().data(id, ByteBuffer(string: "hello"), isLast: true)
    for piece in frame.pieces(of: 10) {
      pair.serverEvents += try pair.server.receive(piece).map(Self.describe)
    }
    #expect(pair.serverEvents == ["data 1 he", "data 1 llo", "ended 1"])
  }

  @Test("a large write is cut into frames and arrives whole")
  func largeData() throws {
    var pair = Pair()
    let id = try pair.openFromClient()
    let bytes = ByteBuffer(repeating: 0x2A, count: 3 * SPDYFrameEncoder.dataFrameByteCountMax + 1)
    pair.client.send(bytes, on: id)
    pair.client.finish(id)
    var received = ByteBuffer()
    for piece in pair.client.takeOutput() {
      for case .data(_, let bytes) in try pair.server.receive(piece) {
        received.writeImmutableBuffer(bytes)
      }
    }
    #expect(received == bytes)
  }

  @Test("a reset ends both ways, and crossing data is dropped")
  func reset() throws {
    var pair = Pair()
    let id = try pair.openFromClient()
    try pair.exchange()
    pair.server.accept(id)
    pair.server.reset(id, .refusedStream)
    pair.client.send(ByteBuffer(string: "late"), on: id)
    try pair.exchange()
    #expect(pair.clientEvents == ["accepted 1", "reset 1 3"])
    #expect(pair.serverEvents == ["opened 1 -"])
    #expect(!pair.client.canSend(on: id))
  }

  @Test("the peer's pings are answered, our own never come back a second time")
  func pings() throws {
    var server = SPDYStateMachine(role: .server)
    let encoder = SPDYFrameEncoder()
    _ = try server.receive(encoder.ping(1))
    _ = try server.receive(encoder.ping(2))
    let output = server.takeOutput()
    #expect(output == [encoder.ping(1)])
  }

  @Test("streams beyond the limit are refused; closing one makes room")
  func streamLimit() throws {
    var pair = Pair(limits: .init(streamsMax: 2))
    let ids = (0..<3).compactMap { _ in pair.client.open([:]) }
    try pair.exchange()
    #expect(pair.serverEvents == ["opened 1 -", "opened 3 -"])
    #expect(pair.clientEvents == ["reset 5 3"])
    pair.client.reset(ids[0])
    _ = pair.client.open([:])
    try pair.exchange()
    #expect(pair.serverEvents.suffix(2) == ["reset 1 5", "opened 7 -"])
  }

  @Test("after GOAWAY no stream opens, and open ones go on")
  func goAway() throws {
    var pair = Pair()
    let id = try pair.openFromClient()
    try pair.exchange()
    pair.server.goAway(.ok)
    pair.server.send(ByteBuffer(string: "x"), on: id)
    try pair.exchange()
    #expect(pair.clientEvents == ["going away", "data 1 x"])
    let refused = pair.client.open([:])
    #expect(refused == nil)
  }

  @Test("a stream number that is not above the last, or not the peer's, ends the connection")
  func streamNumbers() throws {
    let encoder = SPDYFrameEncoder()
    var server = SPDYStateMachine(role: .server)
    _ = try server.receive(encoder.synStream(SPDYStreamID(5), [:]))
    #expect(throws: SPDYError.badStreamID(3)) {
      try server.receive(encoder.synStream(SPDYStreamID(3), [:]))
    }
    var other = SPDYStateMachine(role: .server)
    #expect(throws: SPDYError.badStreamID(2)) {
      try other.receive(SPDYFrameEncoder().synStream(SPDYStreamID(2), [:]))
    }
  }

  static let broken: [(SPDYError, [UInt8])] = [
    (.unsupportedVersion(2), [0x80, 2, 0, 1, 0, 0, 0, 0]),
    (.zeroStreamID, [0, 0, 0, 0, 0, 0, 0, 0]),
    (.malformedFrame(type: 6), [0x80, 3, 0, 6, 0, 0, 0, 3, 0, 0, 1]),
    (.malformedFrame(type: 3), [0x80, 3, 0, 3, 0, 0, 0, 4, 0, 0, 0, 1]),
    (.zeroStreamID, [0x80, 3, 0, 3, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 5]),
    (
      .controlFrameTooLarge(byteCount: 0xFF_FFFF, limit: 64 << 10),
      [0x80, 3, 0, 1, 0, 0xFF, 0xFF, 0xFF]
    ),
    (
      .badCompression,
      [0x80, 3, 0, 1, 0, 0, 0, 14, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]
    ),
  ]

  @Test("what cannot be SPDY/3.1 ends the connection", arguments: broken)
  func brokenFrames(expected: SPDYError, bytes: [UInt8]) {
    var server = SPDYStateMachine(role: .server)
    #expect(throws: expected) { try server.receive(ByteBuffer(bytes: bytes)) }
  }

  @Test("SETTINGS, WINDOW_UPDATE and unknown control frames of any size are skipped")
  func ignored() throws {
    var server = SPDYStateMachine(role: .server)
    for type: UInt8 in [4, 9, 200] {
      var frame = ByteBuffer(bytes: [0x80, 3, 0, type, 0, 0x02, 0, 0])
      frame.writeRepeatingByte(0xAB, count: 0x2_0000)
      for piece in frame.pieces(of: 1_000) {
        let events = try server.receive(piece)
        #expect(events.isEmpty)
      }
    }
    let encoder = SPDYFrameEncoder()
    _ = try server.receive(encoder.ping(1))
    let output = server.takeOutput()
    #expect(output == [encoder.ping(1)])
  }
}

extension ByteBuffer {
  func pieces(of count: Int) -> [ByteBuffer] {
    var rest = self
    var pieces: [ByteBuffer] = []
    while let piece = rest.readSlice(length: Swift.min(count, rest.readableBytes)),
      piece.readableBytes > 0
    {
      pieces.append(piece)
    }
    return pieces
  }
}
