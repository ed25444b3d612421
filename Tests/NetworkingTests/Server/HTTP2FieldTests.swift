import NIOCore
import NIOHPACK
import NIOHTTP2
import Testing

@testable import Networking

/// Which fields a message may have, by RFC 9113: NIO's own check of it is off.
@Suite(.timeLimit(.minutes(1))) struct HTTP2FieldTests {
  private static let pseudo = [
    (":method", "GET"), (":scheme", "https"), (":path", "/"), (":authority", "localhost"),
  ]

  struct Request: Sendable, CustomTestStringConvertible {
    let what: String
    let fields: [(String, String)]
    var testDescription: String { what }

    init(_ what: String, _ fields: [(String, String)]) {
      self.what = what
      self.fields = fields
    }
  }

  private static func plus(_ name: String, _ value: String) -> [(String, String)] {
    pseudo + [(name, value)]
  }

  private static let good = [
    Request("all four", pseudo),
    Request("no authority", Array(pseudo.prefix(3))),
    Request("every byte of a token", plus("!#$%&'*+-.^_`|~09az", "x")),
    Request("TE: trailers", plus("te", "trailers")),
    Request("bytes beyond ASCII, and a tab", plus("x-a", "ä\tb")),
    Request("an empty value", plus("x-a", "")),
    Request(
      "names as long as those of a connection's", plus("x-rated", "a") + [("x-kept-aliv", "b")]),
  ]

  private static let bad = [
    Request("no method", Array(pseudo.dropFirst())),
    Request("no scheme", pseudo.filter { $0.0 != ":scheme" }),
    Request("no path", pseudo.filter { $0.0 != ":path" }),
    Request("an empty path", pseudo.map { ($0.0, $0.0 == ":path" ? "" : $0.1) }),
    Request("two paths", plus(":path", "/")),
    Request("a pseudo field of answers", plus(":status", "200")),
    Request("an unknown pseudo field", plus(":protocol", "websocket")),
    Request("a pseudo field behind others", [("x-a", "b")] + pseudo),
    Request(
      "a line break in the authority", Array(pseudo.prefix(3)) + [(":authority", "a\r\nb: c")]),
    Request("a capital letter", plus("X-a", "b")),
    Request("a space in a name", plus("x a", "b")),
    Request("a colon in a name", plus("x:a", "b")),
    Request("a name beyond ASCII", plus("ä", "b")),
    Request("a line feed", plus("x-a", "b\nc: d")),
    Request("a carriage return", plus("x-a", "b\rc")),
    Request("a zero byte", plus("x-a", "b\0c")),
    Request("Connection", plus("connection", "close")),
    Request("Keep-Alive", plus("keep-alive", "timeout=5")),
    Request("Proxy-Connection", plus("proxy-connection", "close")),
    Request("Transfer-Encoding", plus("transfer-encoding", "chunked")),
    Request("Upgrade", plus("upgrade", "h2c")),
    Request("TE: gzip", plus("te", "gzip")),
  ]

  @Test("a request as it should be is served", arguments: good)
  func served(request: Request) throws {
    let head = try HTTP2RequestHead(HPACKHeaders(request.fields), limits: ServerLimits())
    #expect(head.method == .get)
    #expect(head.headers.contains("host") == request.fields.contains { $0.0 == ":authority" })
    for (name, value) in request.fields where !name.hasPrefix(":") {
      #expect(head.headers[name] == value)
    }
  }

  @Test("a malformed request is answered with 400, and costs nobody else", arguments: bad)
  func refused(request: Request) async throws {
    try await TestServer.Plan { request, responder in
      responder.send(.text(request.path))
    }.run { server in
      let client = try await FrameClient.connect(to: server)
      client.sendHead("GET", "/first", on: 1)
      #expect(await client.wholeAnswer(on: 1).text == "/first")
      client.write(.headers(.init(headers: HPACKHeaders(request.fields), endStream: true)), on: 3)
      #expect(await client.wholeAnswer(on: 3).status == 400)
      client.sendHead("GET", "/last", on: 5)
      #expect(await client.wholeAnswer(on: 5).text == "/last")
      client.close()
    }
  }

  @Test(
    "trailers are fields too",
    arguments: [[("x-sum", "1")], [("X-Sum", "1")], [(":path", "/")], [("x-sum", "1\n2")]])
  func trailers(fields: [(String, String)]) async throws {
    try await TestServer.Plan { request, responder in
      responder.send(.text("\(request.body.count)"))
    }.run { server in
      let client = try await FrameClient.connect(to: server)
      client.sendHead("POST", "/", on: 1, endStream: false)
      client.sendBody(ByteBuffer(string: "body"), on: 1, endStream: false)
      client.write(.headers(.init(headers: HPACKHeaders(fields), endStream: true)), on: 1)
      let answer = await client.wholeAnswer(on: 1)
      let isGood = fields.allSatisfy { $0 == ("x-sum", "1") }
      #expect(answer.text == (isGood ? "4" : ""))
      #expect(answer.resetCode == (isGood ? nil : .protocolError))
      client.sendHead("GET", "/", on: 3)
      #expect(await client.wholeAnswer(on: 3).text == "0")
      client.close()
    }
  }

  @Test("an answer's fields are made fit for HTTP/2")
  func answers() async throws {
    try await TestServer.Plan { _, responder in
      responder.send(
        ServerResponse(
          status: 200,
          headers: [
            "X-Capital-Z": "a\tb", "x-split": "a\r\nset-cookie: b", "Connection": "close",
            "Keep-Alive": "timeout=5", "Upgrade": "h2c", "Proxy-Connection": "close",
            "Transfer-Encoding": "chunked",
          ], body: .bytes([])))
    }.run { server in
      let client = try await FrameClient.connect(to: server)
      client.sendHead("GET", "/", on: 1)
      let answer = await client.wholeAnswer(on: 1)
      let names = answer.headers.map(\.name).sorted()
      #expect(names == [":status", "content-length", "date", "x-capital-z", "x-split"])
      #expect(answer.headers.first(name: "x-capital-z") == "a\tb")
      #expect(answer.headers.first(name: "x-split") == "a  set-cookie: b")
      client.close()
    }
  }
}
