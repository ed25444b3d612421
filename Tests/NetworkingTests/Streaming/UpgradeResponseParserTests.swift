import NIOCore
import Testing

@testable import Networking

@Suite struct UpgradeResponseParserTests {
  static func parse(
    _ text: String, pieceByteCount: Int = .max, ends: Bool = false
  ) throws -> String? {
    var parser = UpgradeResponseParser()
    var rest = ByteBuffer(string: text)
    while rest.readableBytes > 0 {
      let piece = rest.readSlice(length: min(pieceByteCount, rest.readableBytes)) ?? ByteBuffer()
      if let answer = try parser.feed(piece) { return describe(answer) + String(buffer: rest) }
    }
    return ends ? describe(try parser.end()) : nil
  }

  static func describe(_ answer: UpgradeResponseParser.Answer) -> String {
    switch answer {
    case .upgraded(let headers, let rest):
      return "101 \(headers["a"] ?? "-") \(String(buffer: rest))"
    case .refused(let response):
      guard case .bytes(let bytes) = response.body else { return "no body" }
      return "\(response.status) \(String(decoding: bytes, as: UTF8.self))"
    }
  }

  @Test("what stands behind a 101 is passed on to the byte", arguments: [1, 5, Int.max])
  func upgraded(pieceByteCount: Int) throws {
    let wire = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nA:  b \r\n\r\n\r\nrest"
    #expect(try Self.parse(wire, pieceByteCount: pieceByteCount) == "101 b \r\nrest")
  }

  static let refusals = [
    ("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone", "404 gone"),
    (
      "HTTP/1.1 500 x\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nab\r\n1\r\nc\r\n0\r\nT: v\r\n\r\n",
      "500 abc"
    ),
    ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", "403 "),
    ("HTTP/1.1 204 Nothing\r\n\r\n", "204 "), ("HTTP/1.1 400\nContent-Length: 1\n\nx", "400 x"),
  ]

  @Test("other answers are read whole, however they are framed", arguments: refusals)
  func refused(wire: String, expected: String) throws {
    for pieceByteCount in [1, 3, Int.max] {
      #expect(try Self.parse(wire, pieceByteCount: pieceByteCount) == expected)
    }
  }

  @Test("a body without a length ends with the connection")
  func untilEnd() throws {
    #expect(try Self.parse("HTTP/1.0 500 x\r\n\r\nabc", ends: true) == "500 abc")
  }

  @Test("a body that does not end is cut off, a head is refused")
  func limits() throws {
    let endless = String(repeating: "x", count: UpgradeResponseParser.bodyByteCountMax + 1)
    let cutOff = try Self.parse("HTTP/1.1 500 x\r\n\r\n" + endless)
    #expect(cutOff?.utf8.count == UpgradeResponseParser.bodyByteCountMax + 4)
    #expect(
      throws: UpgradeResponseParser.Failure.headTooLarge(
        limit: UpgradeResponseParser.headByteCountMax)
    ) { try Self.parse("HTTP/1.1 200 " + endless) }
  }

  @Test(
    "what is no HTTP is refused",
    arguments: [
      "SSH-2.0-OpenSSH\r\n", "HTTP/2 200 OK\r\n", "HTTP/1.1 abc\r\n", "HTTP/1.1 99 x\r\n",
      "HTTP/1.1 200 OK\r\nno colon\r\n", "HTTP/1.1 200 OK\r\n: empty\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
    ])
  func notHTTP(wire: String) {
    #expect(throws: UpgradeResponseParser.Failure.notHTTP) { try Self.parse(wire) }
  }

  @Test("an answer that breaks off is none")
  func endedEarly() {
    for wire in ["HTTP/1.1 101 x\r\n", "HTTP/1.1 500 x\r\nContent-Length: 9\r\n\r\nabc"] {
      #expect(throws: UpgradeResponseParser.Failure.endedEarly) {
        try Self.parse(wire, ends: true)
      }
    }
  }
}
