package import ContainerRuntimeInterface
import SwiftProtobuf

extension ContainerRuntimeClient {
  package func execSync(
    _ command: [String], in container: ContainerID, limit: Duration?
  ) async throws -> CRIExecSyncResponse {
    let request = CRIExecSyncRequest.with {
      $0.containerID = container.rawValue
      $0.cmd = command
      // The interface counts whole seconds and takes zero for "no end": round up.
      $0.timeout = limit.map { max(1, ($0 + .nanoseconds(999_999_999)).components.seconds) } ?? 0
    }
    return try await connection.call(
      Self.runtimeService, "ExecSync", request, deadline: limit.map { $0 + Self.workDeadline })
  }

  package func execURL(_ request: CRIExecRequest) async throws -> String {
    let answer: CRIExecResponse = try await work("Exec", request)
    return answer.url
  }

  package func attachURL(_ request: CRIAttachRequest) async throws -> String {
    let answer: CRIAttachResponse = try await work("Attach", request)
    return answer.url
  }

  package func portForwardURL(_ request: CRIPortForwardRequest) async throws -> String {
    let answer: CRIPortForwardResponse = try await work("PortForward", request)
    return answer.url
  }
}
