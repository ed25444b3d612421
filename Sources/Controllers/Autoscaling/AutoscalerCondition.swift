import Foundations
import Resources

/// One condition of an autoscaler, as it is now found.
struct AutoscalerCondition: Equatable, Sendable {
  enum Kind: String, Sendable {
    case ableToScale = "AbleToScale"
    case scalingActive = "ScalingActive"
    case scalingLimited = "ScalingLimited"
  }

  let kind: Kind
  let isTrue: Bool
  let reason: String
  let message: String

  init(_ kind: Kind, _ isTrue: Bool, _ reason: String, _ message: String) {
    self.kind = kind
    self.isTrue = isTrue
    self.reason = reason
    self.message = message
  }
}

extension HorizontalPodAutoscalerStatus {
  /// Sets a condition; its time of transition moves with its status only.
  mutating func set(_ condition: AutoscalerCondition, now: Timestamp) {
    var all = conditions
    let place = all.firstIndex { $0.type == condition.kind.rawValue }
    var entry = place.map { all[$0] } ?? HorizontalPodAutoscalerCondition(.emptyObject)
    let status = condition.isTrue ? "True" : "False"
    entry.type = condition.kind.rawValue
    if entry.status != status { entry.lastTransitionTime = now }
    entry.status = status
    entry.reason = condition.reason
    entry.message = condition.message
    if let place { all[place] = entry } else { all.append(entry) }
    conditions = all
  }
}
