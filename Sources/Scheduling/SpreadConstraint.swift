import Foundations
import Resources

/// How evenly pods are to be spread over the values of a node label.
/// Source: core/v1 TopologySpreadConstraint.
package struct SpreadConstraint: Sendable {
  package let topologyKey: String
  /// How many more pods one place may have than the emptiest.
  package let maxSkew: Int
  /// Fewer places than this count as if another were empty.
  package let minDomains: Int
  /// `DoNotSchedule`; otherwise it is a wish.
  package let isRequired: Bool
  /// Places count only where the pod's node affinity allows one of their nodes.
  package let honorsNodeAffinity: Bool
  /// Places count only where the pod tolerates the taints of one of their nodes.
  package let honorsTaints: Bool
  private let selector: LabelSelector?

  init(_ constraint: Document, labels: [String: String]) {
    topologyKey = constraint["topologyKey"]?.string ?? ""
    maxSkew = constraint["maxSkew"]?.integer ?? 1
    minDomains = constraint["minDomains"]?.integer ?? 1
    isRequired = constraint["whenUnsatisfiable"]?.string != "ScheduleAnyway"
    honorsNodeAffinity = constraint["nodeAffinityPolicy"]?.string != "Ignore"
    honorsTaints = constraint["nodeTaintsPolicy"]?.string == "Honor"
    selector = LabelSelector.read(
      constraint["labelSelector"],
      adding: PodAffinityTerm.requirements(constraint["matchLabelKeys"], .in, labels))
  }

  /// Whether a pod of the same namespace counts.
  func covers(_ pod: SchedulingPod) -> Bool { selector?.matches(pod.labels) ?? false }

  /// Whether a node's place counts for a pod.
  func includes(_ node: SchedulingNode, for pod: SchedulingPod) -> Bool {
    (!honorsNodeAffinity || pod.matchesSelectors(of: node))
      && (!honorsTaints || !pod.isRepelled(by: node))
  }
}
