import Foundations
import Resources

/// Brings what the metrics ask for within what an autoscaler may do now: its bounds, its pace, and
/// what was recommended a while ago. Pure.
/// Source: Kubernetes documentation, "Horizontal Pod Autoscaling", "Configurable scaling behavior".
struct ScalingLimits: Equatable {
  /// What may be done.
  var replicas: Int
  /// Why it differs from what was asked for, or does not.
  var ability: AutoscalerCondition
  var limit: AutoscalerCondition

  private typealias Bounded = (replicas: Int, reason: String, message: String)

  /// - Parameters:
  ///   - wanted: by the metrics.
  ///   - history: takes `wanted` in.
  init(
    _ spec: HorizontalPodAutoscalerSpec, current: Int, wanted: Int,
    _ history: inout ScalingHistory, now: Timestamp
  ) {
    let steady: (replicas: Int, reason: String, message: String)
    let bounded: Bounded
    if let behavior = spec.behavior {
      let rules = ScalingRules(behavior)
      steady = Self.steady(wanted, current, rules, history, now)
      bounded = Self.paced(steady.replicas, current, spec, rules, history, now)
    } else {
      let recent = history.recommended(within: ScalingRules.downWindow, now: now)
      steady = (
        max(wanted, recent.max() ?? wanted), "ScaleDownStabilized", Self.higherRecently
      )
      bounded = Self.bounded(steady.replicas, current, spec)
    }
    history.recommend(wanted, now: now)
    replicas = bounded.replicas
    ability =
      steady.replicas == wanted
      ? AutoscalerCondition(
        .ableToScale, true, "ReadyForNewScale", "recommended size matches current size")
      : AutoscalerCondition(.ableToScale, true, steady.reason, steady.message)
    limit = AutoscalerCondition(
      .scalingLimited, bounded.replicas != steady.replicas, bounded.reason, bounded.message)
  }

  private static let higherRecently =
    "recent recommendations were higher than current one, applying the highest recent "
    + "recommendation"
  private static let lowerRecently =
    "recent recommendations were lower than current one, applying the lowest recent recommendation"

  /// The current number, moved no further than every recommendation of the windows agrees to.
  private static func steady(
    _ wanted: Int, _ current: Int, _ rules: ScalingRules, _ history: ScalingHistory,
    _ now: Timestamp
  ) -> Bounded {
    let least = ([wanted] + history.recommended(within: rules.up.window, now: now)).min() ?? wanted
    let most = ([wanted] + history.recommended(within: rules.down.window, now: now)).max() ?? wanted
    let replicas = min(max(current, least), most)
    return wanted >= current
      ? (replicas, "ScaleUpStabilized", lowerRecently)
      : (replicas, "ScaleDownStabilized", higherRecently)
  }

  private static let withinRange = (
    reason: "DesiredWithinRange", message: "the desired count is within the acceptable range"
  )
  private static let tooMany = (
    reason: "TooManyReplicas",
    message: "the desired replica count is more than the maximum replica count"
  )
  private static let tooFew = (
    reason: "TooFewReplicas",
    message: "the desired replica count is less than the minimum replica count"
  )
  private static let tooFast = (
    reason: "ScaleUpLimit",
    message: "the desired replica count is increasing faster than the maximum scale rate"
  )
  private static let tooFastDown = (
    reason: "ScaleDownLimit",
    message: "the desired replica count is decreasing faster than the maximum scale rate"
  )

  private static func paced(
    _ wanted: Int, _ current: Int, _ spec: HorizontalPodAutoscalerSpec, _ rules: ScalingRules,
    _ history: ScalingHistory, _ now: Timestamp
  ) -> Bounded {
    if wanted > current {
      let pace = max(current, rules.up.limit(from: current, .up, history, now))
      let most = min(spec.maxReplicas, pace)
      let words = spec.maxReplicas > pace ? tooFast : tooMany
      if wanted > most { return (most, words.reason, words.message) }
    } else if wanted < current {
      let pace = min(current, rules.down.limit(from: current, .down, history, now))
      let least = max(spec.minReplicas ?? 1, pace)
      let words = (spec.minReplicas ?? 1) < pace ? tooFastDown : tooFew
      if wanted < least { return (least, words.reason, words.message) }
    }
    return (wanted, withinRange.reason, withinRange.message)
  }

  /// Without rules of its own: no more than twice as many at once, or four.
  private static func bounded(_ wanted: Int, _ current: Int, _ spec: HorizontalPodAutoscalerSpec)
    -> Bounded
  {
    let pace = max(2 * current, 4)
    let most = min(spec.maxReplicas, pace)
    let least = spec.minReplicas ?? 1
    if wanted < least { return (least, tooFew.reason, tooFew.message) }
    let words = spec.maxReplicas > pace ? tooFast : tooMany
    if wanted > most { return (most, words.reason, words.message) }
    return (wanted, withinRange.reason, withinRange.message)
  }
}
