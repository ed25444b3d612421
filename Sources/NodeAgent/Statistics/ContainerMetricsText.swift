import Foundations
import Resources

/// What a node's containers use, for Prometheus: kubelet's `/metrics/cadvisor`. Pure.
///
/// Of each pod there are, beside its containers, the sums without a `container` label, as dashboards
/// expect them of a pod's own group. Source: cAdvisor documentation, "Monitoring cAdvisor with
/// Prometheus".
struct ContainerMetricsText {
  private let sample: UsageSample
  private let details: ContainerDetails
  private var text = MetricsText()

  static func text(_ sample: UsageSample, _ details: ContainerDetails, machine: Machine) -> String {
    var writer = ContainerMetricsText(sample, details)
    writer.writeProcessor()
    writer.writeMemory()
    writer.writeLimits()
    writer.writeNetwork()
    writer.writeMachine(machine)
    return writer.text.text
  }

  /// What the machine has.
  struct Machine: Equatable, Sendable {
    var cpuCount: Int
    var memoryBytes: Int
  }

  private init(_ sample: UsageSample, _ details: ContainerDetails) {
    self.sample = sample
    self.details = details
  }

  // MARK: Processor

  private mutating func writeProcessor() {
    writeUsage(
      "container_cpu_usage_seconds_total", .counter, "Cumulative cpu time consumed in seconds.",
      more: [("cpu", "total")]
    ) { Double($0.cpuNanoseconds) / 1_000_000_000 }
    writeThrottling(
      "container_cpu_cfs_periods_total", "Number of elapsed enforcement period intervals."
    ) { Double($0.periods) }
    writeThrottling(
      "container_cpu_cfs_throttled_periods_total", "Number of throttled period intervals."
    ) { Double($0.throttledPeriods) }
    writeThrottling(
      "container_cpu_cfs_throttled_seconds_total",
      "Total time duration the container has been throttled."
    ) { Double($0.throttledNanoseconds) / 1_000_000_000 }
  }

  private mutating func writeThrottling(
    _ name: String, _ help: String, _ value: (CPUThrottling) -> Double
  ) {
    text.begin(name, .counter, help)
    for container in sample.containers {
      guard let throttling = details.containers[container.id]?.throttling else { continue }
      text.sample(name, labels(container), value(throttling))
    }
  }

  // MARK: Memory and files

  private mutating func writeMemory() {
    writeUsage(
      "container_memory_usage_bytes", .gauge, "Current memory usage in bytes, with caches."
    ) { Double($0.memoryBytes) }
    writeUsage(
      "container_memory_working_set_bytes", .gauge, "Current working set in bytes."
    ) { Double($0.workingSetBytes) }
    writeUsage("container_memory_rss", .gauge, "Size of RSS in bytes.") { Double($0.residentBytes) }
    let failures = "container_memory_failures_total"
    text.begin(failures, .counter, "Cumulative count of memory allocation failures.")
    for container in sample.containers {
      for (type, count) in [
        ("pgfault", container.usage.pageFaults), ("pgmajfault", container.usage.majorPageFaults),
      ] {
        text.sample(
          failures, labels(container) + [("failure_type", type), ("scope", "container")], count,
          at: container.usage.time)
      }
    }
    let files = "container_fs_usage_bytes"
    text.begin(files, .gauge, "Number of bytes that are consumed by the container's own files.")
    for container in sample.containers {
      text.sample(
        files, labels(container) + [("device", "")], container.writtenBytes,
        at: container.usage.time)
    }
  }

  /// One number of each container, and the sum of each pod.
  private mutating func writeUsage(
    _ name: String, _ kind: MetricsText.Kind, _ help: String, more: [(String, String)] = [],
    _ value: (UsageSample.Usage) -> Double
  ) {
    text.begin(name, kind, help)
    for container in sample.containers {
      text.sample(name, labels(container) + more, value(container.usage), at: container.usage.time)
    }
    for (pod, containers) in UsageSummary.byPod(sample.containers) {
      text.sample(
        name, [("namespace", pod.key.namespace), ("pod", pod.key.name)] + more,
        containers.reduce(0) { $0 + value($1.usage) }, at: containers[0].usage.time)
    }
  }

  // MARK: What they are

  private mutating func writeLimits() {
    text.begin(
      "container_start_time_seconds", .gauge,
      "Start time of the container since unix epoch in seconds.")
    for container in sample.containers {
      guard let start = container.startedAt else { continue }
      text.sample("container_start_time_seconds", labels(container), start.seconds)
    }
    text.begin("container_last_seen", .gauge, "Last time a container was seen.")
    for container in sample.containers {
      text.sample("container_last_seen", labels(container), container.usage.time.seconds)
    }
    writeLimit(
      "container_spec_memory_limit_bytes", "Memory limit for the container; 0 for none.",
      \.memoryBytes)
    writeLimit(
      "container_spec_cpu_period", "CPU period of the container in microseconds.",
      \.cpuPeriodMicroseconds)
    writeLimit(
      "container_spec_cpu_quota", "CPU quota of the container in microseconds; 0 for none.",
      \.cpuQuotaMicroseconds)
    writeLimit("container_spec_cpu_shares", "CPU share of the container.", \.cpuShares)
  }

  private mutating func writeLimit(
    _ name: String, _ help: String, _ limit: KeyPath<ContainerDetails.Limits, Int64>
  ) {
    text.begin(name, .gauge, help)
    for container in sample.containers {
      guard let details = details.containers[container.id] else { continue }
      text.sample(name, labels(container), details.limits[keyPath: limit])
    }
  }

  // MARK: Network

  private mutating func writeNetwork() {
    writeDirection("receive", "received", \.received)
    writeDirection("transmit", "transmitted", \.transmitted)
  }

  private mutating func writeDirection(
    _ name: String, _ done: String, _ direction: KeyPath<InterfaceUsage, InterfaceUsage.Direction>
  ) {
    let families: [(String, String, KeyPath<InterfaceUsage.Direction, UInt64>)] = [
      ("bytes_total", "bytes \(done)", \.bytes),
      ("packets_total", "packets \(done)", \.packets),
      ("packets_dropped_total", "packets dropped instead of being \(done)", \.dropped),
      ("errors_total", "errors where packets should have been \(done)", \.errors),
    ]
    for (suffix, what, value) in families {
      let family = "container_network_\(name)_\(suffix)"
      text.begin(family, .counter, "Cumulative count of \(what).")
      for network in details.networks {
        for interface in network.interfaces {
          text.sample(
            family,
            [
              ("id", network.path), ("interface", interface.name), ("name", network.sandbox),
              ("namespace", network.pod.namespace), ("pod", network.pod.name),
            ], interface[keyPath: direction][keyPath: value])
        }
      }
    }
  }

  // MARK: Machine

  private mutating func writeMachine(_ machine: Machine) {
    text.begin("machine_cpu_cores", .gauge, "Number of logical CPU cores.")
    text.sample("machine_cpu_cores", [:], machine.cpuCount)
    text.begin("machine_memory_bytes", .gauge, "Amount of memory installed on the machine.")
    text.sample("machine_memory_bytes", [:], machine.memoryBytes)
  }

  private func labels(_ container: UsageSample.Container) -> [(String, String)] {
    let details = details.containers[container.id]
    return [
      ("container", container.name), ("id", details?.path ?? ""), ("image", details?.image ?? ""),
      ("name", container.id), ("namespace", container.pod.key.namespace),
      ("pod", container.pod.key.name),
    ]
  }
}
