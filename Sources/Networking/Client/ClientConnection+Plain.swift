package import NIOCore
import NIOPosix

extension ClientConnection {
  /// Connects without TLS to a server that speaks HTTP/2 from the first byte on. Requests say
  /// themselves, in `host`, whom they are for.
  /// - Parameters:
  ///   - host: an address, not a name.
  ///   - eventLoop: where the connection lives.
  package static func connectPlain(
    host: String, port: Int, limits: ClientLimits = ClientLimits(), on eventLoop: any EventLoop
  ) -> EventLoopFuture<ClientConnection> {
    let address: SocketAddress
    do {
      address = try SocketAddress(ipAddress: host, port: port)
    } catch {
      return eventLoop.makeFailedFuture(error)
    }
    return ClientBootstrap(group: eventLoop)
      .connectTimeout(TimeAmount(limits.connectTimeout))
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      // The server speaks at once: its first frame would be lost before there is somebody to hear it.
      .channelOption(.autoRead, value: false)
      .connect(to: address)
      .flatMapThrowing { channel in
        // Not before: what is sent has to come behind HTTP/2's preface, which an active connection
        // sends as its handler is added.
        let connection = try channel.startClient(nil, limits)
        try channel.syncOptions?.setOption(.autoRead, value: true)
        return connection
      }
  }
}
