package import NIOCore
import NIOHTTP2
import NIOPosix
import Synchronization

/// A connection to a gRPC server, without TLS: made when a call needs it, shared by all calls,
/// and made anew by the next call after it broke. A call fails at once while nobody answers.
///
/// grpc-swift is not used, as its transport cannot be told to bear a Go server's pings: such a
/// server sends one with nearly every answer, and from 200 in 30 seconds on NIOHTTP2 takes that for
/// an attack and closes the connection with every call on it.
package final class GRPCConnection: Sendable {
  private let address: Address
  private let eventLoop: any EventLoop
  private let link = Mutex(EventLoopFuture<Link>?.none)

  package enum Address: Equatable, Sendable {
    case unixSocket(path: String)
    /// - Parameter host: an address or a name.
    case tcp(host: String, port: Int)

    /// Of the path of a socket. Source: unix(7).
    package static let socketByteCountMax = 107

    /// As a request's head names it. A socket's path is no host's name.
    var authority: String {
      switch self {
      case .unixSocket: "localhost"
      case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
      }
    }
  }

  private struct Link: Sendable {
    let channel: any Channel
    let streams: NIOHTTP2Handler.StreamMultiplexer
  }

  /// Answers that wait for the reader of a stream; one more breaks it.
  private static let streamedMessagesMax = 10_000

  package init(to address: Address, eventLoop: any EventLoop) {
    self.address = address
    self.eventLoop = eventLoop
  }

  /// One message there, one back.
  /// - Throws: `GRPCError`, or `CancellationError`.
  package func call(_ request: GRPCRequest) async throws -> [UInt8] {
    let answer = GRPCAnswer()
    let stream = GRPCStream()
    let message = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        answer.wait(with: continuation)
        open(request, on: stream) {
          answer.add($0)
        } onEnd: {
          answer.end($0)
        }
      }
    } onCancel: {
      stream.close()
    }
    try Task.checkCancellation()
    return try message.get()
  }

  /// One message there, any number back. Leaving the iteration ends the call.
  package func messages(_ request: GRPCRequest) -> AsyncThrowingStream<[UInt8], any Error> {
    let limit = Self.streamedMessagesMax
    return AsyncThrowingStream(bufferingPolicy: .bufferingOldest(limit)) { messages in
      let stream = GRPCStream()
      messages.onTermination = { _ in stream.close() }
      open(request, on: stream) { message in
        guard case .dropped = messages.yield(message) else { return }
        messages.finish(
          throwing: GRPCError(
            code: .resourceExhausted, message: "more than \(limit) messages wait to be read"))
      } onEnd: { error in
        messages.finish(throwing: error)
      }
    }
  }

  /// Ends the connection and the calls on it. A later call makes a new one.
  package func close() {
    forget(nil)?.whenSuccess { $0.channel.close(promise: nil) }
  }

  // MARK: Streams

  /// One `onEnd` follows after the last `onMessage`, or two: the first counts.
  private func open(
    _ request: GRPCRequest, on stream: GRPCStream,
    onMessage: @escaping @Sendable ([UInt8]) -> Void,
    onEnd: @escaping @Sendable (GRPCError?) -> Void
  ) {
    // The server is told of the deadline too: this one is for a server that cannot be reached, or
    // hangs. Whichever end comes first counts.
    let timer = request.deadline.map { deadline in
      eventLoop.scheduleTask(in: TimeAmount(deadline)) {
        onEnd(GRPCError(code: .deadlineExceeded, message: "no answer in \(deadline)"))
        stream.close()
      }
    }
    let link = currentLink()
    link.flatMap { link in
      link.streams.createStreamChannel { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            GRPCCallHandler(
              request, authority: self.address.authority, onMessage: onMessage,
              onEnd: {
                timer?.cancel()
                onEnd($0)
              }))
        }
      }
    }.whenComplete { result in
      switch result {
      case .success(let channel):
        stream.open(channel)
      case .failure(let error):
        self.forget(link)
        timer?.cancel()
        onEnd(GRPCError(code: .unavailable, message: "\(error)"))
      }
    }
  }

  // MARK: The link

  private func currentLink() -> EventLoopFuture<Link> {
    let (current, isNew) = link.withLock { link in
      if let link { return (link, false) }
      let new = connect()
      link = new
      return (new, true)
    }
    if isNew {
      current.flatMap(\.channel.closeFuture).whenComplete { _ in self.forget(current) }
    }
    return current
  }

  /// Lets the next call make a new link, unless one has been made already.
  @discardableResult
  private func forget(_ old: EventLoopFuture<Link>?) -> EventLoopFuture<Link>? {
    link.withLock { link in
      guard old == nil || link === old else { return nil }
      defer { link = nil }
      return link
    }
  }

  private func connect() -> EventLoopFuture<Link> {
    let bootstrap = ClientBootstrap(group: eventLoop)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            NIOHTTP2Handler(
              mode: .client, eventLoop: channel.eventLoop,
              connectionConfiguration: Self.connectionConfiguration,
              streamConfiguration: Self.streamConfiguration,
              inboundStreamInitializer: { $0.close() }))  // servers open none
        }
      }
    let channel =
      switch address {
      case .unixSocket(let path): bootstrap.connect(unixDomainSocketPath: path)
      case .tcp(let host, let port): bootstrap.connect(host: host, port: port)
      }
    return channel.flatMap { channel in
      channel.eventLoop.makeCompletedFuture {
        let handler = try channel.pipeline.syncOperations.handler(type: NIOHTTP2Handler.self)
        return Link(channel: channel, streams: try handler.syncMultiplexer())
      }
    }
  }

  private static var connectionConfiguration: NIOHTTP2Handler.ConnectionConfiguration {
    var configuration = NIOHTTP2Handler.ConnectionConfiguration()
    configuration.targetWindowSize = 4 << 20
    // A ping may come with every answer, and we make some hundred calls a second at most.
    configuration.controlFrameRateLimit.maximumCount = 5_000
    configuration.controlFrameRateLimit.windowLength = .seconds(1)
    return configuration
  }

  private static var streamConfiguration: NIOHTTP2Handler.StreamConfiguration {
    var configuration = NIOHTTP2Handler.StreamConfiguration()
    configuration.targetWindowSize = 1 << 20  // large lists come in few steps
    return configuration
  }
}
