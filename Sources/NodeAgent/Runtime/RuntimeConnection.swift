package import NIOCore
import Networking
import SwiftProtobuf

/// The connection to a container runtime: typed messages over one HTTP/2 connection, which is made
/// by the first call and again after it broke.
package final class RuntimeConnection: Sendable {
  package let socketPath: String
  private let connection: GRPCConnection

  /// - Parameters:
  ///   - socketPath: absolute, at most 107 bytes.
  ///   - eventLoopGroup: made of NIOPosix event loops; one is used.
  package init(socketPath: String, eventLoopGroup: any EventLoopGroup) {
    self.socketPath = socketPath
    connection = GRPCConnection(
      to: .unixSocket(path: socketPath), eventLoop: eventLoopGroup.next())
  }

  deinit { connection.close() }

  /// One request, one answer.
  /// - Parameters:
  ///   - service: with its package, "runtime.v1.RuntimeService".
  ///   - deadline: `nil` for none.
  func call<Request: Message, Response: Message>(
    _ service: String, _ method: String, _ request: Request, deadline: Duration?
  ) async throws -> Response {
    try await mappingErrors(of: method) {
      let request = GRPCRequest(
        service: service, method: method, message: try request.serializedBytes(),
        deadline: deadline)
      return try Response(serializedBytes: try await connection.call(request))
    }
  }

  /// One request, a stream of answers. Returns when the server ends the stream.
  func stream<Request: Message, Response: Message>(
    _ service: String, _ method: String, _ request: Request,
    onMessage: (Response) async throws -> Void
  ) async throws {
    try await mappingErrors(of: method) {
      let request = GRPCRequest(
        service: service, method: method, message: try request.serializedBytes(), deadline: nil)
      for try await message in connection.messages(request) {
        try await onMessage(try Response(serializedBytes: message))
      }
    }
  }

  private func mappingErrors<Result>(
    of method: String, _ body: () async throws -> Result
  ) async throws -> Result {
    do {
      return try await body()
    } catch let error as GRPCError {
      throw RuntimeError(error, call: method, socketPath: socketPath)
    }
  }
}
