import Foundations
import Resources

/// A Deployment with its replica sets, sorted into new and old.
struct Rollout {
  var deployment: Deployment
  /// The set of the present template; `nil` until it is made.
  var new: ReplicaSet?
  /// All others, oldest first.
  var old: [ReplicaSet]

  init(deployment: Deployment, owned: [ReplicaSet]) {
    self.deployment = deployment
    let byAge = owned.sorted { left, right in
      let times = (
        left.metadata.creationTimestamp ?? Timestamp(seconds: 0),
        right.metadata.creationTimestamp ?? Timestamp(seconds: 0)
      )
      return times.0 != times.1
        ? times.0 < times.1
        : (left.metadata.name ?? "") < (right.metadata.name ?? "")
    }
    // Two sets of one template cannot be made, but may be adopted: the oldest is taken.
    let new = byAge.first { TemplateHash.isSame($0.spec.template, deployment.spec.template) }
    self.new = new
    old = byAge.filter { $0.metadata.uid != new?.metadata.uid }
  }

  var all: [ReplicaSet] { old + (new.map { [$0] } ?? []) }

  var plan: RollingUpdate {
    RollingUpdate(
      desired: deployment.spec.replicas ?? 1, strategy: deployment.spec.strategy?.rollingUpdate)
  }

  var maximumOldRevision: Int {
    old.map { DeploymentAnnotations.revision(of: $0.metadata) }.max() ?? 0
  }

  func summary(_ set: ReplicaSet) -> RollingUpdate.Set {
    RollingUpdate.Set(
      name: set.metadata.name ?? "", size: set.spec.replicas ?? 0,
      available: set.status.availableReplicas ?? 0,
      annotatedMaximum: set.metadata.annotations[DeploymentAnnotations.maxReplicas].flatMap {
        Int($0)
      })
  }

  /// What every set notes of the Deployment's size, for proportional scaling later.
  var sizeAnnotations: [String: String] {
    let desired = deployment.spec.replicas ?? 1
    let maximum = deployment.spec.strategy?.type == "Recreate" ? desired : plan.maximum
    return [
      DeploymentAnnotations.desiredReplicas: String(desired),
      DeploymentAnnotations.maxReplicas: String(maximum),
    ]
  }

  func needsAnnotations(_ set: ReplicaSet) -> Bool {
    sizeAnnotations.contains { set.metadata.annotations[$0.key] != $0.value }
  }

  /// Whether a set alone is all that is wanted.
  func isSaturated(_ set: ReplicaSet) -> Bool {
    let desired = deployment.spec.replicas ?? 1
    return set.spec.replicas == desired
      && set.metadata.annotations[DeploymentAnnotations.desiredReplicas] == String(desired)
      && set.status.availableReplicas ?? 0 == desired
  }

  mutating func replace(_ set: ReplicaSet) {
    if new?.metadata.uid == set.metadata.uid {
      new = set
    } else if let position = old.firstIndex(where: { $0.metadata.uid == set.metadata.uid }) {
      old[position] = set
    }
  }

  /// Every pod is of the new template and available, and none is left over.
  var isComplete: Bool {
    let desired = deployment.spec.replicas ?? 1
    let total = all.reduce(0) { $0 + $1.status.replicas }
    return new?.status.replicas ?? 0 == desired && total == desired
      && all.reduce(0) { $0 + ($1.status.availableReplicas ?? 0) } == desired
      && deployment.status.observedGeneration ?? 0 >= deployment.metadata.generation ?? 0
  }
}
