import Foundations
import Resources
import Synchronization

/// What the probes of a node's pods found, for kubelet's `/metrics/probes`. Bounded by the probes of
/// the pods that are here: what was counted of a pod goes with it.
final class ProbeTally: Sendable {
  private struct Key: Hashable {
    let container: String
    let kind: ProbeKind
  }

  private struct Count {
    var successful = 0
    var failed = 0
    let durations = DurationHistogram(bounds: ProbeTally.bounds)
  }

  private struct PodCounts {
    let key: ObjectKey
    var counts: [Key: Count] = [:]
  }

  /// Seconds: those of Prometheus' client libraries, which upstream uses here.
  fileprivate static let bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

  /// By UID.
  private let pods = Mutex<[String: PodCounts]>([:])

  func add(
    _ duration: Duration, isSuccess: Bool, _ kind: ProbeKind, of container: String,
    in pod: ObjectKey, uid: String
  ) {
    pods.withLock { pods in
      var counts = pods[uid] ?? PodCounts(key: pod)
      let key = Key(container: container, kind: kind)
      var count = counts.counts[key] ?? Count()
      if isSuccess { count.successful += 1 } else { count.failed += 1 }
      count.durations.add(duration)
      counts.counts[key] = count
      pods[uid] = counts
    }
  }

  func forget(uid: String) { pods.withLock { $0[uid] = nil } }

  /// Source: Kubernetes documentation, "Kubernetes Metrics Reference", `prober_*`.
  func text() -> String {
    let all = pods.withLock { $0 }.sorted { ($0.value.key, $0.key) < ($1.value.key, $1.key) }
      .flatMap { uid, pod in
        pod.counts.sorted {
          ($0.key.container, $0.key.kind.rawValue) < ($1.key.container, $1.key.kind.rawValue)
        }.map { (uid: uid, pod: pod.key, key: $0.key, count: $0.value) }
      }
    var text = MetricsText()
    text.begin(
      "prober_probe_total", .counter,
      "[BETA] Cumulative number of probes for a container by result.")
    for each in all {
      let labels = [
        ("container", each.key.container), ("namespace", each.pod.namespace),
        ("pod", each.pod.name), ("pod_uid", each.uid), ("probe_type", each.key.kind.rawValue),
      ]
      text.sample(
        "prober_probe_total", labels + [("result", "successful")], each.count.successful)
      text.sample("prober_probe_total", labels + [("result", "failed")], each.count.failed)
    }
    text.begin(
      "prober_probe_duration_seconds", .histogram, "[ALPHA] Duration in seconds of probes.")
    for each in all {
      text.samples(
        "prober_probe_duration_seconds",
        [
          ("container", each.key.container), ("namespace", each.pod.namespace),
          ("pod", each.pod.name), ("probe_type", each.key.kind.rawValue),
        ], of: each.count.durations)
    }
    return text.text
  }
}
