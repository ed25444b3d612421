import Logging
import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOSSL
import NIOTLS

/// Waits for the end of the TLS handshake, then puts in place what serves the protocol that came of
/// it, and leaves.
final class ConnectionStarter: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = Any

  private let services: ConnectionServices
  private let registry: ConnectionRegistry
  private let certificate: ClientCertificateBox?
  private var timer: ConnectionTimer?

  init(
    services: ConnectionServices, registry: ConnectionRegistry, certificate: ClientCertificateBox?
  ) {
    self.services = services
    self.registry = registry
    self.certificate = certificate
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let context = NIOLoopBound(context, eventLoop: context.eventLoop)
    timer = ConnectionTimer(eventLoop: context.value.eventLoop) {
      context.value.close(promise: nil)
    }
    timer?.set(services.limits.handshakeTimeout)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    timer?.cancel()
    timer = nil
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case .handshakeCompleted(let negotiated) = event as? TLSUserEvent else {
      context.fireUserInboundEventTriggered(event)
      return
    }
    do {
      try start(context, isHTTP2: negotiated == "h2")
    } catch {
      context.close(promise: nil)
    }
  }

  private func start(_ context: ChannelHandlerContext, isHTTP2: Bool) throws {
    let facts = ConnectionFacts(
      version: isHTTP2 ? .http2 : .http1, isTLS: true,
      clientCertificate: certificate?.value ?? .absent,
      remoteAddress: context.remoteAddress?.hostAndPort ?? "")
    let channel = context.channel
    if isHTTP2 {
      try channel.startHTTP2(services, facts, registry)
    } else {
      try channel.startHTTP1(services, facts, registry)
    }
    context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // A failed handshake: scanners, wrong CAs. NIOSSL has sent its alert.
    services.logger.debug(
      "TLS handshake failed",
      metadata: [
        "peer": "\(context.remoteAddress?.hostAndPort ?? "")", "error": "\(error)",
      ])
    context.close(promise: nil)
  }
}

/// Carries the verdict on a client certificate from the handshake to the connection. Written once,
/// before the handshake ends; read after it, on the event loop.
final class ClientCertificateBox: @unchecked Sendable {
  // Unchecked: used on the connection's event loop only.
  var value = ClientCertificate.absent
}

extension Channel {
  /// Adds what serves HTTP/1.1. On the event loop.
  func startHTTP1(
    _ services: ConnectionServices, _ facts: ConnectionFacts, _ registry: ConnectionRegistry
  ) throws {
    let connection = HTTP1ServerConnection(services: services, facts: facts)
    let decoder = ByteToMessageHandler(
      HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes))
    try pipeline.syncOperations.addHandlers(decoder, connection)
    registry.didStart(connection, on: self)
  }

  /// Adds what serves HTTP/2. On the event loop.
  func startHTTP2(
    _ services: ConnectionServices, _ facts: ConnectionFacts, _ registry: ConnectionRegistry
  ) throws {
    let limits = services.limits
    var settings = NIOHTTP2Handler.ConnectionConfiguration()
    settings.initialSettings = [
      HTTP2Setting(parameter: .maxConcurrentStreams, value: limits.streamsPerConnectionMax),
      HTTP2Setting(parameter: .initialWindowSize, value: limits.streamWindowByteCount),
      // Twice the limit: what lies between is answered with 431, what lies beyond ends the
      // connection. HPACK counts 32 bytes more per field.
      HTTP2Setting(parameter: .maxHeaderListSize, value: 2 * limits.headByteCountMax),
    ]
    // CONTINUATION frames of 16 KB for such a head, and one to spare.
    settings.maximumSequentialContinuationFrames = 2 * limits.headByteCountMax / 16_384 + 1
    var streams = NIOHTTP2Handler.StreamConfiguration()
    streams.streamResetFrameRateLimit.maximumCount = limits.resetsMax
    streams.streamResetFrameRateLimit.windowLength = TimeAmount(limits.resetWindow)
    let frameWatch = HTTP2FrameWatch()
    let protocolHandler = NIOHTTP2Handler(
      mode: .server, frameDelegate: frameWatch, connectionConfiguration: settings,
      streamConfiguration: streams)
    let connection = HTTP2ServerConnection(
      services: services, facts: facts, frameWatch: frameWatch)
    try pipeline.syncOperations.addHandlers(protocolHandler, connection)
    registry.didStart(connection, on: self)
  }
}

extension SocketAddress {
  /// `192.0.2.7:41234`, `[2001:db8::1]:41234`, or a path.
  var hostAndPort: String {
    guard let ipAddress, let port else { return pathname ?? "" }
    if case .v6 = self { return "[\(ipAddress)]:\(port)" }
    return "\(ipAddress):\(port)"
  }
}
