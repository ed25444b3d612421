package import NIOCore
import NIOPosix
import NIOSSL

/// Opens TCP and TLS connections.
package struct StreamDialer: Sendable {
  package var connectTimeout: Duration
  private let group: any EventLoopGroup

  package init(
    on group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
    connectTimeout: Duration = .seconds(10)
  ) {
    self.group = group
    self.connectTimeout = connectTimeout
  }

  /// A plain TCP connection, half-closed on its own each way.
  /// - Throws: where it cannot be made.
  package func connect(host: String, port: Int) async throws -> any ByteDuplex {
    // Installed before the connection stands: a server may speak first.
    let installed = AwaitableState<ChannelDuplex?>(nil)
    _ = try await connect(to: StreamingEndpoint(host: host, port: port)) { channel in
      let duplex = try ChannelDuplex.install(on: channel)
      installed.update { $0 = duplex }
    }
    return try await installed.wait { $0 }
  }

  /// - Parameter initialize: adds handlers behind TLS, on the event loop.
  func connect(
    to endpoint: StreamingEndpoint,
    initialize: @escaping @Sendable (any Channel) throws -> Void
  ) async throws -> any Channel {
    try await ClientBootstrap(group: group)
      .connectTimeout(TimeAmount(connectTimeout))
      .channelOption(.allowRemoteHalfClosure, value: true)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls = endpoint.tls {
            try channel.pipeline.syncOperations.addHandler(
              NIOSSLClientHandler(context: tls.context, serverHostname: tls.serverName))
          }
          try initialize(channel)
        }
      }
      .connect(host: endpoint.host, port: endpoint.port).get()
  }
}
