package import Foundations
package import NIOCore
import NIOPosix
import Synchronization

/// Listens for questions, by datagram and by stream, at one address and port.
package struct DNSServer: Sendable {
  private let datagrams: any Channel
  private let streams: any Channel

  /// Connections beyond are closed at once: their clients fall back or try again.
  private static let connectionsMax = 512
  /// Source: RFC 7766, 6.2.3: "in the order of a few seconds".
  private static let idleTimeout = TimeAmount.seconds(10)
  /// Datagrams taken from the kernel with one call.
  private static let datagramsPerRead = 16
  private static let datagramByteCountMax = 2048
  /// Room in the kernel for a burst: thousands of questions while the event loop is busy elsewhere.
  private static let receiveBufferByteCount: ChannelOptions.Types.SocketOption.Value = 1 << 20

  /// - Parameter port: 0 takes any.
  /// - Throws: when the address is not this machine's or the port is taken.
  package static func start(
    _ address: IPAddress, port: Int, responder: Responder, filter: ClientFilter,
    on eventLoop: any EventLoop
  ) async throws -> DNSServer {
    let datagrams = try await DatagramBootstrap(group: eventLoop)
      .channelOption(.socketOption(.so_rcvbuf), value: receiveBufferByteCount)
      .channelOption(.datagramVectorReadMessageCount, value: datagramsPerRead)
      .channelOption(
        .recvAllocator,
        value: FixedSizeRecvByteBufferAllocator(
          capacity: datagramsPerRead * datagramByteCountMax)
      )
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(DatagramHandler(responder, filter))
        }
      }
      .bind(host: address.description, port: port).get()
    do {
      let count = ConnectionCount()
      let streams = try await ServerBootstrap(group: eventLoop)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .serverChannelOption(.backlog, value: 256)
        .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            guard filter.admits(channel.remoteAddress), count.enter(connectionsMax) else {
              channel.close(promise: nil)
              return
            }
            channel.closeFuture.whenComplete { _ in count.leave() }
            try channel.pipeline.syncOperations.addHandlers([
              IdleStateHandler(readTimeout: idleTimeout),
              ByteToMessageHandler(StreamFrameDecoder()), StreamHandler(responder),
            ])
          }
        }
        .bind(host: address.description, port: datagrams.localAddress?.port ?? port).get()
      // One without the other would go unnoticed: nobody starts a server that half runs.
      datagrams.closeFuture.whenComplete { _ in streams.close(promise: nil) }
      streams.closeFuture.whenComplete { _ in datagrams.close(promise: nil) }
      return DNSServer(datagrams: datagrams, streams: streams)
    } catch {
      try await datagrams.close()
      throw error
    }
  }

  /// The port, where the system chose it.
  package var port: Int { datagrams.localAddress?.port ?? 0 }

  /// Stops listening. Connections end when their clients are done or idle.
  package func close() {
    datagrams.close(promise: nil)
    streams.close(promise: nil)
  }

  /// Returns when it listens no more, for whatever reason.
  package func untilClosed() async {
    // The futures of closing never fail.
    try? await datagrams.closeFuture.get()
    try? await streams.closeFuture.get()
  }
}

private final class ConnectionCount: Sendable {
  private let count = Mutex(0)

  func enter(_ max: Int) -> Bool {
    count.withLock { count in
      guard count < max else { return false }
      count += 1
      return true
    }
  }

  func leave() { count.withLock { $0 -= 1 } }
}
