package import ContainerRuntimeInterface
package import NIOCore
import SwiftProtobuf

/// A container runtime reached over its gRPC socket.
package final class ContainerRuntimeClient: ContainerRuntime, ImageService {
  package let connection: RuntimeConnection

  static let runtimeService = "runtime.v1.RuntimeService"
  static let imageService = "runtime.v1.ImageService"

  /// For what touches no process: the runtime answers in milliseconds unless it hangs.
  private static let readDeadline: Duration = .seconds(30)
  /// For what starts or ends processes on a loaded node. Source: kubelet's runtimeRequestTimeout.
  static let workDeadline: Duration = .seconds(120)

  /// Sends nothing before the first call.
  /// - Parameter socketPath: absolute.
  /// - Throws: `RuntimeSetupError.socketPathTooLong`.
  package init(socketPath: String, eventLoopGroup: any EventLoopGroup) throws {
    guard socketPath.utf8.count <= ContainerdLayout.socketPathBytesMax else {
      throw RuntimeSetupError.socketPathTooLong(socketPath)
    }
    connection = RuntimeConnection(socketPath: socketPath, eventLoopGroup: eventLoopGroup)
  }

  func read<Request: Message, Response: Message>(
    _ method: String, _ request: Request
  ) async throws -> Response {
    try await connection.call(
      Self.runtimeService, method, request, deadline: Self.readDeadline)
  }

  /// For stops and removals: whoever is not there has been stopped and removed.
  func repeatable(_ body: () async throws -> Void) async throws {
    do { try await body() } catch RuntimeError.notFound { return }
  }

  func work<Request: Message, Response: Message>(
    _ method: String, _ request: Request, deadline: Duration = workDeadline
  ) async throws -> Response {
    try await connection.call(Self.runtimeService, method, request, deadline: deadline)
  }
}

extension ContainerRuntimeClient {
  package func version() async throws -> CRIVersionResponse {
    try await read("Version", CRIVersionRequest.with { $0.version = "v1" })
  }

  package func status() async throws -> CRIStatusResponse {
    try await read("Status", CRIStatusRequest())
  }

  package func cgroupDriver() async throws -> CRICgroupDriver {
    do {
      let answer: CRIRuntimeConfigResponse = try await read(
        "RuntimeConfig", CRIRuntimeConfigRequest())
      return answer.hasLinux ? answer.linux.cgroupDriver : .cgroupfs
    } catch RuntimeError.unimplemented {
      return .cgroupfs
    }
  }
}
