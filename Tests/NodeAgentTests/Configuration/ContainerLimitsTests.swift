import ContainerRuntimeInterface
import Foundations
import Resources
import Testing

@testable import NodeAgent

@Suite struct ContainerLimitsTests {
  private func limits(_ resources: Document, _ isUnified: Bool = false)
    -> CRILinuxContainerResources
  {
    let pod = Pod.sample { $0.spec.containers[0].resources = ResourceRequirements(resources) }
    return ContainerLimits.resources(
      of: pod.spec.containers[0], in: pod, memoryCapacity: 1000 << 20, isUnified: isUnified)
  }

  @Test("a container without wishes gets the least share, and goes first")
  func bestEffort() {
    let resources = limits([:])
    #expect(resources.cpuShares == 2)
    #expect(resources.cpuQuota == 0)
    #expect(resources.memoryLimitInBytes == 0)
    #expect(resources.oomScoreAdj == 1000)
  }

  @Test("requests are shares, limits are quotas")
  func burstable() {
    let resources = limits([
      "requests": ["cpu": "500m", "memory": "100Mi"], "limits": ["cpu": "2", "memory": "200Mi"],
    ])
    #expect(resources.cpuShares == 512)
    #expect(resources.cpuQuota == 200_000)
    #expect(resources.cpuPeriod == 100_000)
    #expect(resources.memoryLimitInBytes == 200 << 20)
    #expect(resources.oomScoreAdj == 900)
  }

  @Test("equal requests and limits are safest from the kernel")
  func guaranteed() {
    let same: Document = ["cpu": "1m", "memory": "1Mi"]
    let resources = limits(["requests": same, "limits": same], true)
    #expect(resources.oomScoreAdj == -997)
    #expect(resources.cpuShares == 2)
    #expect(resources.cpuQuota == 1000)
    #expect(resources.unified == ["memory.oom.group": "1"])
  }

  @Test(
    "the score of a burstable container stays between the classes",
    arguments: [
      ("0", 999), ("1Mi", 999), ("10Mi", 990), ("999Mi", 3), ("2000Mi", 3),
    ])
  func scores(_ memory: String, _ expected: Int64) {
    let resources = limits(["requests": ["cpu": "1m", "memory": Document(memory)]])
    #expect(resources.oomScoreAdj == expected)
  }

  @Test("huge pages are limited by size")
  func hugePages() {
    let resources = limits(["limits": ["hugepages-2Mi": "4Mi", "hugepages-1Gi": "1Gi"]])
    #expect(resources.hugepageLimits.map(\.pageSize) == ["1GB", "2MB"])
    #expect(resources.hugepageLimits.map(\.limit) == [1 << 30, 4 << 20])
  }
}
