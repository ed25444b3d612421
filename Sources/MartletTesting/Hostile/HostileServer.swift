import NIOCore
import NIOPosix
import NIOSSL
package import Security
import Synchronization

/// A server over TLS on 127.0.0.1 that does to each request what a test says, down to the bytes.
package final class HostileServer: Sendable {
  /// Counted, to see what those who ask it take.
  private struct Counts {
    var openConnections = 0
    var sentByteCount = 0
    var paths: [String] = []
  }

  private let counts = Mutex(Counts())
  private let listener = Mutex<(any Channel)?>(nil)
  private let connections = Mutex<[any Channel]>([])

  private init() {}

  /// Runs `body` with a server listening, which is gone afterwards with all its connections.
  /// - Parameters:
  ///   - identity: what it shows.
  ///   - hostility: what becomes of a request, by its path and query.
  package static func run(
    identity: TLSIdentity, hostility: @escaping @Sendable (_ target: String) -> Hostility,
    _ body: (HostileServer) async throws -> Void
  ) async throws {
    let server = HostileServer()
    try await server.start(identity, hostility)
    do {
      try await body(server)
    } catch {
      try await server.stop()
      throw error
    }
    try await server.stop()
  }

  private func start(
    _ identity: TLSIdentity, _ hostility: @escaping @Sendable (String) -> Hostility
  ) async throws {
    let configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMBytes(identity.certificateChainPEM)
        .map { .certificate($0) },
      privateKey: .privateKey(
        try NIOSSLPrivateKey(bytes: identity.privateKeyPEM.exposed, format: .pem)))
    let tls = try NIOSSLContext(configuration: configuration)
    let bound = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: 256)
      .childChannelInitializer { channel in
        self.opened(channel)
        return channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandlers([
            NIOSSLServerHandler(context: tls), HostileConnection(self, hostility),
          ])
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    listener.withLock { $0 = bound }
  }

  private func opened(_ channel: any Channel) {
    counts.withLock { $0.openConnections += 1 }
    connections.withLock { $0.append(channel) }
    channel.closeFuture.whenComplete { _ in self.counts.withLock { $0.openConnections -= 1 } }
  }

  private func stop() async throws {
    try await listener.withLock { $0 }?.close().get()
    for connection in connections.withLock({ $0 }) { connection.close(promise: nil) }
  }

  package var port: Int { listener.withLock { $0?.localAddress?.port ?? 0 } }

  /// Connections that the other side has not closed.
  package var openConnections: Int { counts.withLock { $0.openConnections } }

  /// Of all answers, as far as the other side has taken them off the socket.
  package var sentByteCount: Int { counts.withLock { $0.sentByteCount } }

  /// Path and query of all requests so far.
  package var targets: [String] { counts.withLock { $0.paths } }

  func asked(_ target: String) { counts.withLock { $0.paths.append(target) } }
  func sent(_ byteCount: Int) { counts.withLock { $0.sentByteCount += byteCount } }
}
