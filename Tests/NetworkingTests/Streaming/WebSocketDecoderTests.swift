import NIOCore
import Testing

@testable import Networking

@Suite struct WebSocketDecoderTests {
  static func decode(
    _ bytes: ByteBuffer, role: WebSocketRole = .server, pieceByteCount: Int = .max
  ) throws -> [String] {
    var decoder = WebSocketDecoder(role: role)
    var frames: [String] = []
    for piece in bytes.pieces(of: pieceByteCount) {
      decoder.feed(piece)
      while let frame = try decoder.next() { frames.append(describe(frame)) }
    }
    return frames
  }

  static func describe(_ frame: WebSocketFrame) -> String {
    switch frame {
    case .data(let bytes, let kind, let isFirst, let isLast):
      "\(kind) \(isFirst ? "[" : "")\(String(buffer: bytes))\(isLast ? "]" : "")"
    case .ping(let bytes): "ping \(String(buffer: bytes))"
    case .pong: "pong"
    case .close(let code): "close \(code?.rawValue ?? 0)"
    }
  }

  /// Source: RFC 6455, section 5.7.
  @Test("the examples of the RFC decode")
  func examples() throws {
    let masked: [UInt8] = [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]
    #expect(try Self.decode(ByteBuffer(bytes: masked)) == ["text [Hello]"])
    let plain: [UInt8] = [0x81, 0x05] + Array("Hello".utf8)
    #expect(try Self.decode(ByteBuffer(bytes: plain), role: .client) == ["text [Hello]"])
    let fragments = [0x01, 0x03] + Array("Hel".utf8) + [0x80, 0x02] + Array("lo".utf8)
    #expect(
      try Self.decode(ByteBuffer(bytes: fragments), role: .client) == ["text [Hel", "text lo]"])
    let ping: [UInt8] = [0x89, 0x05] + Array("Hello".utf8)
    #expect(try Self.decode(ByteBuffer(bytes: ping), role: .client) == ["ping Hello"])
  }

  @Test("what the encoder writes comes back, byte by byte too", arguments: [1, 3, Int.max])
  func roundTrip(pieceByteCount: Int) throws {
    for role in [WebSocketRole.client, .server] {
      let encoder = WebSocketEncoder(role: role)
      var wire = ByteBuffer()
      for length in [0, 1, 125, 126, 0xFFFF, 0x1_0000] {
        let payload = ByteBuffer(repeating: 0x78, count: length)
        wire.writeImmutableBuffer(encoder.message(payload, kind: .binary, prefix: 0x31))
      }
      wire.writeImmutableBuffer(encoder.ping(ByteBuffer(string: "p")))
      wire.writeImmutableBuffer(encoder.message(ByteBuffer(), kind: .text))
      wire.writeImmutableBuffer(encoder.close(.normal))
      let decoded = try Self.decode(
        wire, role: role == .client ? .server : .client, pieceByteCount: pieceByteCount)
      let whole = decoded.joined().replacing("binary ", with: "")
      let expected = [0, 1, 125, 126, 0xFFFF, 0x1_0000]
        .map { "[1" + String(repeating: "x", count: $0) + "]" }.joined()
      #expect(whole == expected + "ping ptext []close 1000")
    }
  }

  @Test("a control frame may stand between the frames of a message")
  func interleaved() throws {
    let wire: [UInt8] = [0x02, 1, 0x61, 0x89, 0, 0x00, 1, 0x62, 0x8A, 0, 0x80, 0]
    #expect(
      try Self.decode(ByteBuffer(bytes: wire), role: .client)
        == ["binary [a", "ping ", "binary b", "pong", "binary ]"])
  }

  static let forbidden: [(WebSocketError, [UInt8])] = [
    (.reservedBits, [0xC1, 0]), (.unknownOpcode(3), [0x83, 0]), (.unknownOpcode(11), [0x8B, 0]),
    (.wrongMasking, [0x81, 0x80, 0, 0, 0, 0]), (.fragmentedControlFrame, [0x09, 0]),
    (.controlFrameTooLarge(126), [0x89, 126, 0, 126]),
    (.lengthOutOfRange, [0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0]),
    (.badFragmentation, [0x80, 0]), (.badFragmentation, [0x01, 0, 0x01, 0]),
    (.badCloseFrame, [0x88, 1, 0]),
  ]

  @Test("what the RFC forbids is refused", arguments: forbidden)
  func refuses(expected: WebSocketError, bytes: [UInt8]) {
    #expect(throws: expected) { try Self.decode(ByteBuffer(bytes: bytes), role: .client) }
  }

  @Test("a frame without a mask is refused by a server")
  func unmasked() {
    #expect(throws: WebSocketError.wrongMasking) {
      try Self.decode(ByteBuffer(bytes: [0x81, 0x01, 0x61]))
    }
  }

  @Test("a frame that claims 2^62 bytes takes no memory before they come")
  func hugeFrame() throws {
    let head: [UInt8] = [0x82, 127, 0x40, 0, 0, 0, 0, 0, 0, 0]
    #expect(try Self.decode(ByteBuffer(bytes: head + [0x61]), role: .client) == ["binary [a"])
  }
}
