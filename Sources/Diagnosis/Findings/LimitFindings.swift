import Foundations
import Resources

/// What will refuse the next step: budgets that block drains, quotas that are used up.
enum LimitFindings {
  static func all(_ picture: ClusterPicture) -> [Finding] {
    picture[.podDisruptionBudgets].compactMap { budget(PodDisruptionBudget($0)) }
      + picture[.resourceQuotas].compactMap(quota)
  }

  private static func budget(_ budget: PodDisruptionBudget) -> Finding? {
    let reference = ObjectReference(.podDisruptionBudgets, budget.document)
    let status = budget.status
    if let condition = status.allowed, condition.reason == PodDisruptionBudgetStatus.syncFailed {
      return Finding(
        .budgetUnreadable, reference, "cannot be reckoned, so nothing may be disrupted",
        reason: condition.message, remedy: "change spec.selector of \(reference)")
    }
    let expected = status.expectedPods ?? 0
    let healthy = status.currentHealthy ?? 0
    guard expected > 0, (status.disruptionsAllowed ?? 0) == 0 else { return nil }
    let needed = status.desiredHealthy ?? 0
    let blocksAlways = needed >= expected
    return Finding(
      .warning, .budgetBlocks, reference, "lets no pod be evicted: a drain would wait",
      reason: "\(healthy) of \(expected) pods are healthy, and it asks for \(needed)",
      remedy: blocksAlways
        ? "lower spec.minAvailable or raise spec.maxUnavailable of \(reference), or add replicas"
        : "mend the pods it covers")
  }

  private static func quota(_ quota: Document) -> Finding? {
    let reference = ObjectReference(.resourceQuotas, quota)
    let used = quota[path: "status", "used"] ?? .emptyObject
    let hard = quota[path: "status", "hard"] ?? .emptyObject
    let exhausted = hard.members.compactMap { member -> String? in
      guard let limit = member.value.string.flatMap({ try? Quantity(parsing: $0) }),
        let amount = used[member.name]?.string.flatMap({ try? Quantity(parsing: $0) }),
        amount >= limit, !limit.isZero
      else { return nil }
      return "\(member.name) \(amount) of \(limit)"
    }
    guard !exhausted.isEmpty else { return nil }
    return Finding(
      .warning, .quotaExhausted, reference, "is used up, so more will be refused",
      reason: exhausted.joined(separator: ", "),
      remedy: "raise spec.hard of \(reference), or delete what is not needed")
  }
}
