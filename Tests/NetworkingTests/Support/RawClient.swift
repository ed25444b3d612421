import NIOCore
import NIOPosix
import NIOSSL

/// A TCP or TLS client that sends bytes as they are given and keeps what comes.
final class RawClient: Sendable {
  let channel: any Channel
  let inbox: Inbox<ByteBuffer>

  private init(channel: any Channel, inbox: Inbox<ByteBuffer>) {
    self.channel = channel
    self.inbox = inbox
  }

  static func connect(
    to server: TestServer, isTLS: Bool, identity: TestPKI.Identity? = nil,
    maximumTLSVersion: TLSVersion = .tlsv13, speaking applicationProtocol: String = "http/1.1"
  ) async throws -> RawClient {
    let inbox = Inbox<ByteBuffer>()
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(.autoRead, value: true)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if isTLS {
            var tls = try TLSConfiguration.client(of: server, identity: identity)
            tls.applicationProtocols = [applicationProtocol]
            tls.maximumTLSVersion = maximumTLSVersion
            try channel.pipeline.syncOperations.addHandler(
              try NIOSSLClientHandler(
                context: try NIOSSLContext(configuration: tls), serverHostname: "localhost"))
          }
          try channel.pipeline.syncOperations.addHandler(Collector(inbox))
        }
      }
      .connect(host: "127.0.0.1", port: server.port).get()
    return RawClient(channel: channel, inbox: inbox)
  }

  func write(_ text: String) { write(ByteBuffer(string: text)) }
  func write(_ bytes: ByteBuffer) { channel.writeAndFlush(bytes, promise: nil) }

  var text: String { Self.text(inbox.elements) }

  private static func text(_ buffers: [ByteBuffer]) -> String {
    var all: [UInt8] = []
    for buffer in buffers { all.append(contentsOf: buffer.readableBytesView) }
    return String(decoding: all, as: UTF8.self)
  }

  /// All that came once it contains `part`, or the connection is closed.
  func text(containing part: String, times: Int = 1) async -> String {
    Self.text(
      await inbox.wait { buffers, _ in
        Self.text(buffers).split(separator: part, omittingEmptySubsequences: false).count > times
      })
  }

  func textUntilClosed() async -> String {
    await inbox.waitUntilClosed()
    return text
  }

  func close() { channel.close(promise: nil) }

  private final class Collector: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    private let inbox: Inbox<ByteBuffer>
    init(_ inbox: Inbox<ByteBuffer>) { self.inbox = inbox }
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      inbox.append(unwrapInboundIn(data))
    }
    func channelInactive(context: ChannelHandlerContext) { inbox.close() }
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      context.close(promise: nil)
    }
  }
}

extension TLSConfiguration {
  static func client(of server: TestServer, identity: TestPKI.Identity?) throws
    -> TLSConfiguration
  {
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(server.pki.authorityPEM))
    if let identity {
      tls.certificateChain = try NIOSSLCertificate.fromPEMBytes(identity.certificatePEM)
        .map { .certificate($0) }
      tls.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: identity.keyPEM, format: .pem))
    }
    return tls
  }
}
