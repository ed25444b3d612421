import Resources

/// Passes a request for a stream on to another server and joins the two connections when it has
/// agreed: from the API server to a node's agent, from the agent to its container runtime.
package struct UpgradeProxy: Sendable {
  private let client: UpgradeClient
  private let linger: Linger

  package init(_ client: UpgradeClient = UpgradeClient(), linger: Linger = Linger()) {
    self.client = client
    self.linger = linger
  }

  /// The fields of a request that concern the upgrade. All others stay here: `authorization` above
  /// all, since the other server trusts this one, not its clients.
  private static let forwardedFields: Set<String> = [
    "upgrade", "sec-websocket-key", "sec-websocket-version", "sec-websocket-protocol",
    "x-stream-protocol-version", "user-agent",
  ]

  private static let answeredFields: Set<String> = [
    "sec-websocket-accept", "sec-websocket-protocol", "x-stream-protocol-version",
  ]

  /// Answers `request`: with what the other server says, or 500 where it cannot be reached. Returns
  /// when the session is over.
  /// - Parameter target: path and query there, encoded.
  package func forward(
    _ request: ServerRequest, to endpoint: StreamingEndpoint, target: String,
    _ responder: Responder
  ) async {
    guard request.headers.contains("upgrade"),
      request.headers.hasToken("upgrade", in: "connection")
    else { return responder.send(APIError.badRequest("Upgrade request required").response) }
    let upgrade = UpgradeClient.Request(
      method: request.method, target: target,
      headers: request.headers.keeping(Self.forwardedFields))
    await forward(upgrade, to: endpoint, responder) { $0.keeping(Self.answeredFields) }
  }

  /// The same, for a request that was made ready for the other server already.
  /// - Parameters:
  ///   - upgrade: its fields have `upgrade`.
  ///   - onAnswer: called once, when the other server has answered or cannot; the session may go on.
  ///   - answered: what goes back of the fields of a 101.
  package func forward(
    _ upgrade: UpgradeClient.Request, to endpoint: StreamingEndpoint, _ responder: Responder,
    onAnswer: () -> Void = {}, answered: (HeaderFields) -> HeaderFields
  ) async {
    let name = upgrade.headers["upgrade"] ?? ""
    do {
      let answer: UpgradeClient.Answer
      do {
        defer { onAnswer() }
        answer = try await client.upgrade(upgrade, at: endpoint)
      }
      switch answer {
      case .upgraded(let headers, let upstream):
        let fields = answered(headers)
        guard let downstream = await responder.upgradeToDuplex(to: name, headers: fields) else {
          return upstream.close()
        }
        await splice(downstream, upstream, linger: linger)
      case .refused(let response):
        responder.send(response.withoutConnectionFields)
      }
    } catch {
      responder.send(APIError.internalError("error dialing backend: \(error)").response)
    }
  }
}

extension HeaderFields {
  fileprivate func keeping(_ names: Set<String>) -> HeaderFields {
    var kept = HeaderFields()
    for field in self where names.contains(field.name.lowercased()) {
      kept.add(field.name, field.value)
    }
    return kept
  }
}

extension ServerResponse {
  /// Without what belongs to the connection it came over.
  package var withoutConnectionFields: ServerResponse {
    var response = self
    for name in ["connection", "content-length", "transfer-encoding", "keep-alive", "date"] {
      response.headers.remove(name)
    }
    return response
  }
}

extension APIError {
  /// The error as an answer: a `Status` object in JSON.
  var response: ServerResponse {
    ServerResponse(status: code, contentType: "application/json", body: status.json)
  }
}
