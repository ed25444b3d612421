import ContainerRuntimeInterface
import Foundations
import Resources

/// Measures what each pod takes of something that the node is short of. Only then: it asks the
/// runtime, and walks the pods' directories.
struct UsageMeter {
  let services: NodeServices

  /// Of the pods that run.
  /// - Parameter sharesFileSystem: whether images and what containers write are on the file system of
  ///   volumes and logs.
  func candidates(
    for signal: EvictionSignal, sharesFileSystem: Bool
  ) async throws -> [EvictionCandidate] {
    let entries = services.pods.all.filter(\.runtime.isAnythingRunning)
    if signal == .pidAvailable { return try entries.map(processes) }
    let statistics = Dictionary(
      grouping: try await services.runtime.containerStatistics(matching: nil),
      by: { services.pods.owner(of: $0.attributes.id) ?? "" })
    return entries.map { entry in
      let own = statistics[entry.pod.metadata.uid ?? ""] ?? []
      switch signal {
      case .memoryAvailable: return memory(of: entry, own)
      case .nodefsInodesFree, .imagefsInodesFree:
        return storage(of: entry, own, .inodes, signal, sharesFileSystem)
      case .nodefsAvailable, .imagefsAvailable, .pidAvailable:
        return storage(of: entry, own, .bytes, signal, sharesFileSystem)
      }
    }
  }

  private func memory(
    of entry: NodePods.Entry, _ statistics: [CRIContainerStats]
  ) -> EvictionCandidate {
    var containers: [String: Int] = [:]
    for container in statistics {
      containers[container.attributes.metadata.name, default: 0] += Int(
        clamping: container.memory.workingSetBytes.value)
    }
    return EvictionCandidate(pod: entry.pod, containers: containers)
  }

  private func storage(
    of entry: NodePods.Entry, _ statistics: [CRIContainerStats], _ unit: PodStorage.Unit,
    _ signal: EvictionSignal, _ sharesFileSystem: Bool
  ) -> EvictionCandidate {
    let use = PodStorage(configuration: services.configuration, unit: unit)
      .use(of: entry, statistics)
    let volumes = use.emptyDirectories.values.reduce(0, +)
    if sharesFileSystem {
      return EvictionCandidate(pod: entry.pod, containers: use.containers, volumes: volumes)
    }
    return signal == .imagefsAvailable || signal == .imagefsInodesFree
      ? EvictionCandidate(pod: entry.pod, containers: use.written)
      : EvictionCandidate(pod: entry.pod, containers: use.logs, volumes: volumes)
  }

  /// The kernel counts them for the whole pod.
  private func processes(of entry: NodePods.Entry) throws -> EvictionCandidate {
    let group = services.configuration.cgroups.pod(
      uid: entry.pod.metadata.uid ?? "", quality: entry.pod.qualityOfService)
    let usage = try CgroupUsage.read(group, in: .detect())
    return EvictionCandidate(
      pod: entry.pod, containers: ["": Int(clamping: usage?.processCount ?? 0)])
  }
}
