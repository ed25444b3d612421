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
          let statistics = try await services.runtime.containerStatistics(
            matching: .with {
              $0.labelSelector = [RuntimeLabels.podUID: entry.pod.metadata.uid ?? ""]
            })
          let use = PodStorage(configuration: services.configuration).use(of: entry, statistics)
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
}
