import Logging
import NIOCore
import NIOPosix
import Networking
import Synchronization

/// A web server that stands for a pod.
struct FakeBackend: Sendable {
  typealias Handle = @Sendable (ServerRequest, RequestBody?, Responder) -> Void

  private struct Handler: StreamingRequestHandler {
    let body: Handle
    func handle(_ request: ServerRequest, _ responder: Responder) { body(request, nil, responder) }
    func handle(_ request: ServerRequest, _ body: RequestBody, _ responder: Responder) {
      self.body(request, body, responder)
    }
  }

  let server: HTTPServer
  var port: Int { server.addresses[0].port }

  static func start(
    version: ServerRequest.Version = .http1, _ body: @escaping Handle
  ) async throws -> FakeBackend {
    var configuration = ServerConfiguration(
      addresses: [ListenAddress(host: "127.0.0.1", port: 0)], tls: nil,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    configuration.plainVersion = version
    return FakeBackend(
      server: try await HTTPServer.start(configuration, handler: Handler(body: body)))
  }

  /// Answers with its name.
  static func named(_ name: String) async throws -> FakeBackend {
    try await start { _, _, responder in responder.send(.text(name)) }
  }

  func stop() async { await server.stop(drain: .zero) }
}

extension ServerResponse {
  static func text(_ text: String, status: Int = 200) -> ServerResponse {
    ServerResponse(status: status, contentType: "text/plain", body: Array(text.utf8))
  }
}

/// Speaks TCP as it is told: `script` gets each connection.
struct RawBackend: Sendable {
  let channel: any Channel
  var port: Int { channel.localAddress?.port ?? 0 }

  static func start(_ script: @escaping @Sendable (ChannelDuplex) async throws -> Void)
    async throws -> RawBackend
  {
    RawBackend(
      channel: try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .childChannelOption(.allowRemoteHalfClosure, value: true)
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            let duplex = try ChannelDuplex.install(on: channel)
            // Ends with the connection, which the test ends.
            Task { try await script(duplex) }
          }
        }
        .bind(host: "127.0.0.1", port: 0).get())
  }

  func stop() { channel.close(promise: nil) }
}
