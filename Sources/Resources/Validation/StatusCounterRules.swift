import Foundations

/// What the counters in a status have to do with each other.
/// Source: upstream's `Validate…Status`; its messages.
struct StatusCounterRules {
  /// A counter that another one bounds.
  struct Bound {
    let member: String
    let by: String
    /// How the other one is called in the message.
    let name: String
  }

  /// Counters that do not fall below zero.
  var members: [String]
  var bounds: [Bound] = []
  /// Counters that do not go back.
  var growing: [String] = []

  func errors(_ status: Document, replacing old: Document) -> [FieldError] {
    func count(_ member: String) -> Int { status[member]?.integer ?? 0 }
    var errors = members.filter { count($0) < 0 }.map {
      FieldError.invalid("status.\($0)", status[$0], "must be greater than or equal to 0")
    }
    errors += bounds.filter { count($0.member) > count($0.by) }.map {
      .invalid("status.\($0.member)", status[$0.member], "cannot be greater than \($0.name)")
    }
    errors += growing.filter { member in
      guard let before = old[member]?.integer else { return false }
      return count(member) < before
    }.map { .invalid("status.\($0)", status[$0] ?? 0, "cannot be decremented") }
    return errors
  }

  /// The rules of a kind; `nil` where it counts nothing.
  static func of(_ kind: GroupVersionKind) -> StatusCounterRules? {
    byKind["\(kind.group)/\(kind.kind)"]
  }

  private static let byKind: [String: StatusCounterRules] = [
    "/ReplicationController": replicated,
    "apps/ReplicaSet": StatusCounterRules(
      members: replicated.members + ["terminatingReplicas"], bounds: replicated.bounds),
    "apps/Deployment": StatusCounterRules(
      members: [
        "observedGeneration", "replicas", "updatedReplicas", "readyReplicas", "availableReplicas",
        "unavailableReplicas", "terminatingReplicas", "collisionCount",
      ],
      bounds: ["updatedReplicas", "readyReplicas", "availableReplicas"].map(ofReplicas)
        + [Bound(member: "availableReplicas", by: "readyReplicas", name: "readyReplicas")],
      growing: ["collisionCount"]),
    "apps/StatefulSet": StatusCounterRules(
      members: [
        "replicas", "readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas",
        "observedGeneration", "collisionCount",
      ],
      bounds: ["readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"].map(
        ofReplicas)
        + [Bound(member: "availableReplicas", by: "readyReplicas", name: "status.readyReplicas")],
      growing: ["collisionCount"]),
    "apps/DaemonSet": StatusCounterRules(
      members: [
        "currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady",
        "observedGeneration", "updatedNumberScheduled", "numberAvailable", "numberUnavailable",
        "collisionCount",
      ],
      growing: ["collisionCount"]),
    "batch/Job": StatusCounterRules(
      members: ["active", "succeeded", "failed", "ready", "terminating"]),
    "policy/PodDisruptionBudget": StatusCounterRules(
      members: ["disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"]),
    "autoscaling/HorizontalPodAutoscaler": StatusCounterRules(
      members: ["currentReplicas", "desiredReplicas"]),
  ]

  private static let replicated = StatusCounterRules(
    members: [
      "replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas",
      "observedGeneration",
    ],
    bounds: ["fullyLabeledReplicas", "readyReplicas", "availableReplicas"].map(ofReplicas)
      + [Bound(member: "availableReplicas", by: "readyReplicas", name: "readyReplicas")])

  private static func ofReplicas(_ member: String) -> Bound {
    Bound(member: member, by: "replicas", name: "status.replicas")
  }
}
