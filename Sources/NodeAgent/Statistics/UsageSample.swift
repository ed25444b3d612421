import ContainerRuntimeInterface
import Foundations
import Resources

/// What a node and its containers had used at a moment.
struct UsageSample: Equatable, Sendable {
  var host: Usage
  var containers: [Container]

  struct Usage: Equatable, Sendable {
    var time: Timestamp
    /// Of all CPUs together, since the start of what is looked at.
    var cpuNanoseconds: UInt64
    var memoryBytes: UInt64
    var workingSetBytes: UInt64
    var residentBytes: UInt64
    var pageFaults: UInt64
    var majorPageFaults: UInt64
  }

  /// One run of a container.
  struct Container: Equatable, Sendable {
    var id: String
    var name: String
    var pod: PodIdentity
    var startedAt: Timestamp?
    var usage: Usage
    var writtenBytes: UInt64
  }

  struct PodIdentity: Hashable, Sendable {
    var key: ObjectKey
    var uid: String
    var startedAt: Timestamp?
  }
}

extension UsageSample {
  /// - Parameters:
  ///   - statistics: of the runtime; containers of no pod here, and those that have ended, count for
  ///     nothing.
  ///   - time: of the host's numbers.
  init(
    host: HostUsage, at time: Timestamp, _ statistics: [CRIContainerStats],
    pods: [NodePods.Entry]
  ) {
    self.host = Usage(host, time)
    var runs: [String: (pod: Pod, run: ContainerRecord)] = [:]
    for entry in pods {
      for run in entry.runtime.containers where run.isRunning {
        runs[run.id.rawValue] = (entry.pod, run)
      }
    }
    containers = statistics.compactMap { statistics in
      guard let (pod, run) = runs[statistics.attributes.id],
        statistics.hasCpu, statistics.hasMemory
      else { return nil }
      return Container(
        id: statistics.attributes.id, name: run.name,
        pod: PodIdentity(
          key: pod.metadata.key, uid: pod.metadata.uid ?? "", startedAt: pod.status.startTime),
        startedAt: run.startedAt, usage: Usage(statistics),
        writtenBytes: statistics.writableLayer.usedBytes.value)
    }.sorted { ($0.pod.key, $0.name) < ($1.pod.key, $1.name) }
  }
}

extension UsageSample.Usage {
  fileprivate init(_ host: HostUsage, _ time: Timestamp) {
    self.init(
      time: time, cpuNanoseconds: host.cpuNanoseconds, memoryBytes: host.memoryBytes,
      workingSetBytes: host.workingSetBytes, residentBytes: host.residentBytes,
      pageFaults: host.pageFaults, majorPageFaults: host.majorPageFaults)
  }

  fileprivate init(_ statistics: CRIContainerStats) {
    let memory = statistics.memory
    self.init(
      time: Timestamp(
        seconds: statistics.cpu.timestamp / 1_000_000_000,
        nanoseconds: Int32(statistics.cpu.timestamp % 1_000_000_000)),
      cpuNanoseconds: statistics.cpu.usageCoreNanoSeconds.value,
      memoryBytes: memory.usageBytes.value, workingSetBytes: memory.workingSetBytes.value,
      residentBytes: memory.rssBytes.value, pageFaults: memory.pageFaults.value,
      majorPageFaults: memory.majorPageFaults.value)
  }
}
