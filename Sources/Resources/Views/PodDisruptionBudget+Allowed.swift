package import Foundations

extension PodDisruptionBudgetStatus {
  /// How long a pod counts as about to go after its eviction was allowed.
  /// Source: policy/v1 PodDisruptionBudgetStatus, `disruptedPods`.
  package static let deletionTimeout = Duration.seconds(120)
  /// The condition that says whether a disruption is allowed.
  package static let allowedCondition = "DisruptionAllowed"
  /// The reason of that condition where the budget could not be reckoned.
  package static let syncFailed = "SyncFailed"

  package var allowed: Condition? { conditions.first { $0.type == Self.allowedCondition } }

  /// Makes the condition say what `disruptionsAllowed` says.
  package mutating func describeAllowed(now: Timestamp) {
    let isAllowed = (disruptionsAllowed ?? 0) > 0
    setAllowed(
      isAllowed, reason: isAllowed ? "SufficientPods" : "InsufficientPods", message: "", now: now)
  }

  /// Sets the condition; the time of its last transition stays where the answer does.
  package mutating func setAllowed(
    _ isAllowed: Bool, reason: String, message: String, now: Timestamp
  ) {
    var all = conditions
    let position = all.firstIndex { $0.type == Self.allowedCondition }
    var condition = position.map { all[$0] } ?? Condition()
    let value = isAllowed ? "True" : "False"
    if condition.status != value || condition.lastTransitionTime == nil {
      condition.lastTransitionTime = now
    }
    condition.type = Self.allowedCondition
    condition.status = value
    condition.reason = reason
    condition.message = message
    condition.observedGeneration = observedGeneration
    if let position { all[position] = condition } else { all.append(condition) }
    conditions = all
  }
}

extension PodDisruptionBudget {
  /// Whether the budget covers pods with these labels. One without a selector covers none, one with
  /// an empty selector all of its namespace. Source: policy/v1 PodDisruptionBudgetSpec.
  package func covers(_ labels: [String: String]) -> Bool {
    guard let selector = document[path: "spec", "selector"],
      let parsed = try? LabelSelector(selectorObject: selector)  // unreadable: covers none
    else { return false }
    return parsed.matches(labels)
  }
}
