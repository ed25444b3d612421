package import ContainerRuntimeInterface
import SwiftProtobuf

extension ContainerRuntimeClient {
  package func runSandbox(
    _ config: CRIPodSandboxConfig, handler: String
  ) async throws -> SandboxID {
    let request = CRIRunPodSandboxRequest.with {
      $0.config = config
      $0.runtimeHandler = handler
    }
    // Twice the usual: the network plugins have the usual time for themselves.
    let answer: CRIRunPodSandboxResponse = try await work(
      "RunPodSandbox", request, deadline: Self.workDeadline * 2)
    return SandboxID(answer.podSandboxID)
  }

  package func stopSandbox(_ sandbox: SandboxID) async throws {
    try await repeatable {
      let _: CRIStopPodSandboxResponse = try await work(
        "StopPodSandbox", CRIStopPodSandboxRequest.with { $0.podSandboxID = sandbox.rawValue })
    }
  }

  package func removeSandbox(_ sandbox: SandboxID) async throws {
    try await repeatable {
      let _: CRIRemovePodSandboxResponse = try await work(
        "RemovePodSandbox", CRIRemovePodSandboxRequest.with { $0.podSandboxID = sandbox.rawValue })
    }
  }

  package func sandboxStatus(_ sandbox: SandboxID) async throws -> CRIPodSandboxStatus {
    let answer: CRIPodSandboxStatusResponse = try await read(
      "PodSandboxStatus", CRIPodSandboxStatusRequest.with { $0.podSandboxID = sandbox.rawValue })
    return answer.status
  }

  package func sandboxes(matching filter: CRIPodSandboxFilter?) async throws -> [CRIPodSandbox] {
    let request = CRIListPodSandboxRequest.with { if let filter { $0.filter = filter } }
    let answer: CRIListPodSandboxResponse = try await read("ListPodSandbox", request)
    return answer.items
  }
}
