import Foundations
import Resources

/// How an eviction may go ahead. Pure.
/// Source: Kubernetes documentation, "API-initiated Eviction", "How API-initiated eviction works".
enum EvictionVerdict: Equatable {
  /// Nothing is lost with the pod, so no budget is asked. `isTied`: only while it stays so.
  case costsNothing(isTied: Bool)
  /// No budget covers the pod.
  case uncovered
  /// The pod is not ready, and its budget allows such pods to go for nothing, while they are so.
  case unhealthy(budget: String)
  /// One disruption of this budget is to be spent.
  case spends(budget: String)
  /// Several budgets cover the pod.
  case ambiguous

  /// - Parameter budgets: of the pod's namespace.
  init(_ pod: Pod, budgets: [PodDisruptionBudget]) {
    if pod.isFinished || pod.metadata.isTerminating {
      self = .costsNothing(isTied: false)
      return
    }
    if pod.status.phase == "Pending" {
      self = .costsNothing(isTied: true)
      return
    }
    let covering = budgets.filter { $0.covers(pod.metadata.labels) }
    guard let budget = covering.first else {
      self = .uncovered
      return
    }
    if covering.count > 1 {
      self = .ambiguous
      return
    }
    let name = budget.metadata.name ?? ""
    self =
      !pod.isReady && budget.sparesUnhealthyPods ? .unhealthy(budget: name) : .spends(budget: name)
  }

  static let severalBudgets = APIError(
    code: 500, reason: "",
    message: "This pod has more than one PodDisruptionBudget, "
      + "which the eviction subresource does not support.")
}

extension PodDisruptionBudget {
  /// Pods that the status may name before evictions stop. Source: upstream's `MaxDisruptedPodSize`.
  private static let disruptedPodsMax = 2000

  /// Whether a pod that is not ready may go without a disruption being spent.
  /// Source: policy/v1 PodDisruptionBudgetSpec, `unhealthyPodEvictionPolicy`.
  fileprivate var sparesUnhealthyPods: Bool {
    if spec.unhealthyPodEvictionPolicy == "AlwaysAllow" { return true }
    let desired = status.desiredHealthy ?? 0
    return desired > 0 && (status.currentHealthy ?? 0) >= desired
  }

  /// The budget after one pod of its disruptions was spent.
  /// - Throws: 429 where none is allowed now, 403 where the status is past belief.
  func spent(on pod: String, now: Timestamp) throws(APIError) -> PodDisruptionBudget {
    let name = metadata.name ?? ""
    if (status.observedGeneration ?? 0) < (metadata.generation ?? 0) {
      throw .stillProcessed(budget: name)
    }
    let allowed = status.disruptionsAllowed ?? 0
    if allowed < 0 {
      throw .forbidden(.podDisruptionBudgets, name, "pdb disruptions allowed is negative")
    }
    if status.disruptedPods.count > Self.disruptedPodsMax {
      throw .forbidden(
        .podDisruptionBudgets, name,
        "DisruptedPods map too big - too many evictions not confirmed by PDB controller")
    }
    if allowed == 0 { throw .overBudget(refusal) }
    var spent = self
    spent.status.disruptionsAllowed = allowed - 1
    if allowed == 1 { spent.status.describeAllowed(now: now) }
    var disrupted = spent.status.disruptedPods
    disrupted[pod] = now
    spent.status.disruptedPods = disrupted
    return spent
  }

  private var refusal: String {
    let name = metadata.name ?? ""
    let condition = status.allowed.flatMap {
      $0.status == "False" && !$0.message.isEmpty ? $0 : nil
    }
    let desired = status.desiredHealthy ?? 0
    let current = status.currentHealthy ?? 0
    let denial = "The disruption budget \(name) does not allow evicting pods currently"
    if let condition, condition.reason == PodDisruptionBudgetStatus.syncFailed {
      return "\(denial) because it failed sync: \(condition.message)"
    }
    if current <= desired {
      return
        "The disruption budget \(name) needs \(desired) healthy pods and has \(current) currently"
    }
    guard let condition else { return denial }
    return "\(denial) (\(condition.reason)): \(condition.message)"
  }
}

extension APIError {
  static func overBudget(_ cause: String, retryAfterSeconds: Int = 0) -> APIError {
    var error = APIError(
      code: 429, reason: .tooManyRequests,
      message: "Cannot evict pod as it would violate the pod's disruption budget.")
    error.details.retryAfterSeconds = retryAfterSeconds
    error.details.causes = [Cause(reason: "DisruptionBudget", message: cause, field: "")]
    return error
  }

  static func stillProcessed(budget: String) -> APIError {
    overBudget(
      "The disruption budget \(budget) is still being processed by the server.",
      retryAfterSeconds: 10)
  }
}
