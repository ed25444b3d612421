import Foundations
package import Resources

/// What a pod's files take on the node's disk, in bytes or inodes.
package struct StorageUse: Equatable, Sendable {
  /// By volume; those in memory are bounded by the kernel.
  package var emptyDirectories: [String: Int] = [:]
  /// By container: what it wrote beside its volumes.
  package var written: [String: Int] = [:]
  /// By container.
  package var logs: [String: Int] = [:]

  package init() {}

  /// By container: what it wrote, and its logs.
  package var containers: [String: Int] { written.merging(logs, uniquingKeysWith: +) }

  package var total: Int {
    emptyDirectories.values.reduce(0, +) + containers.values.reduce(0, +)
  }
}

/// Decides whether a pod that fills the node's disk has to go. Pure.
/// Source: Kubernetes documentation, "Local ephemeral storage", "Ephemeral storage consumption
/// management"; upstream's messages.
package enum StorageEviction {
  private static let resource = "ephemeral-storage"

  /// Whether there is a limit that the pod could pass: others need not be measured.
  package static func isLimited(_ pod: Pod) -> Bool {
    !limits(of: pod).isEmpty || pod.spec.volumes.contains { sizeLimit(of: $0) != nil }
  }

  /// - Returns: what to tell about it; `nil` where it may stay.
  package static func reason(for pod: Pod, using use: StorageUse) -> String? {
    for volume in pod.spec.volumes {
      guard let limit = sizeLimit(of: volume), let used = use.emptyDirectories[volume.name],
        used > limit.roundedUp
      else { continue }
      return "Usage of EmptyDir volume \"\(volume.name)\" exceeds the limit \"\(limit)\"."
    }
    let limits = limits(of: pod)
    let whole = limits.values.reduce(Quantity.zero, +)
    if !limits.isEmpty, use.total > whole.roundedUp {
      return "Pod ephemeral local storage usage exceeds the total limit of containers \(whole)."
    }
    for (name, limit) in limits.sorted(by: { $0.key < $1.key })
    where use.containers[name] ?? 0 > limit.roundedUp {
      return "Container \(name) exceeded its local ephemeral storage limit \"\(limit)\"."
    }
    return nil
  }

  private static func limits(of pod: Pod) -> [String: Quantity] {
    var limits: [String: Quantity] = [:]
    for container in pod.regularContainers {
      guard let limit = container.container.resources?.limits[resource], !limit.isZero else {
        continue
      }
      limits[container.name] = limit
    }
    return limits
  }

  private static func sizeLimit(of volume: Volume) -> Quantity? {
    guard let source = volume.emptyDir, (source.medium ?? "").isEmpty else { return nil }
    return source.sizeLimit.flatMap { $0.isZero ? nil : $0 }
  }
}
