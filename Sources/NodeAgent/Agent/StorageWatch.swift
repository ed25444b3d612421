import ContainerRuntimeInterface
import Foundations
import Logging
import Resources
import SwiftProtobuf

/// Looks from time to time at what pods with a limit keep on the node's disk. Where no pod has one,
/// it costs nothing.
struct StorageWatch {
  let services: NodeServices
  let workers: PodWorkers
  let logger: Logger

  /// Source: kubelet's eviction manager, monitoringInterval.
  private static let interval: Duration = .seconds(10)

  /// Runs until the task is cancelled.
  func run() async {
    while !Task.isCancelled {
      do { try await services.clock.sleep(for: Self.interval) } catch { return }
      for entry in services.pods.all
      where StorageEviction.isLimited(entry.pod) && !entry.runtime.running.isEmpty {
        do {
          let use = try await use(of: entry)
          guard let reason = StorageEviction.reason(for: entry.pod, using: use) else { continue }
          workers.evict(entry.pod, reason)
        } catch is CancellationError {
          return
        } catch {
          logger.warning("what pod \(entry.pod.metadata.key) stores cannot be measured: \(error)")
        }
      }
    }
  }

  /// Walks the pod's directories: blocks on disk.
  private func use(of entry: NodePods.Entry) async throws -> StorageUse {
    let pod = entry.pod
    var use = StorageUse()
    let paths = PodPaths(pod: pod, configuration: services.configuration)
    for volume in pod.spec.volumes {
      guard let source = volume.emptyDir, (source.medium ?? "").isEmpty else { continue }
      use.emptyDirectories[volume.name] = FileTree.byteCount(
        below: paths.volume(kind: VolumeMaterializer.kind(of: volume), name: volume.name))
    }
    let statistics = try await services.runtime.containerStatistics(
      matching: .with { $0.labelSelector = [RuntimeLabels.podUID: pod.metadata.uid ?? ""] })
    for container in statistics {
      let name = container.attributes.metadata.name
      use.containers[name, default: 0] += Int(container.writableLayer.usedBytes.value)
    }
    for container in pod.allContainers {
      let logs = "\(entry.logDirectory)/\(container.name)"
      use.containers[container.name, default: 0] += FileTree.byteCount(below: logs)
    }
    return use
  }
}
