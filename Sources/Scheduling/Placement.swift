/// Where a pod goes, or why nowhere.
package enum Placement: Equatable, Sendable {
  case node(String)
  /// Each reason with the number of nodes that have it.
  case nowhere(reasons: [FilterReason: Int], nodeCount: Int)

  /// What the pod's condition and event say.
  /// Source: upstream's FitError, which people and tools read.
  package var message: String {
    switch self {
    case .node(let name): return "assigned to \(name)"
    case .nowhere(let reasons, let nodeCount):
      if nodeCount == 0 { return "no nodes available to schedule pods" }
      for case .claims(let why) in reasons.keys {
        return "0/\(nodeCount) nodes are available: \(why)."  // whatever the nodes are like
      }
      let counts = reasons.map { ($0.key.message, $0.value) }
      return Self.message(Dictionary(counts, uniquingKeysWith: +), nodeCount: nodeCount)
    }
  }

  static func message(_ reasons: [String: Int], nodeCount: Int) -> String {
    let parts = reasons.map { "\($0.value) \($0.key)" }.sorted()
    return "0/\(nodeCount) nodes are available: \(parts.joined(separator: ", "))."
  }
}

extension ClusterSnapshot {
  /// Enough nodes that fit are enough: beyond this many, looking further gains little.
  private static let candidatesMin = 100

  /// Chooses a node for a pod. Pure: the same snapshot, pod and start give the same node.
  /// - Parameter start: where to begin looking, so that not always the same nodes are looked at;
  ///   advanced by the nodes that were looked at.
  package func place(_ pod: SchedulingPod, startingAt start: inout Int) -> Placement {
    guard !nodes.isEmpty else { return .nowhere(reasons: [:], nodeCount: 0) }
    let volumes = storage.needs(of: pod)
    if let refusal = volumes?.refusal {
      return .nowhere(reasons: [.claims(refusal): nodes.count], nodeCount: nodes.count)
    }
    let surroundings = surroundings(of: pod)
    if let nominated = nominations.node(of: pod.key), let node = node(named: nominated),
      reasons(against: node, for: pod, in: surroundings, with: volumes).isEmpty
    {
      return .node(nominated)  // others made room for it there
    }
    let wanted = candidateCount
    var reasons: [FilterReason: Int] = [:]
    var best: (score: Int, name: String)?
    var weighed = WeighedCandidates(surroundings, defaultSpread(of: pod))
    var found = 0
    var looked = 0
    while looked < nodes.count && found < wanted {
      let node = nodes[(start + looked) % nodes.count]
      looked += 1
      let against = self.reasons(
        against: node, for: pod, in: surroundings, with: volumes)
      guard against.isEmpty else {
        for reason in against { reasons[reason, default: 0] += 1 }
        continue
      }
      found += 1
      let score = pod.score(node)
      weighed?.add(node, score: score)
      if best.map({ score > $0.score }) ?? true { best = (score, node.name) }
    }
    start = (start + looked) % nodes.count
    if let name = weighed?.best ?? best?.name { return .node(name) }
    return .nowhere(reasons: reasons, nodeCount: nodes.count)
  }

  /// How many fitting nodes to weigh against each other: all of a small cluster, a falling share of
  /// a large one. Source: upstream's `percentageOfNodesToScore` formula.
  private var candidateCount: Int {
    if nodes.count <= Self.candidatesMin { return nodes.count }
    let share = max(5, 50 - nodes.count / 125)
    return max(Self.candidatesMin, nodes.count * share / 100)
  }
}
