import Foundations
import NIOCore
import NIOPosix
import Synchronization

@testable import ClusterDNS

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Starts what wants one free port for datagrams and streams alike: the system knows a port that is
/// free for one of them, so that some tries may be needed.
func freePort<Server>(_ start: () async throws -> Server) async throws -> Server {
  for _ in 0..<20 {
    do { return try await start() } catch let error as IOError where error.errnoCode == EADDRINUSE {
      continue
    }
  }
  return try await start()
}

/// A server outside, as a test wants it to be: at 127.0.0.1, by datagram and by stream.
final class FakeUpstream: Sendable {
  /// What to send back for a query's bytes; `nil` says nothing.
  typealias Script = @Sendable (_ query: [UInt8], _ isStream: Bool) -> [UInt8]?

  private let datagrams: any Channel
  private let streams: any Channel
  private let counter: Counter

  final class Counter: Sendable {
    let count = Mutex(0)
  }

  /// How many queries came.
  var queryCount: Int { counter.count.withLock { $0 } }
  var server: UpstreamServer {
    UpstreamServer(IPAddress("127.0.0.1")!, port: datagrams.localAddress!.port!)
  }

  static func with(
    _ script: @escaping Script, _ body: (FakeUpstream) async throws -> Void
  ) async throws {
    let upstream = try await freePort { try await FakeUpstream(script) }
    let result: Result<Void, any Error>
    do { result = .success(try await body(upstream)) } catch { result = .failure(error) }
    try await upstream.datagrams.close()
    try await upstream.streams.close()
    try result.get()
  }

  private init(_ script: @escaping Script) async throws {
    let group = MultiThreadedEventLoopGroup.singleton
    let counter = Counter()
    self.counter = counter
    datagrams = try await DatagramBootstrap(group: group)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Datagrams(script, counter))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let listener = ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandlers([
            ByteToMessageHandler(StreamFrameDecoder()), Streams(script, counter),
          ])
        }
      }
    do {
      streams = try await listener.bind(
        host: "127.0.0.1", port: datagrams.localAddress!.port!
      ).get()
    } catch {
      try await datagrams.close()
      throw error
    }
  }

  private final class Datagrams: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>
    let script: Script
    let counter: Counter

    init(_ script: @escaping Script, _ counter: Counter) {
      self.script = script
      self.counter = counter
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let envelope = unwrapInboundIn(data)
      counter.count.withLock { $0 += 1 }
      guard let reply = script(Array(envelope.data.readableBytesView), false) else { return }
      let answer = AddressedEnvelope(
        remoteAddress: envelope.remoteAddress, data: ByteBuffer(bytes: reply))
      context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
    }
  }

  private final class Streams: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    let script: Script
    let counter: Counter

    init(_ script: @escaping Script, _ counter: Counter) {
      self.script = script
      self.counter = counter
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      counter.count.withLock { $0 += 1 }
      guard let reply = script(Array(unwrapInboundIn(data).readableBytesView), true) else { return }
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(framing: reply)), promise: nil)
    }
  }

  /// An answer to `query` with these records.
  static func answer(
    _ query: [UInt8], _ records: [ResourceRecord] = [], authorities: [ResourceRecord] = [],
    code: ResponseCode = .noError, flags: MessageHeader.Flags = []
  ) -> [UInt8]? {
    guard case .query(let read) = Query.read(query) else { return nil }
    var writer = MessageWriter(
      MessageHeader(
        id: read.header.id, flags: flags.union([.response, .recursionAvailable]), code: code),
      read.question, extended: read.extended, byteCountMax: 65535)
    for record in records { writer.add(record, to: .answer) }
    for record in authorities { writer.add(record, to: .authority) }
    return writer.finish()
  }
}
