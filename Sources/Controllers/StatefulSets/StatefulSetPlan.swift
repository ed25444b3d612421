import Foundations
import Resources

/// What a StatefulSet needs next, and what its status counts. Pure: the same pods give the same
/// steps in the same order.
/// Source: Kubernetes documentation, "StatefulSets", "Deployment and Scaling Guarantees" and
/// "Rolling Updates".
struct StatefulSetPlan {
  enum Step: Equatable {
    /// A pod of the current template, or of the updated one, and the claims it needs.
    case create(ordinal: Int, isUpdated: Bool)
    case delete(ObjectKey)
    /// The labels that make its identity were taken away.
    case label(ObjectKey)
  }

  private(set) var steps: [Step] = []
  /// Pods beyond the range of ordinals, the highest first.
  let condemned: [StatefulPod]

  private let set: StatefulSet
  private let replicas: [StatefulPod?]
  private let start: Int
  private let updateRevision: String
  private let isOrdered: Bool

  /// - Parameter updateRevision: the name of the revision of the set's template.
  init(set: StatefulSet, pods: [StatefulPod], updateRevision: String) {
    self.set = set
    self.updateRevision = updateRevision
    isOrdered = set.spec.podManagementPolicy != "Parallel"
    start = set.spec.ordinals?.start ?? 0
    let range = start..<(start + max(0, set.spec.replicas ?? 1))
    let byOrdinal = Dictionary(
      pods.map { ($0.ordinal, $0) }, uniquingKeysWith: { first, _ in first })
    replicas = range.map { byOrdinal[$0] }
    condemned = pods.filter { !range.contains($0.ordinal) }.sorted { $0.ordinal > $1.ordinal }
    if set.metadata.isTerminating { return }
    if !fill() { return }
    if !shrink() { return }
    update()
  }

  /// Starts what is missing and replaces what ended. In order, each waits for those before it.
  /// - Returns: whether later phases may go on.
  private mutating func fill() -> Bool {
    for (position, pod) in replicas.enumerated() {
      guard let pod else {
        let ordinal = start + position
        steps.append(.create(ordinal: ordinal, isUpdated: !isHeldBack(ordinal)))
        if isOrdered { return false }
        continue
      }
      if pod.hasEnded {
        if !pod.isTerminating { steps.append(.delete(pod.key)) }
        if isOrdered { return false }
        continue
      }
      if isOrdered && !pod.isAvailable { return false }
      if !pod.hasIdentity && !pod.isTerminating { steps.append(.label(pod.key)) }
    }
    return true
  }

  /// Whether a new pod is still of the template before the update.
  private func isHeldBack(_ ordinal: Int) -> Bool {
    let strategy = set.spec.updateStrategy
    if let rolling = strategy?.rollingUpdate { return ordinal < start + (rolling.partition ?? 0) }
    return strategy?.type == "RollingUpdate" && ordinal < start + (set.status.currentReplicas ?? 0)
  }

  /// Ends pods that are too many, the highest first; in order, one by one and only while no other
  /// pod is unavailable.
  private mutating func shrink() -> Bool {
    let firstUnavailable =
      replicas.compactMap(\.self).first { !$0.isAvailable } ?? condemned.last { !$0.isAvailable }
    for pod in condemned {
      if pod.isTerminating {
        if isOrdered { return false }
        continue
      }
      if isOrdered && !pod.isAvailable && pod.uid != firstUnavailable?.uid { return false }
      steps.append(.delete(pod.key))
      if isOrdered { return false }
    }
    return true
  }

  /// Ends pods of another template, the highest first, down to the partition. The next one goes
  /// once as many as may be missing are back.
  private mutating func update() {
    let strategy = set.spec.updateStrategy
    guard strategy?.type ?? "RollingUpdate" == "RollingUpdate" else { return }
    let rolling = strategy?.rollingUpdate
    let missingMax = max(
      1, rolling?.maxUnavailable?.scaled(total: replicas.count, roundingUp: false) ?? 1)
    var missing = 0
    let partition = min(max(0, rolling?.partition ?? 0), replicas.count)
    for pod in replicas[partition...].reversed() where missing < missingMax {
      guard let pod else {
        missing += 1
        continue
      }
      if pod.revision != updateRevision && !pod.isTerminating && !pod.hasEnded {
        steps.append(.delete(pod.key))
        missing += 1
      } else if !pod.isAvailable {
        missing += 1
      }
    }
  }

  /// The status that `pods` make.
  /// - Parameter currentRevision: the name of the revision before the update.
  static func status(
    of set: StatefulSet, pods: [StatefulPod], currentRevision: String, updateRevision: String,
    collisions: Int?
  ) -> StatefulSetStatus {
    let alive = pods.filter { $0.isCreated && !$0.isTerminating }
    let total = pods.count(where: \.isCreated)
    let ready = pods.count(where: \.isReady)
    var current = alive.count { $0.revision == currentRevision }
    let updated = alive.count { $0.revision == updateRevision }
    var status = set.status
    status.observedGeneration = set.metadata.generation
    status.updateRevision = updateRevision
    status.currentRevision = currentRevision
    status.collisionCount = collisions ?? 0
    let wanted = set.spec.replicas ?? 1
    if set.spec.updateStrategy?.type ?? "RollingUpdate" == "RollingUpdate", updated == wanted,
      ready == wanted, total == wanted
    {
      status.currentRevision = updateRevision
      current = updated
    }
    // Required by the API: zero is written too.
    status.document["replicas"] = Document(total)
    status.document["availableReplicas"] = Document(pods.count(where: \.isAvailable))
    status.readyReplicas = ready == 0 ? nil : ready
    status.currentReplicas = current == 0 ? nil : current
    status.updatedReplicas = updated == 0 ? nil : updated
    return status
  }
}
