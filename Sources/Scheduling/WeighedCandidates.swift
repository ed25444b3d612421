/// Nodes that fit, with what the pods around a pod make of them. Kept together until all are known,
/// since wishes are weighed against those of the other nodes.
struct WeighedCandidates {
  private struct Candidate {
    let name: String
    let score: Int
    let wishes: Int
    let crowding: Double?
  }

  private let surroundings: Surroundings?
  private let defaultSpread: DefaultSpread?
  private var candidates: [Candidate] = []

  /// `nil` where the pods around make no difference.
  /// - Parameter defaultSpread: `nil` where the pod states a spread of its own, too.
  init?(_ surroundings: Surroundings?, _ defaultSpread: DefaultSpread?) {
    let wishing = surroundings.flatMap { $0.hasWishes ? $0 : nil }
    guard wishing != nil || defaultSpread != nil else { return nil }
    self.surroundings = wishing
    self.defaultSpread = defaultSpread
  }

  mutating func add(_ node: SchedulingNode, score: Int) {
    candidates.append(
      Candidate(
        name: node.name, score: score, wishes: surroundings?.wishScore(node) ?? 0,
        crowding: defaultSpread?.crowding(node) ?? surroundings?.crowding(node)))
  }

  /// The node with the greatest sum; the first of equals. Both kinds of wishes count twice, each
  /// from 0 to 100. Source: upstream's default profile.
  var best: String? {
    let least = candidates.lazy.map(\.wishes).min() ?? 0
    let range = (candidates.lazy.map(\.wishes).max() ?? 0) - least
    let emptiest = candidates.lazy.compactMap(\.crowding).min() ?? 0
    let fullest = candidates.lazy.compactMap(\.crowding).max() ?? 0
    func total(_ candidate: Candidate) -> Int {
      let wishes = range == 0 ? 0 : 100 * (candidate.wishes - least) / range
      var room = 0
      if let crowding = candidate.crowding {
        room = fullest == 0 ? 100 : Int(100 * (fullest + emptiest - crowding) / fullest)
      }
      return candidate.score + 2 * wishes + 2 * room
    }
    var best: (total: Int, name: String)?
    for candidate in candidates {
      let total = total(candidate)
      if best.map({ total > $0.total }) ?? true { best = (total, candidate.name) }
    }
    return best?.name
  }
}
