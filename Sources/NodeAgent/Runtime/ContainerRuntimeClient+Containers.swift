package import ContainerRuntimeInterface
import SwiftProtobuf

extension ContainerRuntimeClient {
  package func createContainer(
    _ config: CRIContainerConfig, in sandbox: SandboxID, madeWith sandboxConfig: CRIPodSandboxConfig
  ) async throws -> ContainerID {
    let request = CRICreateContainerRequest.with {
      $0.podSandboxID = sandbox.rawValue
      $0.config = config
      $0.sandboxConfig = sandboxConfig
    }
    let answer: CRICreateContainerResponse = try await work("CreateContainer", request)
    return ContainerID(answer.containerID)
  }

  package func startContainer(_ container: ContainerID) async throws {
    let _: CRIStartContainerResponse = try await work(
      "StartContainer", CRIStartContainerRequest.with { $0.containerID = container.rawValue })
  }

  package func stopContainer(_ container: ContainerID, grace: Duration) async throws {
    let request = CRIStopContainerRequest.with {
      $0.containerID = container.rawValue
      $0.timeout = max(0, grace.components.seconds)
    }
    try await repeatable {
      let _: CRIStopContainerResponse = try await work(
        "StopContainer", request, deadline: max(.zero, grace) + Self.workDeadline)
    }
  }

  package func removeContainer(_ container: ContainerID) async throws {
    try await repeatable {
      let _: CRIRemoveContainerResponse = try await work(
        "RemoveContainer", CRIRemoveContainerRequest.with { $0.containerID = container.rawValue })
    }
  }

  package func containerStatus(_ container: ContainerID) async throws -> CRIContainerStatus {
    let answer: CRIContainerStatusResponse = try await read(
      "ContainerStatus", CRIContainerStatusRequest.with { $0.containerID = container.rawValue })
    return answer.status
  }

  package func containers(matching filter: CRIContainerFilter?) async throws -> [CRIContainer] {
    let request = CRIListContainersRequest.with { if let filter { $0.filter = filter } }
    let answer: CRIListContainersResponse = try await read("ListContainers", request)
    return answer.containers
  }

  package func updateResources(
    of container: ContainerID, to resources: CRILinuxContainerResources
  ) async throws {
    let request = CRIUpdateContainerResourcesRequest.with {
      $0.containerID = container.rawValue
      $0.linux = resources
    }
    let _: CRIUpdateContainerResourcesResponse = try await work(
      "UpdateContainerResources", request)
  }

  package func reopenLog(of container: ContainerID) async throws {
    let _: CRIReopenContainerLogResponse = try await work(
      "ReopenContainerLog",
      CRIReopenContainerLogRequest.with { $0.containerID = container.rawValue })
  }
}
