import Foundations
import Resources

/// The taints that tell the scheduler and the eviction of pods how a node is. Pure.
/// Source: Kubernetes documentation, "Taints and Tolerations", "Taint Nodes by Condition".
enum NodeTaints {
  private static let notReady = "node.kubernetes.io/not-ready"
  private static let unreachable = "node.kubernetes.io/unreachable"
  private static let unschedulable = "node.kubernetes.io/unschedulable"
  private static let pressures = [
    "MemoryPressure": "node.kubernetes.io/memory-pressure",
    "DiskPressure": "node.kubernetes.io/disk-pressure",
    "PIDPressure": "node.kubernetes.io/pid-pressure",
    "NetworkUnavailable": "node.kubernetes.io/network-unavailable",
  ]
  private static let managed = Set([notReady, unreachable, unschedulable] + pressures.values)

  /// All taints the node should have: those that others set, then ours.
  /// - Parameter readiness: status of the `Ready` condition, as it is about to be.
  static func wanted(on node: Node, readiness: String, now: Timestamp) -> [Taint] {
    node.spec.taints.filter { !managed.contains($0.key) }
      + own(node, readiness).map { taint in
        // A taint that stays keeps the time it was added at: evictions count from there.
        if let kept = node.spec.taints.first(where: {
          $0.key == taint.key && $0.effect == taint.effect
        }) {
          return kept
        }
        var taint = taint
        taint.timeAdded = taint.effect == "NoExecute" ? now : nil
        return taint
      }
  }

  private static func own(_ node: Node, _ readiness: String) -> [Taint] {
    var taints: [Taint] = []
    switch readiness {
    case "False": taints = [taint(notReady, "NoSchedule"), taint(notReady, "NoExecute")]
    case "Unknown": taints = [taint(unreachable, "NoSchedule"), taint(unreachable, "NoExecute")]
    default: break
    }
    for condition in node.status.conditions where condition.status == "True" {
      if let key = pressures[condition.type] { taints.append(taint(key, "NoSchedule")) }
    }
    if node.spec.unschedulable == true { taints.append(taint(unschedulable, "NoSchedule")) }
    return taints
  }

  private static func taint(_ key: String, _ effect: String) -> Taint {
    var taint = Taint()
    taint.key = key
    taint.effect = effect
    return taint
  }
}

extension NodeStatus {
  /// The conditions of a node that nobody hears of: those its agent keeps are unknown.
  func conditionsOfSilence(now: Timestamp) -> [NodeCondition] {
    let types = ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"]
    return types.map { type in
      var condition = conditions.first { $0.type == type } ?? NodeCondition()
      if condition.status != "Unknown" { condition.lastTransitionTime = now }
      condition.type = type
      condition.status = "Unknown"
      condition.reason = "NodeStatusUnknown"
      condition.message = "Kubelet stopped posting node status."
      return condition
    } + conditions.filter { !types.contains($0.type) }
  }
}
