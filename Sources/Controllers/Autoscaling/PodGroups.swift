import Foundations
import Resources

/// An autoscaler's pods by how much is known of them. Names; pods on their way out are in none. Pure.
struct PodGroups: Equatable {
  var ready: Set<String> = []
  /// Not started, or not ready for long enough that their use says something.
  var unready: Set<String> = []
  /// Running, but nobody knows what they use.
  var missing: Set<String> = []

  /// A pod may use the processor to start up for this long.
  /// Source: upstream's `--horizontal-pod-autoscaler-cpu-initialization-period`.
  private static let startUp = Duration.seconds(300)
  /// Source: upstream's `--horizontal-pod-autoscaler-initial-readiness-delay`.
  private static let firstReadiness = Duration.seconds(30)

  init(
    _ pods: [Pod], _ usage: [String: UsageReplicas.PodUsage], isProcessor: Bool, _ now: Timestamp
  ) {
    for pod in pods where !pod.metadata.isTerminating && pod.status.phase != "Failed" {
      let name = pod.metadata.name ?? ""
      if pod.status.phase == "Pending" {
        unready.insert(name)
      } else if let usage = usage[name] {
        if isProcessor && Self.isStarting(pod, usage, now) {
          unready.insert(name)
        } else {
          ready.insert(name)
        }
      } else {
        missing.insert(name)
      }
    }
  }

  private static func isStarting(
    _ pod: Pod, _ usage: UsageReplicas.PodUsage, _ now: Timestamp
  ) -> Bool {
    guard let condition = pod.status.conditions.first(where: { $0.type == "Ready" }),
      let start = pod.status.startTime
    else { return true }
    let turned = condition.lastTransitionTime ?? start
    if start.advanced(by: startUp) > now {
      return condition.status == "False" || usage.time < turned.advanced(by: usage.window)
    }
    return condition.status == "False" && start.advanced(by: firstReadiness) > turned
  }
}
