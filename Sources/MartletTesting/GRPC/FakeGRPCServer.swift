import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOPosix
package import Networking
import Synchronization

/// A gRPC server without TLS that answers as a test says: one message there, one back.
package final class FakeGRPCServer: Sendable {
  package enum Reply: Sendable {
    case message([UInt8])
    case failure(GRPCError)
    /// Nothing, ever.
    case silence
  }

  /// - Parameter path: `/SERVICE/METHOD`.
  package typealias Answer = @Sendable (_ path: String, _ message: [UInt8]) -> Reply

  private let channel: any Channel
  private let connections: Connections

  /// Runs until `stop`.
  /// - Parameter address: port 0 takes any.
  package static func start(
    at address: GRPCConnection.Address = .tcp(host: "127.0.0.1", port: 0),
    _ answer: @escaping Answer
  ) async throws -> FakeGRPCServer {
    let connections = Connections()
    let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: 16)
      .childChannelInitializer { channel in
        connections.add(channel)
        return channel.configureHTTP2Pipeline(mode: .server) { stream in
          stream.eventLoop.makeCompletedFuture {
            try stream.pipeline.syncOperations.addHandler(FakeGRPCCall(answer))
          }
        }.map { _ in }
      }
    let channel =
      switch address {
      case .unixSocket(let path):
        try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
      case .tcp(let host, let port): try await bootstrap.bind(host: host, port: port).get()
      }
    return FakeGRPCServer(channel, connections)
  }

  private init(_ channel: any Channel, _ connections: Connections) {
    self.channel = channel
    self.connections = connections
  }

  package var port: Int { channel.localAddress?.port ?? 0 }

  /// Breaks all connections, as a process that dies does.
  package func stop() async throws {
    try await channel.close().get()
    connections.close()
  }
}

private final class Connections: Sendable {
  private let channels = Mutex<[any Channel]>([])

  func add(_ channel: any Channel) { channels.withLock { $0.append(channel) } }

  func close() {
    for channel in channels.withLock({ $0 }) { channel.close(promise: nil) }
  }
}

private final class FakeGRPCCall: ChannelInboundHandler {
  typealias InboundIn = HTTP2Frame.FramePayload
  typealias OutboundOut = HTTP2Frame.FramePayload

  private let answer: FakeGRPCServer.Answer
  private var path = ""
  private var received = ByteBuffer()

  init(_ answer: @escaping FakeGRPCServer.Answer) { self.answer = answer }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .headers(let frame): path = frame.headers.first(name: ":path") ?? ""
    case .data(let frame):
      guard case .byteBuffer(var bytes) = frame.data else { return }
      received.writeBuffer(&bytes)
      if frame.endStream { reply(context) }
    default: return
    }
  }

  private func reply(_ context: ChannelHandlerContext) {
    // A flag, four bytes of length, the message.
    let message = Array(received.readableBytesView.dropFirst(5))
    switch answer(path, message) {
    case .silence: return
    case .failure(let error):
      headers(
        [
          ":status": "200", "content-type": "application/grpc",
          "grpc-status": "\(error.code.rawValue)", "grpc-message": error.message,
        ], isEnd: true, context)
    case .message(let bytes):
      headers([":status": "200", "content-type": "application/grpc"], isEnd: false, context)
      var buffer = context.channel.allocator.buffer(capacity: bytes.count + 5)
      buffer.writeInteger(UInt8(0))
      buffer.writeInteger(UInt32(bytes.count))
      buffer.writeBytes(bytes)
      let data = HTTP2Frame.FramePayload.data(.init(data: .byteBuffer(buffer)))
      context.write(wrapOutboundOut(data), promise: nil)
      headers(["grpc-status": "0"], isEnd: true, context)
    }
  }

  private func headers(_ fields: HPACKHeaders, isEnd: Bool, _ context: ChannelHandlerContext) {
    let frame = HTTP2Frame.FramePayload.headers(.init(headers: fields, endStream: isEnd))
    context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
  }
}
