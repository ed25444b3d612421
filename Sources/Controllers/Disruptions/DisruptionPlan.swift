import Foundations
import Resources

/// What the status of a PodDisruptionBudget should be, given the pods it covers. Pure.
/// Source: Kubernetes documentation, "Specifying a Disruption Budget for your Application".
struct DisruptionPlan: Equatable {
  var status: PodDisruptionBudgetStatus
  /// When the status changes by itself: a pod whose eviction was allowed counts again.
  var recheck: Duration?
  /// Names of pods that no controller answers for: a share of them is a share of nothing.
  var unmanaged: [String] = []
  /// Names of pods whose eviction was allowed, and that are still here.
  var notDeleted: [String] = []
  /// Why no number could be found.
  var failure: String?

  /// How many pods the controller of a pod wants, as far as it can be told.
  enum Scale: Equatable {
    /// - `uid`: of what is counted, so that it is counted once.
    case known(uid: String, replicas: Int)
    /// Its controller is of a kind that has no scale, or is not here.
    case unknown(why: String)
  }

  /// - Parameters:
  ///   - pods: those of the budget's namespace that it covers.
  ///   - scale: of the pod's controller.
  init(
    _ budget: PodDisruptionBudget, pods: [Pod], now: Timestamp,
    scale: (Pod, OwnerReference) -> Scale
  ) {
    status = budget.status
    let expectation = Self.expectation(budget.spec, pods, scale)
    guard case .found(let expected, let desired, let unmanaged) = expectation else {
      if case .failed(let why) = expectation { fail(why, now) }
      return
    }
    self.unmanaged = unmanaged
    let disrupted = stillDisrupted(budget, pods, now)
    let healthy = pods.count {
      !$0.metadata.isTerminating && disrupted[$0.metadata.name ?? ""] == nil && $0.isReady
    }
    status.currentHealthy = healthy
    status.desiredHealthy = desired
    status.expectedPods = expected
    // Without expected pods nothing is allowed: the first ones may be here before they are counted.
    status.disruptionsAllowed = expected > 0 ? max(0, healthy - desired) : 0
    status.document["disruptedPods"] =
      disrupted.isEmpty
      ? nil : Document(disrupted.sorted { $0.key < $1.key }.map { ($0.key, $0.value.asDocument) })
    status.observedGeneration = budget.metadata.generation
    status.describeAllowed(now: now)
  }

  /// Allows nothing, and says why.
  private mutating func fail(_ why: String, _ now: Timestamp) {
    failure = why
    status.disruptionsAllowed = 0
    for field in ["currentHealthy", "desiredHealthy", "expectedPods"]
    where status.document[field] == nil { status.document[field] = 0 }
    status.setAllowed(
      false, reason: PodDisruptionBudgetStatus.syncFailed, message: why, now: now)
  }

  // MARK: How many there should be

  private enum Expectation {
    case found(expected: Int, desired: Int, unmanaged: [String])
    case failed(String)
  }

  private static func expectation(
    _ spec: PodDisruptionBudgetSpec, _ pods: [Pod], _ scale: (Pod, OwnerReference) -> Scale
  ) -> Expectation {
    if spec.maxUnavailable == nil, case .integer(let count)? = spec.minAvailable {
      return .found(expected: pods.count, desired: count, unmanaged: [])
    }
    guard let share = spec.maxUnavailable ?? spec.minAvailable else {
      return .found(expected: 0, desired: 0, unmanaged: [])
    }
    var scales: [String: Int] = [:]
    var unmanaged: [String] = []
    var known: Set<String> = []
    for pod in pods {
      guard let controller = pod.metadata.controllerReference else {
        unmanaged.append(pod.metadata.name ?? "")
        continue
      }
      guard known.insert(controller.uid).inserted else { continue }
      switch scale(pod, controller) {
      case .known(let uid, let replicas): scales[uid] = replicas
      case .unknown(let why): return .failed(why)
      }
    }
    let expected = scales.values.reduce(0, +)
    guard let count = share.scaled(total: expected, roundingUp: true) else {
      return .failed("invalid value for IntOrString: \(share) is neither a number nor a percentage")
    }
    let desired = spec.maxUnavailable == nil ? count : max(0, expected - count)
    return .found(expected: expected, desired: desired, unmanaged: unmanaged)
  }

  // MARK: Pods about to go

  /// The pods whose eviction was allowed a moment ago and that have not been deleted yet.
  private mutating func stillDisrupted(
    _ budget: PodDisruptionBudget, _ pods: [Pod], _ now: Timestamp
  ) -> [String: Timestamp] {
    let noted = budget.status.disruptedPods
    var kept: [String: Timestamp] = [:]
    for pod in pods where !pod.metadata.isTerminating {
      let name = pod.metadata.name ?? ""
      guard let since = noted[name] else { continue }
      let left = PodDisruptionBudgetStatus.deletionTimeout - since.distance(to: now)
      if left > .zero {
        kept[name] = since
        recheck = min(recheck ?? left, left)
      } else {
        notDeleted.append(name)
      }
    }
    return kept
  }
}
