import Foundations
import Resources

/// What a node and its containers use, for Prometheus: kubelet's `/metrics/resource`. Pure.
/// Source: Kubernetes documentation, "Kubernetes Metrics Reference", stable metrics of the node.
enum UsageMetricsText {
  static func text(_ sample: UsageSample) -> String {
    var text = ""
    func family(_ name: String, _ type: String, _ help: String, _ lines: [String]) {
      text += "# HELP \(name) [STABLE] \(help)\n# TYPE \(name) \(type)\n"
      for line in lines { text += "\(name)\(line)\n" }
    }
    let containers = sample.containers
    let pods = UsageSummary.byPod(containers)
    family(
      "container_cpu_usage_seconds_total", "counter",
      "Cumulative cpu time consumed by the container in core-seconds",
      containers.map { line(labels($0), seconds($0.usage.cpuNanoseconds), $0.usage.time) })
    family(
      "container_memory_working_set_bytes", "gauge",
      "Current working set of the container in bytes",
      containers.map { line(labels($0), "\($0.usage.workingSetBytes)", $0.usage.time) })
    family(
      "container_start_time_seconds", "gauge",
      "Start time of the container since unix epoch in seconds",
      containers.compactMap { container in
        container.startedAt.map { line(labels(container), "\($0.seconds)", nil) }
      })
    family(
      "node_cpu_usage_seconds_total", "counter",
      "Cumulative cpu time consumed by the node in core-seconds",
      [line("", seconds(sample.host.cpuNanoseconds), sample.host.time)])
    family(
      "node_memory_working_set_bytes", "gauge", "Current working set of the node in bytes",
      [line("", "\(sample.host.workingSetBytes)", sample.host.time)])
    family(
      "pod_cpu_usage_seconds_total", "counter",
      "Cumulative cpu time consumed by the pod in core-seconds",
      pods.map { pod, containers in
        line(
          labels(pod), seconds(containers.reduce(0) { $0 + $1.usage.cpuNanoseconds }),
          containers[0].usage.time)
      })
    family(
      "pod_memory_working_set_bytes", "gauge", "Current working set of the pod in bytes",
      pods.map { pod, containers in
        line(
          labels(pod), "\(containers.reduce(0) { $0 + $1.usage.workingSetBytes })",
          containers[0].usage.time)
      })
    family(
      "resource_scrape_error", "gauge",
      "1 if there was an error while getting container metrics, 0 otherwise", [" 0"])
    return text
  }

  /// Names of pods, namespaces and containers hold nothing that would have to be escaped.
  private static func labels(_ container: UsageSample.Container) -> String {
    "{container=\"\(container.name)\",namespace=\"\(container.pod.key.namespace)\","
      + "pod=\"\(container.pod.key.name)\"}"
  }

  private static func labels(_ pod: UsageSample.PodIdentity) -> String {
    "{namespace=\"\(pod.key.namespace)\",pod=\"\(pod.key.name)\"}"
  }

  /// With the time of the reading, in milliseconds.
  private static func line(_ labels: String, _ value: String, _ time: Timestamp?) -> String {
    guard let time else { return "\(labels) \(value)" }
    return "\(labels) \(value) \(time.seconds * 1000 + Int64(time.nanoseconds) / 1_000_000)"
  }

  private static func seconds(_ nanoseconds: UInt64) -> String {
    "\(Double(nanoseconds) / 1_000_000_000)"
  }
}
