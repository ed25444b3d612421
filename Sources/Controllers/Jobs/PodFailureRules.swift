import Resources

/// What a Job's policy makes of a failed pod. Pure.
/// Source: Kubernetes documentation, "Jobs", "Pod failure policy".
enum PodFailureVerdict: Equatable {
  case count
  case ignore
  /// The pod's index fails for good.
  case failIndex
  /// The whole Job fails, for the reason told.
  case failJob(message: String)

  /// The first rule that matches decides; without one the failure counts.
  static func of(_ pod: JobPod, policy: PodFailurePolicy?) -> PodFailureVerdict {
    for (position, rule) in (policy?.rules ?? []).enumerated() {
      guard let why = match(rule, pod) else { continue }
      switch rule.action {
      case "Ignore": return .ignore
      case "FailIndex": return .failIndex
      case "FailJob":
        return .failJob(message: "\(why) matching FailJob rule at index \(position)")
      default: return .count
      }
    }
    return .count
  }

  /// - Returns: what matched, in the words of Kubernetes; `nil` where the rule does not match.
  private static func match(_ rule: PodFailurePolicyRule, _ pod: JobPod) -> String? {
    if let codes = rule.onExitCodes {
      for (container, code) in pod.exitCodes
      where code != 0 && (codes.containerName ?? container) == container {
        if codes.values.contains(code) == (codes.operator == "In") {
          return "Container \(container) for pod \(pod.key) failed with exit code \(code)"
        }
      }
      return nil
    }
    for pattern in rule.onPodConditions
    where pod.conditions[pattern.type] == (pattern.status ?? "True") {
      return "Pod \(pod.key) has condition \(pattern.type)"
    }
    return nil
  }
}
