/// What a request for a stream asks to speak, parsed once.
enum UpgradeRequest: Sendable {
  /// `Upgrade: websocket`, any subprotocol.
  case webSocket
  /// `Upgrade: SPDY/3.1` with the protocols of `X-Stream-Protocol-Version`, best first.
  case spdy(protocols: [String])
  /// No upgrade.
  case none

  init(_ headers: HeaderFields) {
    if WebSocketHandshake.isAsked(by: headers) {
      self = .webSocket
    } else if headers.hasToken("SPDY/3.1", in: "upgrade"),
      headers.hasToken("upgrade", in: "connection")
    {
      let names = headers.values(of: "x-stream-protocol-version").flatMap { value in
        value.split(separator: ",").map(\.trimmingSpaces).filter { !$0.isEmpty }
      }
      self = .spdy(protocols: names)
    } else {
      self = .none
    }
  }

  /// The fields of a 101 answer to a SPDY client, or the answer that turns it down.
  static func negotiateSPDY(
    offered: [String], supported: [String]
  ) -> Result<String, RefusedUpgrade> {
    guard !offered.isEmpty else {
      return .failure(
        RefusedUpgrade(status: 400, "header X-Stream-Protocol-Version does not name a protocol"))
    }
    if let chosen = offered.first(where: supported.contains) { return .success(chosen) }
    var refusal = RefusedUpgrade(
      status: 403,
      "unable to negotiate protocol: client supports \(offered), server accepts \(supported)")
    for name in supported {
      refusal.response.headers.add("x-accepted-stream-protocol-versions", name)
    }
    return .failure(refusal)
  }
}

/// The answer to a client that cannot have its upgrade.
struct RefusedUpgrade: Error {
  var response: ServerResponse

  init(status: Int, _ message: String) {
    response = ServerResponse(
      status: status, contentType: "text/plain; charset=utf-8",
      body: Array("unable to upgrade: \(message)\n".utf8))
  }
}
