import GRPCCore
import GRPCNIOTransportHTTP2Posix
import GRPCProtobuf
package import NIOCore
import SwiftProtobuf

/// One HTTP/2 connection to a gRPC server on a Unix socket, made when first needed and made again
/// after it broke. Calls fail at once while nobody answers at the socket.
package final class RuntimeConnection: Sendable {
  package let socketPath: String
  private let client: GRPCClient<HTTP2ClientTransport.Posix>

  /// Large lists on full nodes reach some MB; containerd itself sends at most 16 MB.
  private static let messageBytesMax = 16 << 20

  /// - Parameters:
  ///   - socketPath: absolute, at most 107 bytes.
  ///   - eventLoopGroup: made of NIOPosix event loops; one is used.
  package init(socketPath: String, eventLoopGroup: any EventLoopGroup) throws {
    var config = HTTP2ClientTransport.Posix.Config.defaults
    config.http2.authority = "localhost"  // a path, the default, is no host name
    config.connection.maxIdleTime = nil
    config.backoff.initial = .milliseconds(50)
    config.backoff.max = .seconds(1)  // the socket is local: trying costs next to nothing
    self.socketPath = socketPath
    client = GRPCClient(
      transport: try HTTP2ClientTransport.Posix(
        target: .unixDomainSocket(path: socketPath, authority: "localhost"),
        transportSecurity: .plaintext, config: config, eventLoopGroup: eventLoopGroup))
  }

  /// Keeps the connection until the task is cancelled. Calls made before it runs wait for it.
  package func run() async throws {
    try await client.runConnections()
  }

  /// One request, one answer.
  /// - Parameters:
  ///   - service: with its package, "runtime.v1.RuntimeService".
  ///   - deadline: `nil` for none.
  func call<Request: Message, Response: Message>(
    _ service: String, _ method: String, _ request: Request, deadline: Duration?
  ) async throws -> Response {
    try await mappingErrors(of: method) {
      try await client.unary(
        request: ClientRequest(message: request),
        descriptor: MethodDescriptor(fullyQualifiedService: service, method: method),
        serializer: ProtobufSerializer<Request>(), deserializer: ProtobufDeserializer<Response>(),
        options: options(deadline: deadline)
      ) { response in try response.message }
    }
  }

  /// One request, a stream of answers. Returns when the server ends the stream.
  func stream<Request: Message, Response: Message>(
    _ service: String, _ method: String, _ request: Request,
    onMessage: @escaping @Sendable (Response) async throws -> Void
  ) async throws {
    try await mappingErrors(of: method) {
      try await client.serverStreaming(
        request: ClientRequest(message: request),
        descriptor: MethodDescriptor(fullyQualifiedService: service, method: method),
        serializer: ProtobufSerializer<Request>(), deserializer: ProtobufDeserializer<Response>(),
        options: options(deadline: nil)
      ) { response in
        for try await message in response.messages { try await onMessage(message) }
      }
    }
  }

  private func options(deadline: Duration?) -> CallOptions {
    var options = CallOptions.defaults
    options.timeout = deadline
    options.waitForReady = false
    options.maxRequestMessageBytes = Self.messageBytesMax
    options.maxResponseMessageBytes = Self.messageBytesMax
    return options
  }

  private func mappingErrors<Result>(
    of method: String, _ body: () async throws -> Result
  ) async throws -> Result {
    do {
      return try await body()
    } catch let error as RPCError {
      try Task.checkCancellation()
      throw RuntimeError(error, call: method, socketPath: socketPath)
    }
  }
}
