package import Foundations
package import Resources

/// How many of some pods may be lost now. Source: policy/v1 PodDisruptionBudget.
package struct DisruptionBudget: Sendable {
  package let key: ObjectKey
  /// `nil` where it selects nothing: an empty selector covers nobody in preemption, as upstream.
  package let selector: LabelSelector?
  package let disruptionsAllowed: Int
  /// Pods whose end is already counted.
  package let disrupted: Set<String>

  package init(_ budget: Document) {
    key = ObjectKey(budget)
    // Validation has refused selectors that cannot be read.
    let stated = budget[path: "spec", "selector"].flatMap {
      try? LabelSelector(selectorObject: $0)
    }
    selector = stated.flatMap { $0.isEmpty ? nil : $0 }
    disruptionsAllowed = budget[path: "status", "disruptionsAllowed"]?.integer ?? 0
    disrupted = Set(budget[path: "status", "disruptedPods"]?.members.map(\.name) ?? [])
  }

  func covers(_ pod: SchedulingPod) -> Bool {
    guard let selector, pod.key.namespace == key.namespace, !pod.labels.isEmpty else {
      return false
    }
    return selector.matches(pod.labels) && !disrupted.contains(pod.key.name)
  }
}
