package import Resources

/// The sizes that a Deployment's replica sets should have. Pure; the arithmetic of rolling updates.
/// Source: Kubernetes documentation, "Deployments", "Rolling Update Deployment" and "Proportional
/// scaling".
package struct RollingUpdate: Equatable, Sendable {
  /// One replica set as the arithmetic sees it.
  package struct Set: Equatable, Sendable {
    package let name: String
    /// What it was told to have.
    package var size: Int
    /// How many of its pods are available.
    package let available: Int
    /// The total the Deployment had when this size was chosen, as annotated.
    package let annotatedMaximum: Int?

    package init(name: String, size: Int, available: Int, annotatedMaximum: Int? = nil) {
      self.name = name
      self.size = size
      self.available = available
      self.annotatedMaximum = annotatedMaximum
    }
  }

  package let desired: Int
  /// Pods above `desired` that may exist at once.
  package let surge: Int
  /// Pods below `desired` that may be missing at once.
  package let unavailable: Int

  package init(desired: Int, surge: Int, unavailable: Int) {
    self.desired = desired
    self.surge = surge
    self.unavailable = unavailable
  }

  /// Reads a strategy. Both bounds zero would stop every rollout: then one may be missing.
  package init(desired: Int, strategy: RollingUpdateDeployment?) {
    let quarter = IntOrString.string("25%")
    let surge = (strategy?.maxSurge ?? quarter).scaled(total: desired, roundingUp: true) ?? 0
    let unavailable =
      (strategy?.maxUnavailable ?? quarter).scaled(total: desired, roundingUp: false) ?? 0
    self.init(
      desired: desired, surge: surge,
      unavailable: min(surge == 0 && unavailable == 0 ? 1 : unavailable, desired))
  }

  package var maximum: Int { desired + surge }

  /// How large the new set should be while old ones still have pods.
  package func newSize(new: Set, old: [Set]) -> Int {
    if new.size >= desired { return desired }
    let total = new.size + old.reduce(0) { $0 + $1.size }
    let room = maximum - total
    return room <= 0 ? new.size : min(new.size + room, desired)
  }

  /// The old sets' next sizes, oldest first: unhealthy pods go first, since losing them costs
  /// nothing, then as many as availability allows.
  package func oldSizes(new: Set, old: [Set]) -> [Set] {
    var sets = old
    let minimumAvailable = desired - unavailable
    let total = new.size + old.reduce(0) { $0 + $1.size }
    let unavailableOfNew = new.size - new.available
    var budget = total - minimumAvailable - unavailableOfNew
    guard budget > 0 else { return sets }
    for position in sets.indices where budget > 0 {
      let unhealthy = max(0, sets[position].size - sets[position].available)
      let step = min(unhealthy, budget)
      sets[position].size -= step
      budget -= step
    }
    let available = new.available + old.reduce(0) { $0 + $1.available }
    var spare = available - minimumAvailable
    for position in sets.indices where spare > 0 {
      let step = min(sets[position].size, spare)
      sets[position].size -= step
      spare -= step
    }
    return sets
  }

  /// New sizes when the Deployment was scaled in the middle of a rollout: every set keeps its share.
  /// - Parameter sets: all with pods, newest first.
  package func proportional(_ sets: [Set]) -> [Set] {
    let total = sets.reduce(0) { $0 + $1.size }
    let allowed = desired > 0 ? maximum : 0
    var toAdd = allowed - total
    guard toAdd != 0, total > 0 else { return sets }
    var order = sets.indices.sorted { left, right in
      sets[left].size != sets[right].size
        ? sets[left].size > sets[right].size
        : toAdd > 0 ? left < right : left > right
    }
    var result = sets
    let whole = toAdd
    for position in order {
      let size = sets[position].size
      let before = sets[position].annotatedMaximum ?? total
      let share = before > 0 ? Self.rounded(size * allowed, by: before) - size : 0
      let step = whole > 0 ? max(0, min(share, toAdd)) : min(0, max(share, toAdd))
      result[position].size = max(0, size + step)
      toAdd -= step
    }
    // What rounding left over goes to the largest set.
    if toAdd != 0, !order.isEmpty {
      let largest = order.removeFirst()
      result[largest].size = max(0, result[largest].size + toAdd)
    }
    return result
  }

  private static func rounded(_ value: Int, by divisor: Int) -> Int {
    (2 * value + divisor) / (2 * divisor)
  }
}
