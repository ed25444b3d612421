import Resources

/// Serves exec and attach, whichever wire the client speaks.
package struct RemoteCommandHandler: Sendable {
  /// Where a command runs.
  package enum Target: Sendable {
    /// A container runtime's URL for this command: CRI's ExecResponse and AttachResponse.
    case streamingURL(String)
    /// Something else that takes the streams and says how it ended. It is cancelled when the client
    /// goes away.
    case local(@Sendable (RemoteCommandStreams) async throws -> RemoteCommandStatus)
  }

  private let client: UpgradeClient
  private let linger: Linger

  package init(_ client: UpgradeClient = UpgradeClient(), linger: Linger = Linger()) {
    self.client = client
    self.linger = linger
  }

  /// Answers `request` and runs the session to its end.
  /// - Parameters:
  ///   - options: parsed from the request's query.
  ///   - open: asked once the request is known to be in order, before it is answered, so what it
  ///     throws reaches the client as an HTTP answer: an `APIError` as it is, others as 500.
  package func serve(
    _ request: ServerRequest, _ options: RemoteCommandOptions, _ responder: Responder,
    open: @Sendable () async throws -> Target
  ) async {
    if let problem = options.problem {
      return responder.send(APIError.badRequest(problem).response)
    }
    switch UpgradeRequest(request.headers) {
    case .none: responder.send(APIError.badRequest("Upgrade request required").response)
    case .webSocket: await serveWebSocket(request, options, responder, open)
    case .spdy(let offered): await serveSPDY(request, options, responder, offered, open)
    }
  }

  private func serveWebSocket(
    _ request: ServerRequest, _ options: RemoteCommandOptions, _ responder: Responder,
    _ open: @Sendable () async throws -> Target
  ) async {
    let formats = ChannelProtocol.remoteCommand
    switch WebSocketHandshake.answer(request.headers, supported: formats.map(\.name)) {
    case .refuse(let response): responder.send(response)
    case .accept(let fields, let name):
      guard let format = formats.first(where: { $0.name == name }),
        let command = await command(options, responder, open)
      else { return }
      guard let duplex = await responder.upgradeToDuplex(to: "websocket", headers: fields) else {
        return command.cancel()
      }
      await RemoteCommandSession(
        wire: WebSocketCommandWire(duplex, format, options), options: options, linger: linger
      ).run(command.run)
    }
  }

  private func serveSPDY(
    _ request: ServerRequest, _ options: RemoteCommandOptions, _ responder: Responder,
    _ offered: [String], _ open: @Sendable () async throws -> Target
  ) async {
    let versions = SPDYCommandWire.Version.allCases.map(\.rawValue)
    switch UpgradeRequest.negotiateSPDY(offered: offered, supported: versions) {
    case .failure(let refusal): responder.send(refusal.response)
    case .success(let name):
      guard let version = SPDYCommandWire.Version(rawValue: name),
        let command = await command(options, responder, open)
      else { return }
      let fields: HeaderFields = ["x-stream-protocol-version": name]
      guard let duplex = await responder.upgradeToDuplex(to: "SPDY/3.1", headers: fields) else {
        return command.cancel()
      }
      await RemoteCommandSession(
        wire: SPDYCommandWire(duplex, version), options: options, linger: linger
      ).run(command.run)
    }
  }

  /// A command that waits for its client.
  private struct Command {
    let run: @Sendable (RemoteCommandStreams) async throws -> RemoteCommandStatus
    let cancel: @Sendable () -> Void
  }

  /// Opens the target, or answers why it cannot be.
  private func command(
    _ options: RemoteCommandOptions, _ responder: Responder,
    _ open: @Sendable () async throws -> Target
  ) async -> Command? {
    do {
      switch try await open() {
      case .local(let run): return Command(run: run, cancel: {})
      case .streamingURL(let text):
        let url = try StreamingURL(text)
        switch try await RemoteCommandClient.connect(to: url, options, with: client) {
        case .connected(let client):
          return Command(run: { try await client.run($0) }, cancel: { client.close() })
        case .refused(let response): responder.send(response.withoutConnectionFields)
        }
      }
    } catch let error as APIError {
      responder.send(error.response)
    } catch {
      responder.send(APIError.internalError("\(error)").response)
    }
    return nil
  }
}
