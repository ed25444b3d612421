import NIOCore
import Testing

@testable import Networking

@Suite(.timeLimit(.minutes(1))) struct PortForwardTests {
  struct Refused: Error, CustomStringConvertible { var description: String { "nobody listens" } }

  /// A pod that says back what it gets on port 80, after its port.
  @Sendable static func echo(_ port: UInt16, _ stream: any ByteDuplex) async throws {
    guard port == 80 else { throw Refused() }
    stream.write("80:")
    while let bytes = try await stream.read() { try await stream.send(bytes) }
  }

  static func withSession(
    clock: any Clock<Duration> = ContinuousClock(),
    _ body: @Sendable (SPDYConnection) async throws -> Void
  ) async throws {
    let (left, right) = MemoryDuplex.pair()
    let client = SPDYConnection(clientOver: left)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await client.run() }
      group.addTask {
        await PortForwardSession(
          connection: SPDYConnection(serverOver: right), clock: clock, forward: Self.echo
        ).run()
        right.close()
      }
      try await body(client)
      client.close()
    }
  }

  static func headers(_ type: String, _ port: String, id: String? = nil) -> HeaderFields {
    var headers: HeaderFields = ["streamtype": type, "port": port]
    if let id { headers.add("requestid", id) }
    return headers
  }

  @Test("connections run side by side, each with its own pair of streams")
  func pairs() async throws {
    try await Self.withSession { client in
      var open: [(SPDYStream, SPDYStream)] = []
      for id in 0..<3 {
        open.append(
          (
            try client.open(Self.headers("error", "80", id: "\(id)")),
            try client.open(Self.headers("data", "80", id: "\(id)"))
          ))
      }
      for (index, (error, data)) in open.enumerated().reversed() {
        data.write("request \(index)")
        #expect(try await data.readText(12) == "80:request \(index)")
        data.finish()
        #expect(try await data.readText() == "")
        #expect(try await error.readText() == "")
      }
    }
  }

  @Test("clients without request IDs are paired by the order of their streams")
  func withoutIDs() async throws {
    try await Self.withSession { client in
      let error = try client.open(Self.headers("error", "80"))
      let data = try client.open(Self.headers("data", "80"))
      data.finish()
      #expect(try await data.readText() == "80:")
      #expect(try await error.readText() == "")
    }
  }

  @Test("what goes wrong is told on the error stream, and the data stream is reset")
  func failure() async throws {
    try await Self.withSession { client in
      let error = try client.open(Self.headers("error", "81", id: "1"))
      let data = try client.open(Self.headers("data", "81", id: "1"))
      #expect(try await error.readText() == "error forwarding port 81: nobody listens")
      await #expect(throws: ByteDuplexError.reset) { try await data.read() }
    }
  }

  @Test(
    "a stream without a proper port or type is refused",
    arguments: [("data", "0"), ("data", "65536"), ("data", ""), ("stdin", "80")])
  func refused(type: String, port: String) async throws {
    try await Self.withSession { client in
      let stream = try client.open(Self.headers(type, port, id: "1"))
      await #expect(throws: ByteDuplexError.reset) { try await stream.accepted() }
    }
  }

  @Test("a second stream of the same kind in a pair is reset")
  func duplicate() async throws {
    try await Self.withSession { client in
      let first = try client.open(Self.headers("error", "80", id: "1"))
      let second = try client.open(Self.headers("error", "80", id: "1"))
      await #expect(throws: ByteDuplexError.reset) { try await second.read() }
      let data = try client.open(Self.headers("data", "80", id: "1"))
      data.finish()
      #expect(try await data.readText() == "80:")
      #expect(try await first.readText() == "")
    }
  }

  /// What comes on each channel, until both ports have said what they have to say.
  static func receive(_ client: WebSocketConnection) async throws -> [UInt8: [UInt8]] {
    var received: [UInt8: [UInt8]] = [:]
    var decoder = ChannelMessageDecoder(.version4)
    while received[0]?.count != 9 || (received[3]?.count ?? 0) < 20 {
      guard let piece = try await client.receive() else { break }
      let event = try decoder.decode(piece.bytes, isFirst: piece.isFirst, isLast: piece.isLast)
      guard case .bytes(let channel, let bytes) = event else { continue }
      received[channel, default: []] += Array(bytes.readableBytesView)
    }
    return received
  }

  @Test("a client over channels reaches a runtime over SPDY")
  func channels() async throws {
    let (left, right) = MemoryDuplex.pair()
    let (runtimeLeft, runtimeRight) = MemoryDuplex.pair()
    let runtime = PortForwardClient(runtimeLeft)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        await PortForwardSession(
          connection: SPDYConnection(serverOver: runtimeRight), clock: ContinuousClock(),
          forward: Self.echo
        ).run()
      }
      group.addTask { await runtime.run() }
      group.addTask {
        await WebSocketPortForward(
          ports: [80, 81], format: .version4, linger: Linger(),
          forward: { try await runtime.forward($0, $1) }
        ).run(right)
        runtime.close()
        runtimeRight.close()
      }
      let client = WebSocketConnection(left, role: .client)
      client.send(ByteBuffer(string: "ping"), prefix: 0)
      let received = try await Self.receive(client)
      client.close(.normal)
      #expect(received[0] == [80, 0] + Array("80:ping".utf8))
      #expect(received[1] == [80, 0])
      #expect(received[2] == [81, 0])
      let failure = String(decoding: received[3, default: []].dropFirst(2), as: UTF8.self)
      #expect(failure.contains("nobody listens"))
    }
  }

  @Test("ports of a query are separate, repeated or both; what is none is named")
  func query() throws {
    let query = try PortForwardQuery(try RequestTarget("/?ports=80,443&ports=8080").query)
    #expect(query.ports == [80, 443, 8080])
    #expect(try PortForwardQuery(query.agentQuery) == query)
    for bad in ["0", "65536", "x", "", "80,"] {
      #expect(throws: PortForwardQuery.ParsingError.self) {
        try PortForwardQuery(try RequestTarget("/?ports=\(bad)").query)
      }
    }
  }
}
