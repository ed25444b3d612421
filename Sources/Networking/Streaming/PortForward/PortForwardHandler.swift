import Resources

/// Serves port-forward, whichever wire the client speaks.
package struct PortForwardHandler: Sendable {
  /// Where connections go.
  package enum Target: Sendable {
    /// A container runtime's URL: CRI's PortForwardResponse.
    case streamingURL(String)
    /// Something that carries each connection itself.
    case local(PortForwarder)
  }

  /// What the subprotocol of a WebSocket that carries SPDY starts with.
  private static let tunnelPrefix = "SPDY/3.1+"

  private let client: UpgradeClient
  private let proxy: UpgradeProxy
  private let linger: Linger

  package init(_ client: UpgradeClient = UpgradeClient(), linger: Linger = Linger()) {
    self.client = client
    self.proxy = UpgradeProxy(client, linger: linger)
    self.linger = linger
  }

  /// Answers `request` and runs the session to its end.
  /// - Parameter open: as with `RemoteCommandHandler`; gets the ports of the query, which are none
  ///   for most clients.
  package func serve(
    _ request: ServerRequest, _ responder: Responder,
    open: @Sendable (PortForwardQuery) async throws -> Target
  ) async {
    do {
      let query = try PortForwardQuery(request.query)
      switch UpgradeRequest(request.headers) {
      case .none: throw APIError.badRequest("Upgrade request required")
      case .spdy(let offered): try await serveSPDY(request, responder, offered, query, open)
      case .webSocket: try await serveWebSocket(request, responder, query, open)
      }
    } catch let error as APIError {
      responder.send(error.response)
    } catch let error as PortForwardQuery.ParsingError {
      responder.send(APIError.badRequest("\(error)").response)
    } catch let error as RefusedUpgrade {
      responder.send(error.response)
    } catch {
      responder.send(APIError.internalError("\(error)").response)
    }
  }

  private func serveSPDY(
    _ request: ServerRequest, _ responder: Responder, _ offered: [String],
    _ query: PortForwardQuery, _ open: @Sendable (PortForwardQuery) async throws -> Target
  ) async throws {
    let name = try UpgradeRequest.negotiateSPDY(
      offered: offered, supported: [PortForwardClient.protocolName]
    ).get()
    switch try await open(query) {
    case .streamingURL(let text):
      // Both sides speak the same: their bytes need no understanding.
      let url = try StreamingURL(text)
      await proxy.forward(request, to: url.endpoint, target: url.target, responder)
    case .local(let forward):
      let fields: HeaderFields = ["x-stream-protocol-version": name]
      guard let duplex = await responder.upgradeToDuplex(to: "SPDY/3.1", headers: fields) else {
        return
      }
      await serve(duplex, forward)
    }
  }

  private func serve(_ duplex: any ByteDuplex, _ forward: @escaping PortForwarder) async {
    await PortForwardSession(
      connection: SPDYConnection(serverOver: duplex), clock: linger.clock, forward: forward
    ).run()
    await linger.close(duplex)
  }

  private func serveWebSocket(
    _ request: ServerRequest, _ responder: Responder, _ query: PortForwardQuery,
    _ open: @Sendable (PortForwardQuery) async throws -> Target
  ) async throws {
    let tunnel = Self.tunnelPrefix + PortForwardClient.protocolName
    let supported = [tunnel] + ChannelProtocol.portForward.map(\.name)
    switch WebSocketHandshake.answer(request.headers, supported: supported) {
    case .refuse(let response): responder.send(response)
    case .accept(let fields, let name) where name == tunnel:
      try await serveTunnel(responder, fields, try await open(query))
    case .accept(let fields, let name):
      guard (1...WebSocketPortForward.portsMax).contains(query.ports.count) else {
        throw APIError.badRequest(
          "query parameter \"ports\" is required, with at most \(WebSocketPortForward.portsMax)")
      }
      guard let format = ChannelProtocol.portForward.first(where: { $0.name == name }) else {
        return
      }
      try await serveChannels(responder, fields, format, query, try await open(query))
    }
  }

  private func serveTunnel(
    _ responder: Responder, _ fields: HeaderFields, _ target: Target
  ) async throws {
    switch target {
    case .local(let forward):
      guard let duplex = await responder.upgradeToDuplex(to: "websocket", headers: fields) else {
        return
      }
      await serve(WebSocketTunnel(WebSocketConnection(serverOver: duplex)), forward)
    case .streamingURL(let text):
      guard let runtime = try await connect(text, responder) else { return }
      guard let duplex = await responder.upgradeToDuplex(to: "websocket", headers: fields) else {
        return runtime.close()
      }
      let tunnel = WebSocketTunnel(WebSocketConnection(serverOver: duplex))
      await splice(tunnel, runtime, linger: linger)
    }
  }

  private func serveChannels(
    _ responder: Responder, _ fields: HeaderFields, _ format: ChannelProtocol,
    _ query: PortForwardQuery, _ target: Target
  ) async throws {
    func run(_ forward: @escaping PortForwarder) async {
      guard let duplex = await responder.upgradeToDuplex(to: "websocket", headers: fields) else {
        return
      }
      await WebSocketPortForward(
        ports: query.ports, format: format, linger: linger, forward: forward
      ).run(duplex)
    }
    switch target {
    case .local(let forward): await run(forward)
    case .streamingURL(let text):
      guard let duplex = try await connect(text, responder) else { return }
      let runtime = PortForwardClient(duplex)
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await runtime.run() }
        await run { port, stream in try await runtime.forward(port, stream) }
        runtime.close()
        group.cancelAll()
      }
    }
  }

  /// Connects with the runtime, or answers with its own words.
  private func connect(_ text: String, _ responder: Responder) async throws -> (any ByteDuplex)? {
    let url = try StreamingURL(text)
    let request = UpgradeClient.Request.spdy(
      target: url.target, protocols: [PortForwardClient.protocolName])
    switch try await client.upgrade(request, at: url.endpoint) {
    case .upgraded(_, let duplex): return duplex
    case .refused(let response):
      responder.send(response.withoutConnectionFields)
      return nil
    }
  }
}
