package import ContainerRuntimeInterface
import SwiftProtobuf

extension ContainerRuntimeClient {
  package func containerStatistics(
    matching filter: CRIContainerStatsFilter?
  ) async throws -> [CRIContainerStats] {
    let request = CRIListContainerStatsRequest.with { if let filter { $0.filter = filter } }
    let answer: CRIListContainerStatsResponse = try await read("ListContainerStats", request)
    return answer.stats
  }

  package func sandboxStatistics(
    matching filter: CRIPodSandboxStatsFilter?
  ) async throws -> [CRIPodSandboxStats] {
    let request = CRIListPodSandboxStatsRequest.with { if let filter { $0.filter = filter } }
    let answer: CRIListPodSandboxStatsResponse = try await read("ListPodSandboxStats", request)
    return answer.stats
  }
}
