package import Foundations
package import Resources

/// What decides which of several equal pods goes first.
package struct PodRanking: Sendable {
  package let key: ObjectKey
  package let uid: String
  package let isAssigned: Bool
  /// 0 unknown or pending, 1 unknown phase, 2 running: what `phase` is worth.
  package let phaseRank: Int
  package let isReady: Bool
  package let deletionCost: Int
  /// Pods of the same owner on the same node: doubled pods go first.
  package let neighbours: Int
  package let readySince: Timestamp?
  package let restarts: Int
  package let createdAt: Timestamp?

  package init(_ pod: Pod, neighbours: Int) {
    key = pod.metadata.key
    uid = pod.metadata.uid ?? ""
    isAssigned = !(pod.spec.nodeName ?? "").isEmpty
    phaseRank = ["Pending": 0, "Unknown": 1, "Running": 2][pod.status.phase ?? ""] ?? 1
    let ready = pod.status.conditions.first { $0.type == "Ready" }
    isReady = ready?.status == "True"
    deletionCost =
      pod.metadata.annotations["controller.kubernetes.io/pod-deletion-cost"]
      .flatMap { Int($0) } ?? 0
    self.neighbours = neighbours
    readySince = ready?.lastTransitionTime
    restarts = pod.status.containerStatuses.map(\.restartCount).max() ?? 0
    createdAt = pod.metadata.creationTimestamp
  }

  /// Whether `left` is the cheaper one to lose.
  /// Source: Kubernetes documentation, "ReplicaSet", "Scaling a ReplicaSet"; upstream's
  /// ActivePodsWithRanks.
  package static func cheaperToLose(_ left: Self, _ right: Self) -> Bool {
    if left.isAssigned != right.isAssigned { return !left.isAssigned }
    if left.phaseRank != right.phaseRank { return left.phaseRank < right.phaseRank }
    if left.isReady != right.isReady { return !left.isReady }
    if left.deletionCost != right.deletionCost { return left.deletionCost < right.deletionCost }
    if left.neighbours != right.neighbours { return left.neighbours > right.neighbours }
    if left.isReady, left.readySince != right.readySince {
      return isYounger(left.readySince, right.readySince)
    }
    if left.restarts != right.restarts { return left.restarts > right.restarts }
    if left.createdAt != right.createdAt { return isYounger(left.createdAt, right.createdAt) }
    return left.key < right.key
  }

  private static func isYounger(_ left: Timestamp?, _ right: Timestamp?) -> Bool {
    guard let left else { return true }
    guard let right else { return false }
    return left > right
  }
}
