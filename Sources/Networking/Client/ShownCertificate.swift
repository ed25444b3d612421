package import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS

/// Looks at the certificate that a server shows, without a check of it and without showing anything.
package enum ShownCertificate {
  /// - Parameter timeout: for the connection and the handshake each.
  /// - Returns: DER; `nil` where none was shown.
  /// - Throws: where nobody answers, or not in TLS.
  package static func of(
    _ server: ServerURL, timeout: Duration = .seconds(5),
    on group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
  ) async throws -> [UInt8]? {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.certificateVerification = .none
    configuration.applicationProtocols = ["h2", "http/1.1"]
    let context = try NIOSSLContext(configuration: configuration)
    let eventLoop = group.next()
    let shown = eventLoop.makePromise(of: [UInt8]?.self)
    let bootstrap = ClientBootstrap(group: eventLoop)
      .connectTimeout(TimeAmount(timeout))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandlers([
            try NIOSSLClientHandler(context: context, serverHostname: nil),
            Look(shown),
          ])
        }
      }
    let channel: any Channel
    do {
      channel = try await bootstrap.connect(host: server.host, port: server.port).get()
    } catch {
      shown.fail(error)
      throw error
    }
    let timer = eventLoop.scheduleTask(in: TimeAmount(timeout)) {
      shown.fail(ChannelError.connectTimeout(TimeAmount(timeout)))
    }
    defer {
      timer.cancel()
      channel.close(promise: nil)
    }
    return try await shown.futureResult.get()
  }

  /// Waits for the end of the handshake.
  private final class Look: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let shown: EventLoopPromise<[UInt8]?>

    init(_ shown: EventLoopPromise<[UInt8]?>) { self.shown = shown }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      if case .handshakeCompleted = event as? TLSUserEvent {
        shown.completeWith(
          Result {
            try context.pipeline.syncOperations.nioSSL_peerCertificate()?.toDERBytes()
          })
      }
      context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      shown.fail(error)
      context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
      shown.fail(ChannelError.eof)
      context.fireChannelInactive()
    }
  }
}
