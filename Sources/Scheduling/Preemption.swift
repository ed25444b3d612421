/// What can be done for a pod that fits nowhere.
package enum Preemption: Sendable {
  /// These pods have to go, the most important first; then it fits on the node.
  case evict(node: String, victims: [SchedulingPod])
  /// Nothing, and why. Worded as upstream.
  case nothing(String)
}

/// A node that would take the pod, and the pods that would have to go.
private struct Candidate {
  let node: String
  /// The most important first; never empty.
  let victims: [SchedulingPod]
  /// Victims whose disruption budget is exhausted.
  let violationCount: Int

  /// The least harm first: budgets, then the most important victim, then all of them together,
  /// then their number, then how long the most important have been running.
  /// Source: Kubernetes documentation, "Pod Priority and Preemption", and upstream's order.
  static func isBetter(_ left: Self, _ right: Self) -> Bool {
    if left.violationCount != right.violationCount {
      return left.violationCount < right.violationCount
    }
    let leftMost = left.victims[0].priority
    let rightMost = right.victims[0].priority
    if leftMost != rightMost { return leftMost < rightMost }
    if left.prioritySum != right.prioritySum { return left.prioritySum < right.prioritySum }
    if left.victims.count != right.victims.count { return left.victims.count < right.victims.count }
    return left.earliestStart > right.earliestStart
  }

  /// Shifted to be positive, so that one more victim never makes the sum smaller.
  private var prioritySum: Int {
    victims.reduce(0) { $0 + $1.priority + Int(Int32.max) + 1 }
  }

  private var earliestStart: Int64 {
    victims.lazy.filter { $0.priority == victims[0].priority }.map(\.startedAt).min() ?? .max
  }
}

extension ClusterSnapshot {
  /// Enough candidates are enough. Source: upstream's minCandidateNodesAbsolute and -Percentage.
  private var preemptionCandidatesMax: Int { max(100, nodes.count / 10) }

  /// Looks for pods whose end makes room for one that fits nowhere. Pure.
  ///
  /// Only pods of lower priority go, and of those as few and as unimportant as will do; budgets are
  /// kept where another choice is left. O(nodes × pods per node) at worst.
  package func preemption(
    for pod: SchedulingPod, budgets: [DisruptionBudget], startingAt start: Int = 0
  ) -> Preemption {
    guard pod.mayPreempt else {
      return .nothing("preemption: not eligible due to preemptionPolicy=Never.")
    }
    if isWaitingForVictims(pod) {
      return .nothing("preemption: not eligible due to a terminating pod on the nominated node.")
    }
    let volumes = storage.needs(of: pod)
    if volumes?.refusal != nil {
      return .nothing(
        "preemption: "
          + Placement.message(
            ["Preemption is not helpful for scheduling": nodes.count], nodeCount: nodes.count))
    }
    let hasLower = hasPods(below: pod.priority)
    var reasons: [String: Int] = [:]
    var best: Candidate?
    var count = 0
    let surroundings = surroundings(of: pod)
    for offset in nodes.indices where count < preemptionCandidatesMax {
      let node = nodes[(start + offset) % nodes.count]
      let against = self.reasons(
        against: node, for: pod, in: surroundings, with: volumes)
      guard against.allSatisfy(\.isHelpedByPodRemoval) else {
        reasons["Preemption is not helpful for scheduling", default: 0] += 1
        continue
      }
      switch hasLower
        ? victims(on: node, for: pod, in: surroundings, with: volumes, budgets: budgets) : .nobody
      {
      case .nobody: reasons["No preemption victims found for incoming pod", default: 0] += 1
      case .tooFew(let lacking):
        for reason in lacking { reasons[reason.message, default: 0] += 1 }
      case .enough(let candidate):
        count += 1
        if best.map({ Candidate.isBetter(candidate, $0) }) ?? true { best = candidate }
      }
    }
    if let best { return .evict(node: best.node, victims: best.victims) }
    return .nothing("preemption: " + Placement.message(reasons, nodeCount: nodes.count))
  }

  /// Victims of an earlier choice are still ending: no more have to go meanwhile.
  private func isWaitingForVictims(_ pod: SchedulingPod) -> Bool {
    guard let nominated = nominations.node(of: pod.key), let node = node(named: nominated),
      pod.reasonsAgainst(node).allSatisfy(\.isHelpedByPodRemoval)
    else { return false }
    return pods(on: nominated).contains { $0.priority < pod.priority && isLeaving($0.key) }
  }

  private enum Trial {
    case nobody
    case tooFew([FilterReason])
    case enough(Candidate)
  }

  /// Takes every less important pod from the node, and gives back as many as it still has room for.
  private func victims(
    on node: SchedulingNode, for pod: SchedulingPod, in surroundings: Surroundings?,
    with volumes: PodVolumes?, budgets: [DisruptionBudget]
  ) -> Trial {
    let lower = pods(on: node.name).filter { $0.priority < pod.priority }
      .sorted { $0.isMoreImportant(than: $1) }
    if lower.isEmpty { return .nobody }
    var trial = node
    var around = surroundings
    for other in lower {
      trial.remove(other)
      around?.count(other, on: node, by: -1)
    }
    let lacking = reasons(against: trial, for: pod, in: around, with: volumes)
    guard lacking.isEmpty else { return .tooFew(lacking) }

    let (violating, others) = DisruptionBudget.split(lower, by: budgets)
    var victims: [SchedulingPod] = []
    func giveBack(_ other: SchedulingPod) -> Bool {
      trial.add(other)
      around?.count(other, on: node, by: 1)
      if reasons(against: trial, for: pod, in: around, with: volumes).isEmpty { return true }
      trial.remove(other)
      around?.count(other, on: node, by: -1)
      victims.append(other)
      return false
    }
    let violationCount = violating.count { !giveBack($0) }
    for other in others { _ = giveBack(other) }
    guard !victims.isEmpty else { return .nobody }
    victims.sort { $0.isMoreImportant(than: $1) }
    return .enough(
      Candidate(node: node.name, victims: victims, violationCount: violationCount))
  }
}

extension SchedulingPod {
  /// Of two pods the one that is spared first: the higher priority, then the longer running.
  fileprivate func isMoreImportant(than other: Self) -> Bool {
    (-priority, startedAt, key) < (-other.priority, other.startedAt, other.key)
  }
}

extension DisruptionBudget {
  /// Tells the pods whose end a budget does not allow from the others; both keep their order.
  fileprivate static func split(_ pods: [SchedulingPod], by budgets: [DisruptionBudget])
    -> (violating: [SchedulingPod], others: [SchedulingPod])
  {
    var left = budgets.map(\.disruptionsAllowed)
    var violating: [SchedulingPod] = []
    var others: [SchedulingPod] = []
    for pod in pods {
      var isViolating = false
      for (position, budget) in budgets.enumerated() where budget.covers(pod) {
        left[position] -= 1
        if left[position] < 0 { isViolating = true }
      }
      if isViolating { violating.append(pod) } else { others.append(pod) }
    }
    return (violating, others)
  }
}
