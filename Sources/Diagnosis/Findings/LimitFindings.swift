import Foundations
import Resources

/// What will refuse the next step: budgets that block drains, quotas that are used up.
enum LimitFindings {
  static func all(_ picture: ClusterPicture) -> [Finding] {
    picture[.podDisruptionBudgets].compactMap { budget(PodDisruptionBudget($0), picture) }
      + picture[.resourceQuotas].compactMap(quota)
  }

  private static func budget(_ budget: PodDisruptionBudget, _ picture: ClusterPicture) -> Finding? {
    let reference = ObjectReference(.podDisruptionBudgets, budget.document)
    let status = budget.status
    if let condition = status.allowed, condition.reason == PodDisruptionBudgetStatus.syncFailed {
      return Finding(
        .budgetUnreadable, reference, "cannot be reckoned, so nothing may be disrupted",
        reason: condition.message, remedy: "change spec.selector of \(reference)")
    }
    let expected = status.expectedPods ?? 0
    let healthy = status.currentHealthy ?? 0
    if expected == 0 { return coversNothing(budget, reference, picture) }
    guard (status.disruptionsAllowed ?? 0) == 0 else { return nil }
    let needed = status.desiredHealthy ?? 0
    let blocksAlways = needed >= expected
    return Finding(
      .warning, .budgetBlocks, reference, "lets no pod be evicted: a drain would wait",
      reason: "\(healthy) of \(expected) pods are healthy, and it asks for \(needed)",
      remedy: blocksAlways
        ? "lower spec.minAvailable or raise spec.maxUnavailable of \(reference), or add replicas"
        : "mend the pods it covers")
  }

  private static func coversNothing(
    _ budget: PodDisruptionBudget, _ reference: ObjectReference, _ picture: ClusterPicture
  ) -> Finding? {
    let labels = budget.document[path: "spec", "selector", "matchLabels"]
    let expressions = budget.document[path: "spec", "selector", "matchExpressions"]
    // Labels are what people misspell; expressions are left to those who can read them.
    guard let labels, !labels.isEmpty, expressions?.isEmpty ?? true,
      picture.age(of: budget.metadata.creationTimestamp) > Patience.provision
    else { return nil }
    guard
      let hint = PodSelection(ServiceFindings.Selector(labels), in: reference.namespace, picture)
        .nothing
    else { return nil }
    return Finding(
      .warning, .selectsNothing, reference, "covers no pod, so it holds up no drain",
      reason: hint,
      remedy: "change spec.selector of \(reference), or the labels of the pods it is meant for")
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
