/// What a node makes of a daemon's pod.
package enum DaemonPlacement: Equatable, Sendable {
  /// The node should have one.
  case wanted
  /// None is started, and one that is there may stay: a taint came that only refuses new pods.
  case tolerated
  /// The node must not have one.
  case refused
}

extension SchedulingPod {
  /// Whether a pod like this one belongs on `node`, whatever room there is. Pure.
  /// Source: upstream's NodeShouldRunDaemonPod.
  package func daemonPlacement(on node: SchedulingNode) -> DaemonPlacement {
    guard nodeName.isEmpty || nodeName == node.name, matchesSelectors(of: node) else {
      return .refused
    }
    let untolerated = node.taints.filter { taint in
      taint.effect != "PreferNoSchedule" && !tolerations.contains { $0.tolerates(taint) }
    }
    if untolerated.isEmpty { return .wanted }
    return untolerated.contains { $0.effect == "NoExecute" } ? .refused : .tolerated
  }
}
