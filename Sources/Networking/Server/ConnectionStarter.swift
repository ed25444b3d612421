import Logging
import NIOCore
import NIOHTTP2
import NIOSSL
import NIOTLS

/// Waits for the end of the TLS handshake, then puts in place what serves the protocol that came of
/// it, and leaves.
///
/// A resumed session comes without a verdict on its certificate. It is then asked for here, and what
/// the client says meanwhile waits: at most what the kernel had already handed over, since nothing
/// more is read.
final class ConnectionStarter: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer

  private let services: ConnectionServices
  private let registry: ConnectionRegistry
  private let certificate: ClientCertificateBox?
  private var timer: ConnectionTimer?
  private var isVerifying = false
  private var wantsRead = false
  private var early: [NIOAny] = []

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
    let isHTTP2 = negotiated == "h2"
    guard let verdict = resumedVerdict(context) else {
      return startOrClose(context, isHTTP2: isHTTP2)
    }
    isVerifying = true
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    let starter = NIOLoopBound(self, eventLoop: context.eventLoop)
    verdict.whenSuccess { verdict in
      starter.value.certificate?.value = verdict
      starter.value.startOrClose(bound.value, isHTTP2: isHTTP2)
    }
  }

  /// What to wait for where the handshake brought a certificate and no verdict on it.
  private func resumedVerdict(_ context: ChannelHandlerContext)
    -> EventLoopFuture<ClientCertificate>?
  {
    guard let certificate, certificate.value == nil else { return nil }
    let verifier = certificate.verifier
    let leaf: [UInt8]
    do {
      guard let kept = try context.pipeline.syncOperations.nioSSL_peerCertificate() else {
        return nil
      }
      leaf = try kept.toDERBytes()
    } catch {
      certificate.value = .refused(reason: "the client certificate cannot be read")
      return nil
    }
    let verdict = context.eventLoop.makePromise(of: ClientCertificate.self)
    // A task, because the verifier is async and this is NIO's callback; it ends with the verdict.
    verdict.completeWithTask { await verifier.verify(resumed: leaf) }
    return verdict.futureResult
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if isVerifying { early.append(data) } else { context.fireChannelRead(data) }
  }

  func read(context: ChannelHandlerContext) {
    if isVerifying { wantsRead = true } else { context.read() }
  }

  private func startOrClose(_ context: ChannelHandlerContext, isHTTP2: Bool) {
    isVerifying = false
    guard context.channel.isActive else { return }
    do {
      try start(context, isHTTP2: isHTTP2)
    } catch {
      context.close(promise: nil)
    }
  }

  private func start(_ context: ChannelHandlerContext, isHTTP2: Bool) throws {
    let facts = ConnectionFacts(
      version: isHTTP2 ? .http2 : .http1, isTLS: true,
      clientCertificate: certificate?.value ?? .absent,
      remoteAddress: context.remoteAddress?.hostAndPort ?? "", eventLoop: context.eventLoop)
    let channel = context.channel
    if isHTTP2 {
      try channel.startHTTP2(services, facts, registry)
    } else {
      try channel.startHTTP1(services, facts, registry)
    }
    for data in early { context.fireChannelRead(data) }
    if !early.isEmpty { context.fireChannelReadComplete() }
    early = []
    if wantsRead { context.read() }
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
  /// `nil` until there is a verdict: also where nothing was presented, or a session was resumed.
  var value: ClientCertificate?
  let verifier: ClientCertificateVerifier

  init(_ verifier: ClientCertificateVerifier) {
    self.verifier = verifier
  }
}

extension Channel {
  /// Adds what serves HTTP/1.1. On the event loop.
  func startHTTP1(
    _ services: ConnectionServices, _ facts: ConnectionFacts, _ registry: ConnectionRegistry
  ) throws {
    let decoder = HTTP1RequestDecoder()
    let connection = HTTP1ServerConnection(services: services, facts: facts, decoder: decoder)
    try pipeline.syncOperations.addHandlers(ByteToMessageHandler(decoder), connection)
    registry.didStart(connection, on: self)
  }

  /// Adds what serves HTTP/2. On the event loop.
  func startHTTP2(
    _ services: ConnectionServices, _ facts: ConnectionFacts, _ registry: ConnectionRegistry
  ) throws {
    let limits = services.limits
    var settings = NIOHTTP2Handler.ConnectionConfiguration()
    // `HTTP2FieldRules` does that.
    settings.headerBlockValidation = .disabled
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
