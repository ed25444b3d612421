package import NIOCore
import NIOHTTP2
import NIOPosix
import NIOSSL
import NIOTLS

/// One HTTP/2 connection to a server, with any number of requests in flight.
///
/// Streams are handled at the level of frames, as in the server: a request costs no channel. An
/// unanswered PING ends the connection, so a request on it cannot hang on a machine that is gone.
package final class ClientConnection: Sendable {
  private let channel: any Channel
  private let handler: NIOLoopBound<ClientConnectionHandler>
  private let capacity: ConnectionCapacity
  /// Where callbacks come.
  package var eventLoop: any EventLoop { channel.eventLoop }

  fileprivate init(
    channel: any Channel, handler: NIOLoopBound<ClientConnectionHandler>,
    capacity: ConnectionCapacity
  ) {
    self.channel = channel
    self.handler = handler
    self.capacity = capacity
  }

  /// Connects, shakes hands, and waits for nothing more.
  /// - Parameter connectTimeout: for TCP and TLS each.
  package static func connect(
    _ configuration: ClientConfiguration, limits: ClientLimits = ClientLimits(),
    on group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
  ) async throws -> ClientConnection {
    let server = configuration.server
    do {
      let context = try configuration.makeTLSContext()
      let eventLoop = group.next()
      let ready = eventLoop.makePromise(of: ClientConnection.self)
      let bootstrap = ClientBootstrap(group: eventLoop)
        .connectTimeout(TimeAmount(limits.connectTimeout))
        .channelOption(.tcpOption(.tcp_nodelay), value: 1)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.addClientHandlers(configuration, context, limits, ready)
          }
        }
      bootstrap.connect(host: server.host, port: server.port).whenFailure { ready.fail($0) }
      return try await ready.futureResult.get()
    } catch let error as ClientError {
      throw error
    } catch {
      throw ClientError.cannotConnect(server: server, reason: "\(error)")
    }
  }

  /// Takes the place of one streamed answer, which ends with the stream that it is handed to; `false`
  /// where as many are under way as this connection carries.
  package func takePlace() -> Bool { capacity.takePlace() }
  /// Of a place that no stream was made for.
  package func giveBackPlace() { capacity.giveBackPlace() }

  /// Sends a request. From any thread; on `eventLoop` it goes out without a detour.
  /// - Parameters:
  ///   - holdsPlace: the caller took a place for it.
  ///   - bodyFollows: the body comes by `ClientStream.write` and `finish`.
  @discardableResult
  package func send(
    _ request: ClientRequest, to receiver: any ResponseReceiver, holdsPlace: Bool = false,
    bodyFollows: Bool = false
  ) -> ClientStream {
    let stream = ClientStream(connection: self, receiver: receiver, holdsPlace: holdsPlace)
    stream.isBodyComplete = !bodyFollows
    if eventLoop.inEventLoop {
      handler.value.send(request, stream)
    } else {
      eventLoop.execute { self.handler.value.send(request, stream) }
    }
    return stream
  }

  /// Whether it takes new requests.
  package var isUsable: Bool { capacity.isUsable && channel.isActive }

  /// Takes no new requests, and ends once those under way are answered.
  package func retire() { onHandler { $0.retire() } }

  /// Ends it at once; unanswered requests hear of it.
  package func close() { channel.close(promise: nil) }

  fileprivate func onHandler(_ action: @escaping @Sendable (ClientConnectionHandler) -> Void) {
    if eventLoop.inEventLoop {
      action(handler.value)
    } else {
      eventLoop.execute { action(self.handler.value) }
    }
  }
}

/// One request under way.
package final class ClientStream: @unchecked Sendable {
  // Unchecked: what changes is used on the event loop only, by the handler.
  private let connection: ClientConnection
  let receiver: any ResponseReceiver
  /// It has one of the places for streamed answers.
  let holdsPlace: Bool
  /// 0 until it is sent.
  var number = 0
  var outgoing = OutgoingBody()
  /// Nothing comes behind `outgoing`.
  var isBodyComplete = true
  /// The server has been told that the request is whole.
  var isRequestWhole = false
  /// The sender was told to pause.
  var isPaused = false
  var sendWindow = 0
  var hasHead = false
  /// Bytes that the receiver took and that the server has not been granted yet.
  var ungrantedByteCount = 0
  var isOver = false

  init(connection: ClientConnection, receiver: any ResponseReceiver, holdsPlace: Bool) {
    self.connection = connection
    self.receiver = receiver
    self.holdsPlace = holdsPlace
  }

  /// As much of a body may wait before its sender is told to pause.
  static let pauseByteCount = 256 << 10

  /// Sends more of the body. On the event loop.
  /// - Returns: whether more should be written now: `ResponseReceiver.mayWriteBody` tells when it
  ///   should again.
  package func write(_ bytes: ByteBuffer) -> Bool {
    connection.onHandler { $0.write(bytes, on: self) }
    isPaused = outgoing.byteCount >= Self.pauseByteCount
    return !isPaused
  }

  /// The body is whole. On the event loop.
  package func finish() { connection.onHandler { $0.endBody(of: self) } }

  /// Lets the server send so many bytes more: see `ResponseReceiver.didReceiveBody`.
  package func grant(byteCount: Int) {
    connection.onHandler { $0.grant(byteCount, to: self) }
  }

  /// Ends the request with an error, unless it has ended already.
  package func cancel(_ error: ClientError = .cancelled) {
    connection.onHandler { $0.cancel(self, error) }
  }

  var eventLoop: any EventLoop { connection.eventLoop }
}

/// How long a client waits, and for how much.
package struct ClientLimits: Sendable {
  package var connectTimeout: Duration = .seconds(10)
  /// Silence with requests under way after which the server is asked whether it lives.
  package var pingInterval: Duration = .seconds(20)
  package var pingTimeout: Duration = .seconds(10)
  /// How far the server may be ahead on one stream, and on all of them.
  package var streamWindowByteCount = 1 << 20
  package var connectionWindowByteCount = 16 << 20
  /// Requests beyond it are refused.
  package var requestsMax = 10_000
  /// Connections to one server: the second and further ones carry streamed answers only. With what
  /// servers usually allow on each, room for more than 5,000 of them.
  package var connectionsMax = 64
  package init() {}
}

extension Channel {
  fileprivate func addClientHandlers(
    _ configuration: ClientConfiguration, _ context: NIOSSLContext, _ limits: ClientLimits,
    _ ready: EventLoopPromise<ClientConnection>
  ) throws {
    let server = configuration.server
    // An IP address is no server name: NIOSSL checks it against the certificate by itself.
    let name = configuration.serverName ?? (server.isAddress ? nil : server.host)
    let tls = try NIOSSLClientHandler(context: context, serverHostname: name)
    try pipeline.syncOperations.addHandlers(
      tls,
      ClientStarter(timeout: limits.connectTimeout, ready: ready, server: server) { channel in
        try channel.startClient(configuration, limits)
      })
  }

  /// - Parameter configuration: `nil` where requests say themselves whom they are for.
  func startClient(
    _ configuration: ClientConfiguration?, _ limits: ClientLimits
  ) throws -> ClientConnection {
    var settings = NIOHTTP2Handler.ConnectionConfiguration()
    settings.initialSettings = [
      HTTP2Setting(parameter: .enablePush, value: 0),
      HTTP2Setting(parameter: .maxConcurrentStreams, value: 0),
      HTTP2Setting(parameter: .initialWindowSize, value: limits.streamWindowByteCount),
      HTTP2Setting(parameter: .maxHeaderListSize, value: 256 << 10),
    ]
    // A server that resets many streams has its reasons: nobody is attacked by that.
    var streams = NIOHTTP2Handler.StreamConfiguration()
    streams.streamResetFrameRateLimit.maximumCount = .max
    let frameWatch = HTTP2FrameWatch()
    let capacity = ConnectionCapacity()
    let handler = ClientConnectionHandler(
      configuration: configuration, limits: limits, frameWatch: frameWatch, capacity: capacity)
    try pipeline.syncOperations.addHandlers(
      NIOHTTP2Handler(
        mode: .client, frameDelegate: frameWatch, connectionConfiguration: settings,
        streamConfiguration: streams),
      handler)
    return ClientConnection(
      channel: self, handler: NIOLoopBound(handler, eventLoop: eventLoop), capacity: capacity)
  }
}

extension ServerURL {
  fileprivate var isAddress: Bool {
    do {
      _ = try SocketAddress(ipAddress: host, port: port)
      return true
    } catch {
      return false
    }
  }
}

/// Waits for the end of the TLS handshake, then puts the HTTP/2 handlers in place, and leaves.
private final class ClientStarter: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = Any

  private let timeout: Duration
  private let ready: EventLoopPromise<ClientConnection>
  private let server: ServerURL
  private let start: (any Channel) throws -> ClientConnection
  private var timer: ConnectionTimer?

  init(
    timeout: Duration, ready: EventLoopPromise<ClientConnection>, server: ServerURL,
    start: @escaping (any Channel) throws -> ClientConnection
  ) {
    self.timeout = timeout
    self.ready = ready
    self.server = server
    self.start = start
  }

  func handlerAdded(context: ChannelHandlerContext) {
    timer = ConnectionTimer(eventLoop: context.eventLoop) {
      self.fail(context, ClientError.timedOut(after: self.timeout))
    }
    if context.channel.isActive { timer?.set(timeout) }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    timer?.cancel()
    timer = nil
  }

  func channelActive(context: ChannelHandlerContext) {
    timer?.set(timeout)
    context.fireChannelActive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case .handshakeCompleted(let negotiated) = event as? TLSUserEvent else {
      return context.fireUserInboundEventTriggered(event)
    }
    guard negotiated == "h2" else { return fail(context, ClientError.noHTTP2(server: server)) }
    do {
      let connection = try start(context.channel)
      context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
      ready.succeed(connection)
    } catch {
      fail(context, error)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { fail(context, error) }

  func channelInactive(context: ChannelHandlerContext) {
    ready.fail(ClientError.connectionLost(reason: "it was closed during the TLS handshake"))
    context.fireChannelInactive()
  }

  private func fail(_ context: ChannelHandlerContext, _ error: any Error) {
    ready.fail(error)
    context.close(promise: nil)
  }
}
