import Foundations
import Resources

extension DeploymentController {
  /// Writes what the sets' pods add up to, and how the rollout is doing.
  /// - Returns: when the progress deadline is over, where nothing else happens before.
  func writeStatus(_ rollout: Rollout) async throws -> Duration? {
    let deployment = rollout.deployment
    let old = deployment.status
    var status = old
    status.observedGeneration = deployment.metadata.generation
    set(&status, "replicas", rollout.all.reduce(0) { $0 + $1.status.replicas })
    set(&status, "updatedReplicas", rollout.new?.status.replicas ?? 0)
    set(&status, "readyReplicas", rollout.all.reduce(0) { $0 + ($1.status.readyReplicas ?? 0) })
    let available = rollout.all.reduce(0) { $0 + ($1.status.availableReplicas ?? 0) }
    set(&status, "availableReplicas", available)
    let sized = rollout.all.reduce(0) { $0 + ($1.spec.replicas ?? 0) }
    set(&status, "unavailableReplicas", max(0, sized - available))

    let progress = DeploymentProgress(rollout: rollout, old: old, new: status, now: now())
    status.conditions = progress.conditions
    if status != old {
      var changed = deployment
      changed.status = status
      changed.metadata.resourceVersion = nil
      _ = try await client.update(
        .deployments, namespace: deployment.metadata.namespace, changed.document,
        subresource: "status")
    }
    return progress.deadlineIn
  }

  private func set(_ status: inout DeploymentStatus, _ field: String, _ count: Int) {
    status.document[field] = count == 0 ? nil : Document(count)
  }
}

/// A Deployment's conditions. Pure.
/// Source: Kubernetes documentation, "Deployments", "Deployment status".
struct DeploymentProgress {
  private(set) var conditions: [DeploymentCondition]
  /// When to look again because of the deadline; `nil` for never.
  private(set) var deadlineIn: Duration?
  private let now: Timestamp

  init(rollout: Rollout, old: DeploymentStatus, new: DeploymentStatus, now: Timestamp) {
    self.now = now
    conditions = old.conditions
    setAvailable(rollout, new)
    setFailure(rollout)
    setProgress(rollout, old, new)
  }

  private mutating func setAvailable(_ rollout: Rollout, _ status: DeploymentStatus) {
    let needed = rollout.plan.desired - rollout.plan.unavailable
    let isAvailable = status.availableReplicas ?? 0 >= needed
    set(
      "Available", isAvailable ? "True" : "False",
      isAvailable ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
      isAvailable
        ? "Deployment has minimum availability." : "Deployment does not have minimum availability.")
  }

  private mutating func setFailure(_ rollout: Rollout) {
    let failing = ([rollout.new].compactMap { $0 } + rollout.old).lazy
      .compactMap {
        $0.status.conditions.first { $0.type == "ReplicaFailure" && $0.status == "True" }
      }
      .first
    if let failing {
      set("ReplicaFailure", "True", failing.reason ?? "", failing.message ?? "")
    } else {
      conditions.removeAll { $0.type == "ReplicaFailure" }
    }
  }

  private mutating func setProgress(
    _ rollout: Rollout, _ old: DeploymentStatus, _ new: DeploymentStatus
  ) {
    guard let deadline = rollout.deployment.spec.progressDeadlineSeconds,
      deadline < Int(Int32.max)
    else {
      conditions.removeAll { $0.type == "Progressing" }
      return
    }
    let name = rollout.new?.metadata.name
    let subject =
      name.map { "ReplicaSet \"\($0)\"" }
      ?? "Deployment \"\(rollout.deployment.metadata.name ?? "")\""
    let current = conditions.first { $0.type == "Progressing" }
    if rollout.deployment.spec.paused == true {
      if current?.reason != "DeploymentPaused" {
        set("Progressing", "Unknown", "DeploymentPaused", "Deployment is paused")
      }
      return
    }
    if current?.reason == "DeploymentPaused" {
      // The deadline counts from here: the time it was paused was nobody's failure.
      set("Progressing", "Unknown", "DeploymentResumed", "Deployment is resumed")
      deadlineIn = .seconds(deadline) + .milliseconds(100)
      return
    }
    let done = "\(subject) has successfully progressed."
    let isComplete =
      rollout.isComplete && new.observedGeneration == rollout.deployment.metadata.generation
      && (new.updatedReplicas ?? 0) == (rollout.deployment.spec.replicas ?? 1)
    if isComplete {
      set(
        "Progressing", "True", "NewReplicaSetAvailable", done, isUpdate: current?.message != done)
      return
    }
    // The last rollout's success says nothing of a set that came since.
    let isOfAnother =
      current?.reason == "NewReplicaSetAvailable" && name != nil && current?.message != done
    if hasProgressed(old, new) || current == nil || isOfAnother {
      let isNew = current == nil || current?.reason == "NewReplicaSetAvailable"
      set(
        "Progressing", "True", isNew ? "NewReplicaSetCreated" : "ReplicaSetUpdated",
        isNew ? "Created new replica set \"\(name ?? "")\"" : "\(subject) is progressing.",
        isUpdate: true)
      deadlineIn = .seconds(deadline)
      return
    }
    guard let current, current.reason != "ProgressDeadlineExceeded" else { return }
    if current.reason == "NewReplicaSetAvailable" { return }
    let since = current.lastUpdateTime ?? now
    let left = .seconds(deadline) - since.distance(to: now)
    if left <= .zero {
      set(
        "Progressing", "False", "ProgressDeadlineExceeded",
        "\(subject) has timed out progressing.")
    } else {
      deadlineIn = left + .milliseconds(100)
    }
  }

  private func hasProgressed(_ old: DeploymentStatus, _ new: DeploymentStatus) -> Bool {
    let oldOfOld = (old.replicas ?? 0) - (old.updatedReplicas ?? 0)
    let newOfOld = (new.replicas ?? 0) - (new.updatedReplicas ?? 0)
    return (new.updatedReplicas ?? 0) > (old.updatedReplicas ?? 0) || newOfOld < oldOfOld
      || (new.readyReplicas ?? 0) > (old.readyReplicas ?? 0)
      || (new.availableReplicas ?? 0) > (old.availableReplicas ?? 0)
  }

  private mutating func set(
    _ type: String, _ status: String, _ reason: String, _ message: String, isUpdate: Bool = false
  ) {
    let old = conditions.first { $0.type == type }
    if let old, old.status == status, old.reason == reason, !isUpdate { return }
    var condition = DeploymentCondition()
    condition.type = type
    condition.status = status
    condition.lastUpdateTime = now
    condition.lastTransitionTime = old?.status == status ? old?.lastTransitionTime : now
    condition.reason = reason
    condition.message = message
    conditions.removeAll { $0.type == type }
    conditions.append(condition)
  }
}
