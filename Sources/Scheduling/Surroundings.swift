import Resources

/// The pods of the cluster as one pod that is to be placed sees them: how many of those it wants to
/// be near, away from or spread among are in each place. A value: preemption tries changes on it.
package struct Surroundings: Sendable {
  /// A node label and its value.
  private struct Place: Hashable {
    let key: String
    let value: String
  }

  /// How many pods that a constraint covers each place has.
  private struct Spread {
    let constraint: SpreadConstraint
    /// Only places that count, with 0 where they are empty.
    var counts: [String: Int] = [:]
    let countsItself: Bool
  }

  private let pod: SchedulingPod
  private let namespaceLabels: [String: [String: String]]
  /// Pods that match all required terms together, by each term's place.
  private var near: [Place: Int] = [:]
  /// Pods that the pod must not meet.
  private var forbidden: [Place: Int] = [:]
  /// Pods that must not meet the pod.
  private var forbidding: [Place: Int] = [:]
  /// The weights of wishes, the pod's own and others' about it.
  private var wishes: [Place: Int] = [:]
  private var required: [Spread] = []
  private var wished: [Spread] = []
  /// Where the first pod of a group wants to be near its group, it may go anywhere.
  private let isInItsOwnGroup: Bool

  init(of pod: SchedulingPod, namespaceLabels: [String: [String: String]]) {
    self.pod = pod
    self.namespaceLabels = namespaceLabels
    for constraint in pod.spread {
      let spread = Spread(constraint: constraint, countsItself: constraint.covers(pod))
      if constraint.isRequired { required.append(spread) } else { wished.append(spread) }
    }
    isInItsOwnGroup =
      pod.podAffinity?.required.allSatisfy { $0.covers(pod, namespaceLabels: namespaceLabels) }
      ?? false
  }

  /// Makes a node's places known as places that pods can be spread over.
  mutating func include(_ node: SchedulingNode) {
    Self.include(node, in: &required, for: pod)
    Self.include(node, in: &wished, for: pod)
  }

  private static func include(
    _ node: SchedulingNode, in spreads: inout [Spread], for pod: SchedulingPod
  ) {
    let hasAll = spreads.allSatisfy { node.labels[$0.constraint.topologyKey] != nil }
    guard hasAll else { return }
    for position in spreads.indices {
      let constraint = spreads[position].constraint
      guard let value = node.labels[constraint.topologyKey], constraint.includes(node, for: pod)
      else { continue }
      spreads[position].counts[value, default: 0] += 0
    }
  }

  /// Counts a pod on a node: `amount` is 1 for one that is or comes there, -1 for one that goes.
  mutating func count(_ other: SchedulingPod, on node: SchedulingNode, by amount: Int) {
    countSpread(other, on: node, by: amount)
    if let terms = pod.podAffinity?.required, !terms.isEmpty,
      terms.allSatisfy({ covers($0, other) })
    {
      for term in terms { add(amount, to: \.near, term, node) }
    }
    for term in pod.podAffinity?.forbidden ?? [] where covers(term, other) {
      add(amount, to: \.forbidden, term, node)
    }
    for wish in pod.podAffinity?.preferred ?? [] where covers(wish.term, other) {
      add(amount * wish.weight, to: \.wishes, wish.term, node)
    }
    guard let theirs = other.podAffinity else { return }
    for term in theirs.forbidden where covers(term, pod) {
      add(amount, to: \.forbidding, term, node)
    }
    for wish in theirs.preferred where covers(wish.term, pod) {
      add(amount * wish.weight, to: \.wishes, wish.term, node)
    }
    // Source: upstream's hardPodAffinityWeight, 1.
    for term in theirs.required where covers(term, pod) {
      add(amount, to: \.wishes, term, node)
    }
  }

  private func covers(_ term: PodAffinityTerm, _ other: SchedulingPod) -> Bool {
    term.covers(other, namespaceLabels: namespaceLabels)
  }

  private mutating func add(
    _ amount: Int, to counts: WritableKeyPath<Self, [Place: Int]>, _ term: PodAffinityTerm,
    _ node: SchedulingNode
  ) {
    guard let value = node.labels[term.topologyKey] else { return }
    let place = Place(key: term.topologyKey, value: value)
    self[keyPath: counts][place, default: 0] += amount
  }

  private mutating func countSpread(
    _ other: SchedulingPod, on node: SchedulingNode, by amount: Int
  ) {
    guard other.key.namespace == pod.key.namespace, !other.isTerminating else { return }
    Self.count(other, in: &required, for: pod, on: node, by: amount)
    Self.count(other, in: &wished, for: pod, on: node, by: amount)
  }

  private static func count(
    _ other: SchedulingPod, in spreads: inout [Spread], for pod: SchedulingPod,
    on node: SchedulingNode, by amount: Int
  ) {
    guard spreads.allSatisfy({ node.labels[$0.constraint.topologyKey] != nil }) else { return }
    for position in spreads.indices {
      let constraint = spreads[position].constraint
      guard let value = node.labels[constraint.topologyKey],
        spreads[position].counts[value] != nil, constraint.covers(other),
        constraint.includes(node, for: pod)
      else { continue }
      spreads[position].counts[value, default: 0] += amount
    }
  }

  // MARK: What follows for a node

  /// Why the pods around speak against a node; `nil` where they do not.
  func reason(against node: SchedulingNode) -> FilterReason? {
    spreadReason(against: node) ?? affinityReason(against: node)
  }

  private func spreadReason(against node: SchedulingNode) -> FilterReason? {
    for spread in required {
      let constraint = spread.constraint
      guard let value = node.labels[constraint.topologyKey] else { return .spreadLabelMissing }
      let isShort = spread.counts.count < constraint.minDomains
      let least = isShort ? 0 : spread.counts.values.min() ?? 0
      let here = (spread.counts[value] ?? 0) + (spread.countsItself ? 1 : 0)
      if here - least > constraint.maxSkew { return .spread }
    }
    return nil
  }

  private func affinityReason(against node: SchedulingNode) -> FilterReason? {
    if let affinity = pod.podAffinity {
      let isFirst = isInItsOwnGroup && near.values.allSatisfy { $0 <= 0 }
      for term in affinity.required {
        guard let value = node.labels[term.topologyKey] else { return .podAffinity }
        let found = near[Place(key: term.topologyKey, value: value)] ?? 0
        if found <= 0 && !isFirst { return .podAffinity }
      }
      for term in affinity.forbidden {
        guard let value = node.labels[term.topologyKey] else { continue }
        if forbidden[Place(key: term.topologyKey, value: value)] ?? 0 > 0 {
          return .podAntiAffinity
        }
      }
    }
    let isForbidden = forbidding.contains { place, count in
      count > 0 && node.labels[place.key] == place.value
    }
    return isForbidden ? .othersAntiAffinity : nil
  }

  /// Whether nodes differ in how well the pods around suit the pod.
  var hasWishes: Bool { !wishes.isEmpty || !wished.isEmpty }

  /// The sum of the wishes that a node fulfils, less those it goes against.
  func wishScore(_ node: SchedulingNode) -> Int {
    wishes.reduce(0) { sum, wish in
      node.labels[wish.key.key] == wish.key.value ? sum + wish.value : sum
    }
  }

  /// How crowded a node's places are: less is better. `nil` where it is in no place to spread over.
  /// Source: upstream's scoring of soft constraints, places of many nodes weighing less.
  func crowding(_ node: SchedulingNode) -> Double? {
    var sum = 0.0
    for spread in wished {
      guard let value = node.labels[spread.constraint.topologyKey] else { return nil }
      let weight = SpreadWeight.of(placeCount: spread.counts.count)
      sum += Double(spread.counts[value] ?? 0) * weight + Double(spread.constraint.maxSkew - 1)
    }
    return sum
  }
}
