import Testing

@testable import Networking

@Suite struct WebSocketHandshakeTests {
  static let request: HeaderFields = [
    "upgrade": "WebSocket", "connection": "keep-alive, Upgrade", "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  ]

  /// Source of key and answer: RFC 6455, section 1.3.
  @Test("the answer proves that the key was read, and the first offered protocol served is taken")
  func accept() throws {
    var request = Self.request
    request.add("Sec-WebSocket-Protocol", "nobody.k8s.io, v5.channel.k8s.io")
    request.add("Sec-WebSocket-Protocol", "v4.channel.k8s.io")
    #expect(WebSocketHandshake.isAsked(by: request))
    let answer = WebSocketHandshake.answer(
      request, supported: ["", "v4.channel.k8s.io", "v5.channel.k8s.io"])
    guard case .accept(let fields, let subprotocol) = answer else {
      Issue.record("refused: \(answer)")
      return
    }
    #expect(subprotocol == "v5.channel.k8s.io")
    #expect(fields["sec-websocket-protocol"] == "v5.channel.k8s.io")
    #expect(fields["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
  }

  @Test("without an offer no protocol is named")
  func withoutProtocol() {
    guard
      case .accept(let fields, let name) = WebSocketHandshake.answer(
        Self.request, supported: ["", "v4.channel.k8s.io"])
    else {
      Issue.record("refused")
      return
    }
    #expect(name.isEmpty)
    #expect(!fields.contains("sec-websocket-protocol"))
  }

  static let refused: [(Int, String, String)] = [
    (403, "sec-websocket-protocol", "chat"), (400, "sec-websocket-version", "8"),
    (400, "sec-websocket-key", "c2hvcnQ="), (400, "sec-websocket-key", "not base64 at all"),
  ]

  @Test("what is not served is refused with its reason", arguments: refused)
  func refuse(status: Int, field: String, value: String) {
    var request = Self.request
    request.set(field, value)
    let answer = WebSocketHandshake.answer(request, supported: ["v5.channel.k8s.io"])
    guard case .refuse(let response) = answer else {
      Issue.record("accepted \(field): \(value)")
      return
    }
    #expect(response.status == status)
  }
}
