import NIOCore
import NIOHPACK
import NIOHTTP2
import Testing

@testable import Networking

/// Clients that break the rules on purpose: frames written by hand, since NIO's client keeps them.
@Suite(.timeLimit(.minutes(5))) struct HTTP2AbuseTests {
  /// Writes frames as bytes. Source: RFC 9113, section 4.1.
  private struct FrameWriter {
    private var encoder = HPACKEncoder(allocator: ByteBufferAllocator())
    var bytes = ByteBuffer(string: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")

    init() { frame(type: 4, flags: 0, stream: 0, payload: ByteBuffer()) }

    mutating func frame(type: UInt8, flags: UInt8, stream: Int, payload: ByteBuffer) {
      let length = payload.readableBytes
      bytes.writeInteger(UInt8(length >> 16))
      bytes.writeInteger(UInt16(length & 0xFFFF))
      bytes.writeInteger(type)
      bytes.writeInteger(flags)
      bytes.writeInteger(UInt32(stream))
      bytes.writeImmutableBuffer(payload)
    }

    /// HEADERS, and CONTINUATION for what passes 16 KB.
    mutating func head(
      _ path: String, stream: Int, fields: [(String, String)] = [], endsStream: Bool = true
    ) throws {
      var block = ByteBuffer()
      let pseudo = [
        (":method", "GET"), (":scheme", "https"), (":path", path), (":authority", "x"),
      ]
      try encoder.encode(headers: HPACKHeaders(pseudo + fields), to: &block)
      var type: UInt8 = 1
      var flags: UInt8 = endsStream ? 1 : 0
      repeat {
        let part = block.readSlice(length: min(block.readableBytes, 16_384)) ?? ByteBuffer()
        if block.readableBytes == 0 { flags |= 4 }
        frame(type: type, flags: flags, stream: stream, payload: part)
        type = 9
        flags = 0
      } while block.readableBytes > 0
    }
  }

  private func connect(_ server: TestServer) async throws -> RawClient {
    try await RawClient.connect(to: server, isTLS: true, speaking: "h2")
  }

  /// The frames that came, by type, stream and payload.
  private static func frames(_ buffers: [ByteBuffer]) -> [(type: UInt8, stream: Int, ByteBuffer)] {
    var all = ByteBuffer()
    for buffer in buffers { all.writeImmutableBuffer(buffer) }
    var frames: [(type: UInt8, stream: Int, ByteBuffer)] = []
    while all.readableBytes >= 9, let high = all.getInteger(at: all.readerIndex, as: UInt8.self),
      let low = all.getInteger(at: all.readerIndex + 1, as: UInt16.self),
      let type = all.getInteger(at: all.readerIndex + 3, as: UInt8.self),
      let stream = all.getInteger(at: all.readerIndex + 5, as: UInt32.self)
    {
      let length = Int(high) << 16 | Int(low)
      guard all.readableBytes >= 9 + length else { break }
      all.moveReaderIndex(forwardBy: 9)
      frames.append((type, Int(stream), all.readSlice(length: length) ?? ByteBuffer()))
    }
    return frames
  }

  private static let resetType: UInt8 = 3
  private static let settingsType: UInt8 = 4
  private static let goAwayType: UInt8 = 7

  @Test("a thousand streams at once: 250 are served, the connection pays for the rest")
  func streamFlood() async throws {
    let responders = Inbox<Responder>()
    try await TestServer.Plan { _, responder in responders.append(responder) }.run { server in
      let client = try await connect(server)
      var writer = FrameWriter()
      for index in 0..<1_000 { try writer.head("/", stream: 2 * index + 1) }
      client.write(writer.bytes)
      await client.inbox.wait { buffers, _ in
        let frames = Self.frames(buffers)
        return frames.filter { $0.type == Self.resetType }.count >= 200
          || frames.contains { $0.type == Self.goAwayType }
      }
      #expect(responders.elements.count <= 250)
      client.close()
      // The server lives on.
      let other = try await FrameClient.connect(to: server)
      let before = responders.elements.count
      other.sendHead("GET", "/", on: 1)
      let all = await responders.wait { all, _ in all.count > before }
      all.last?.send(.text("ok"))
      #expect(await other.wholeAnswer(on: 1).text == "ok")
      other.close()
    }
  }

  @Test("a head of 60 KB over several frames is served, one of 70 KB refused")
  func continuations() async throws {
    let paths = Inbox<String>()
    try await TestServer.Plan { request, responder in
      paths.append(request.path)
      responder.send(.text(request.path))
    }.run { server in
      let client = try await connect(server)
      var writer = FrameWriter()
      // Until the client acknowledges the server's SETTINGS, NIO holds to HTTP/2's initial limits.
      client.write(writer.bytes)
      await client.inbox.wait { buffers, _ in
        Self.frames(buffers).contains { $0.type == Self.settingsType }
      }
      writer.bytes.clear()
      writer.frame(type: Self.settingsType, flags: 1, stream: 0, payload: ByteBuffer())
      for (stream, path, size) in [(1, "/fits", 6_000), (3, "/does/not", 7_000), (5, "/end", 0)] {
        // HPACK has no short code for it.
        let value = String(repeating: "~", count: size)
        try writer.head(path, stream: stream, fields: (0..<10).map { ("x-\($0)", value) })
      }
      client.write(writer.bytes)
      let all = await paths.wait { all, _ in all.contains("/end") }
      #expect(all == ["/fits", "/end"])
      client.close()
    }
  }

  @Test("endless CONTINUATION frames end the connection")
  func continuationFlood() async throws {
    try await TestServer.Plan { _, responder in responder.send(.text("ok")) }.run { server in
      let client = try await connect(server)
      var writer = FrameWriter()
      writer.frame(type: 1, flags: 1, stream: 1, payload: ByteBuffer())
      for _ in 0..<1_000 {
        writer.frame(type: 9, flags: 0, stream: 1, payload: ByteBuffer(repeating: 0, count: 100))
      }
      client.write(writer.bytes)
      await client.inbox.waitUntilClosed()
      #expect(Self.frames(client.inbox.elements).contains { $0.type == Self.goAwayType })
    }
  }

  @Test(
    "floods of control frames end the connection",
    arguments: [(UInt8(6), 8), (UInt8(4), 6), (UInt8(0), 0)])
  func controlFlood(type: UInt8, payloadSize: Int) async throws {
    try await TestServer.Plan { _, _ in }.run { server in
      let client = try await connect(server)
      var writer = FrameWriter()
      let isData = type == 0
      if isData { try writer.head("/", stream: 1, endsStream: false) }
      for _ in 0..<3_000 {
        writer.frame(
          type: type, flags: 0, stream: isData ? 1 : 0,
          payload: ByteBuffer(repeating: 0, count: payloadSize))
      }
      client.write(writer.bytes)
      await client.inbox.waitUntilClosed()
      #expect(Self.frames(client.inbox.elements).contains { $0.type == Self.goAwayType })
    }
  }

  @Test("a frame larger than was agreed on ends the connection")
  func oversizedFrame() async throws {
    try await TestServer.Plan { _, _ in }.run { server in
      let client = try await connect(server)
      var writer = FrameWriter()
      try writer.head("/", stream: 1, endsStream: false)
      writer.frame(type: 0, flags: 0, stream: 1, payload: ByteBuffer(repeating: 1, count: 20_000))
      client.write(writer.bytes)
      await client.inbox.waitUntilClosed()
      #expect(Self.frames(client.inbox.elements).contains { $0.type == Self.goAwayType })
    }
  }

  @Test("unfinished bodies of all clients together are bounded")
  func bodyBudget() async throws {
    var limits = ServerLimits.patient
    limits.unfinishedBodiesByteCountMax = 100_000
    try await TestServer.Plan(limits: limits) { request, responder in
      responder.send(.text("\(request.body.count)"))
    }.run { server in
      let first = try await FrameClient.connect(to: server)
      first.sendHead("POST", "/", on: 1, endStream: false)
      first.sendBody(ByteBuffer(repeating: 1, count: 90_000), on: 1, endStream: false)
      // The server has it when it answers what came behind it.
      first.sendHead("GET", "/", on: 3)
      #expect(await first.wholeAnswer(on: 3).text == "0")
      let second = try await RawClient.connect(to: server, isTLS: true)
      second.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 50000\r\n\r\n")
      second.write(ByteBuffer(repeating: 1, count: 50_000))
      let text = await second.textUntilClosed()
      #expect(text.hasPrefix("HTTP/1.1 429"))
      #expect(text.contains("retry-after: 1"))
      #expect(text.contains(#""reason":"TooManyRequests""#))
      first.sendBody(ByteBuffer(), on: 1)
      #expect(await first.wholeAnswer(on: 1).text == "90000")
      let third = try await FrameClient.connect(to: server)
      third.sendHead("POST", "/", on: 1, endStream: false)
      third.sendBody(ByteBuffer(repeating: 1, count: 90_000), on: 1)
      #expect(await third.wholeAnswer(on: 1).text == "90000")
      first.close()
      third.close()
    }
  }
}
