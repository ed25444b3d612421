package import ContainerRuntimeInterface
package import Foundations
package import Resources
import SwiftProtobuf

/// A container's requests and limits as the control group's numbers.
package enum ContainerLimits {
  /// The bounds of the kernel's `cpu.shares`.
  private static let sharesMin = 2
  private static let sharesMax = 262_144
  /// Microseconds; Source: kubelet's cpuCFSQuotaPeriod.
  private static let quotaPeriod = 100_000
  /// The kernel takes no shorter quota.
  private static let quotaMin = 1_000

  /// Source: Kubernetes documentation, "Resource Management for Pods and Containers".
  /// - Parameters:
  ///   - memoryCapacity: the node's, in bytes.
  ///   - isUnified: whether control groups are version 2.
  package static func resources(
    of container: Container, in pod: Pod, memoryCapacity: Int, isUnified: Bool
  ) -> CRILinuxContainerResources {
    let wanted = container.resources ?? ResourceRequirements()
    var resources = cpu(request: wanted.requests["cpu"], limit: wanted.limits["cpu"])
    resources.oomScoreAdj = Int64(
      outOfMemoryScore(of: container, in: pod, memoryCapacity: memoryCapacity))
    if let limit = wanted.limits["memory"], !limit.isZero {
      resources.memoryLimitInBytes = Int64(limit.roundedUp)
    }
    for (name, limit) in wanted.limits.sorted(by: { $0.key < $1.key })
    where name.hasPrefix("hugepages-") {
      guard let size = try? Quantity(parsing: String(name.dropFirst(10))) else {
        continue  // the API lets no such name pass
      }
      resources.hugepageLimits.append(
        .with {
          $0.pageSize = pageSizeName(size.roundedUp)
          $0.limit = UInt64(max(0, limit.roundedUp))
        })
    }
    // The whole container ends when one of its processes runs out of memory: half a container
    // serves nobody.
    if isUnified { resources.unified = ["memory.oom.group": "1"] }
    return resources
  }

  package static func cpu(request: Quantity?, limit: Quantity?) -> CRILinuxContainerResources {
    var resources = CRILinuxContainerResources()
    let share = request ?? limit
    resources.cpuShares = Int64(shares(milliCPU: share?.milliValue ?? 0))
    if let limit, !limit.isZero {
      resources.cpuPeriod = Int64(quotaPeriod)
      resources.cpuQuota = Int64(max(quotaMin, limit.milliValue * quotaPeriod / 1000))
    }
    return resources
  }

  package static func shares(milliCPU: Int) -> Int {
    min(max(milliCPU * 1024 / 1000, sharesMin), sharesMax)
  }

  /// Whom the kernel ends first. Source: Kubernetes documentation, "Node-pressure Eviction", "Node
  /// out of memory behavior".
  package static func outOfMemoryScore(
    of container: Container, in pod: Pod, memoryCapacity: Int
  ) -> Int {
    if (pod.spec.priority ?? 0) >= nodeCriticalPriority { return guaranteedScore }
    switch pod.qualityOfService {
    case .guaranteed: return guaranteedScore
    case .bestEffort: return bestEffortScore
    case .burstable:
      let request = container.resources?.requests["memory"]?.roundedUp ?? 0
      let score = 1000 - 1000 * Double(request) / Double(max(1, memoryCapacity))
      return min(max(Int(score), 1000 + guaranteedScore), bestEffortScore - 1)
    }
  }

  private static let guaranteedScore = -997
  private static let bestEffortScore = 1000
  /// Of the class system-node-critical.
  private static let nodeCriticalPriority = 2_000_001_000

  /// `2MB`, as the control group's files have it.
  private static func pageSizeName(_ bytes: Int) -> String {
    let units = ["B", "KB", "MB", "GB", "TB"]
    var size = bytes
    var unit = 0
    while size >= 1024, size % 1024 == 0, unit < units.count - 1 {
      size /= 1024
      unit += 1
    }
    return "\(size)\(units[unit])"
  }
}
