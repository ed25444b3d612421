import Foundations
import Resources

/// What an autoscaler does next, and what its status says of it. Pure.
/// Source: Kubernetes documentation, "Horizontal Pod Autoscaling".
struct HorizontalPodAutoscalerPlan: Equatable {
  var status: HorizontalPodAutoscalerStatus
  /// To scale to; `nil` leaves the number of pods as it is.
  var replicas: Int?
  /// Why it scales.
  var reason = ""
  /// What went wrong, as events tell it.
  var warnings: [Warning] = []

  struct Warning: Equatable {
    let reason: String
    let message: String
  }

  /// Whether the number of pods is the metrics' to decide: not where there are none, nor outside of
  /// the bounds.
  static func asksMetrics(_ spec: HorizontalPodAutoscalerSpec, current: Int) -> Bool {
    current != 0 && current <= spec.maxReplicas && current >= spec.minReplicas ?? 1
  }

  /// - Parameters:
  ///   - proposals: of the autoscaler's metrics, in their order. Empty where nobody asks them.
  ///   - history: takes in what is recommended.
  init(
    _ autoscaler: HorizontalPodAutoscaler, current: Int, proposals: [MetricProposal],
    _ history: inout ScalingHistory, now: Timestamp
  ) {
    status = autoscaler.status
    status.set(
      AutoscalerCondition(
        .ableToScale, true, "SucceededGetScale",
        "the HPA controller was able to get the target's current scale"), now: now)
    status.currentReplicas = current
    let spec = autoscaler.spec
    let least = spec.minReplicas ?? 1
    if current == 0 {
      status.set(
        AutoscalerCondition(
          .scalingActive, false, "ScalingDisabled",
          "scaling is disabled since the replica count of the target is zero"), now: now)
    } else if current > spec.maxReplicas {
      replicas = spec.maxReplicas
      reason = "Current number of replicas above Spec.MaxReplicas"
    } else if current < least {
      replicas = least
      reason = "Current number of replicas below Spec.MinReplicas"
    } else {
      follow(proposals, spec, current, &history, now)
      return
    }
    status.document["currentMetrics"] = nil
    status.desiredReplicas = replicas ?? current
  }

  private mutating func follow(
    _ proposals: [MetricProposal], _ spec: HorizontalPodAutoscalerSpec, _ current: Int,
    _ history: inout ScalingHistory, _ now: Timestamp
  ) {
    var best: (replicas: Int, name: String)?
    var statuses: [Document] = []
    var unknown: [(reason: String, why: String)] = []
    for proposal in proposals {
      switch proposal {
      case .replicas(let count, let name, let status):
        statuses.append(status)
        if best.map({ count > $0.replicas }) ?? true { best = (count, name) }
      case .unknown(let reason, let why):
        unknown.append((reason, why))
        warnings.append(Warning(reason: reason, message: why))
      }
    }
    status.document["currentMetrics"] = statuses.isEmpty ? nil : Document(statuses)
    // What is not known may ask for more: with a part of the metrics alone, it never shrinks.
    guard let best, unknown.isEmpty || best.replicas >= current else {
      return stay(unknown, of: proposals.count, now)
    }
    status.set(
      AutoscalerCondition(
        .scalingActive, true, "ValidMetricFound",
        "the HPA was able to successfully calculate a replica count from \(best.name)"), now: now)
    let limits = ScalingLimits(spec, current: current, wanted: best.replicas, &history, now: now)
    status.set(limits.ability, now: now)
    status.set(limits.limit, now: now)
    status.desiredReplicas = limits.replicas
    guard limits.replicas != current else { return }
    replicas = limits.replicas
    reason =
      best.replicas > current ? "\(best.name) above target" : "All metrics below target"
  }

  private mutating func stay(
    _ unknown: [(reason: String, why: String)], of count: Int, _ now: Timestamp
  ) {
    guard let first = unknown.first else { return }
    status.set(
      AutoscalerCondition(
        .scalingActive, false, first.reason,
        "the HPA was unable to compute the replica count: \(first.why)"), now: now)
    warnings.append(
      Warning(
        reason: "FailedComputeMetricsReplicas",
        message: "invalid metrics (\(unknown.count) invalid out of \(count)), first error is: "
          + first.why))
  }
}
