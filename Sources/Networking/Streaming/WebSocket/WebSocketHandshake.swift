import Crypto
import FoundationEssentials

/// The server's half of a WebSocket's opening handshake. Source: RFC 6455, section 4.2.
package enum WebSocketHandshake {
  /// Whether the request asks for a WebSocket: `Upgrade: websocket`, `Connection: ... upgrade`.
  package static func isAsked(by headers: HeaderFields) -> Bool {
    headers.hasToken("websocket", in: "upgrade") && headers.hasToken("upgrade", in: "connection")
  }

  /// The subprotocols that the client offers, best first.
  package static func offeredProtocols(_ headers: HeaderFields) -> [String] {
    headers.values(of: "sec-websocket-protocol").flatMap { value in
      value.split(separator: ",").map { $0.trimmingSpaces }.filter { !$0.isEmpty }
    }
  }

  package enum Answer: Sendable {
    /// Answer 101 with these fields; the connection then speaks `subprotocol`, which is empty where
    /// the client offered none.
    case accept(HeaderFields, subprotocol: String)
    /// Answer with this.
    case refuse(ServerResponse)
  }

  /// - Parameter supported: subprotocols this server speaks, an empty string standing for none.
  ///   The first offered one that is among them is taken, as Kubernetes has it.
  package static func answer(_ headers: HeaderFields, supported: [String]) -> Answer {
    guard headers["sec-websocket-version"]?.trimmingSpaces == "13" else {
      var response = plainText(400, "unsupported WebSocket version: only 13 is served")
      response.headers.add("sec-websocket-version", "13")
      return .refuse(response)
    }
    guard let key = headers["sec-websocket-key"]?.trimmingSpaces,
      Data(base64Encoded: String(key))?.count == 16
    else { return .refuse(plainText(400, "Sec-WebSocket-Key is not 16 bytes in base64")) }
    let offered = offeredProtocols(headers)
    let candidates = offered.isEmpty ? [""] : offered
    guard let chosen = candidates.first(where: supported.contains) else {
      let names = supported.filter { !$0.isEmpty }.joined(separator: ", ")
      return .refuse(
        plainText(
          403,
          "none of the offered subprotocols (\(offered.joined(separator: ", "))) is served: "
            + "\(names)"))
    }
    var fields: HeaderFields = ["sec-websocket-accept": acceptValue(forKey: String(key))]
    if !chosen.isEmpty { fields.add("sec-websocket-protocol", chosen) }
    return .accept(fields, subprotocol: chosen)
  }

  /// Proves that the server understood the request (section 4.2.2, item 5.4).
  static func acceptValue(forKey key: String) -> String {
    let text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    return Data(Insecure.SHA1.hash(data: Data(text.utf8))).base64EncodedString()
  }

  private static func plainText(_ status: Int, _ message: String) -> ServerResponse {
    ServerResponse(
      status: status, contentType: "text/plain; charset=utf-8", body: Array(message.utf8))
  }
}

extension StringProtocol {
  var trimmingSpaces: String {
    var rest = Substring(self)
    while rest.first == " " || rest.first == "\t" { rest.removeFirst() }
    while rest.last == " " || rest.last == "\t" { rest.removeLast() }
    return String(rest)
  }
}
