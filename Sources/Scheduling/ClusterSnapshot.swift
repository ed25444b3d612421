package import Resources

/// The nodes and what their pods take, kept up to date event by event.
package struct ClusterSnapshot: Sendable {
  package private(set) var nodes: [SchedulingNode] = []
  private var positions: [String: Int] = [:]
  /// Pods that take something from a node, by key: what is to be given back when they end.
  private var placed: [ObjectKey: SchedulingPod] = [:]
  private var nodeOfPod: [ObjectKey: String] = [:]
  /// The other way round. Holds nodes that are not known yet too: their pods are counted as soon
  /// as they appear.
  private var podsOfNode: [String: Set<ObjectKey>] = [:]
  /// How many placed pods have a priority: tells at once that nobody can be preempted.
  private var countsByPriority: [Int: Int] = [:]
  package var nominations = Nominations()
  /// Placed pods that say something about the pods around them. Usually few.
  private var sociable: Set<ObjectKey> = []
  package var namespaceLabels: [String: [String: String]] = [:]
  /// Victims of preemption that are still there.
  private var leaving: Set<ObjectKey> = []

  package var storage = StorageSnapshot()
  private var groups = PodGroups()
  /// How many nodes each zone has. Empty where nodes have no zones.
  private var zones: [String: Int] = [:]

  package init() {}

  package mutating func upsertNode(_ node: Document) {
    let name = node[path: "metadata", "name"]?.string ?? ""
    if let position = positions[name] {
      countZone(of: nodes[position], by: -1)
      nodes[position].update(from: node)
      countZone(of: nodes[position], by: 1)
      return
    }
    positions[name] = nodes.count
    nodes.append(SchedulingNode(node))
    countZone(of: nodes[nodes.count - 1], by: 1)
    for key in podsOfNode[name] ?? [] {
      if let pod = placed[key] { nodes[nodes.count - 1].add(pod) }
    }
  }

  package mutating func removeNode(_ name: String) {
    guard let position = positions.removeValue(forKey: name) else { return }
    countZone(of: nodes[position], by: -1)
    let last = nodes.count - 1
    if position != last {
      nodes[position] = nodes[last]
      positions[nodes[position].name] = position
    }
    nodes.removeLast()
  }

  private mutating func countZone(of node: SchedulingNode, by amount: Int) {
    guard let zone = node.zone else { return }
    let sum = (zones[zone] ?? 0) + amount
    zones[zone] = sum == 0 ? nil : sum
  }

  /// Takes over what a Service selects now; an empty selector stands for a Service without one, and
  /// for one that is gone.
  package mutating func setService(_ key: ObjectKey, selector: [String: String]) {
    let placed = self.placed.values.lazy.compactMap { [nodeOfPod] pod in
      nodeOfPod[pod.key].map { (pod: pod, node: $0) }
    }
    groups.set(key, selector: selector, placed: placed)
  }

  /// How nodes differ in having pods like one that states no spread of its own; `nil` where there
  /// are no such pods yet.
  func defaultSpread(of pod: SchedulingPod) -> DefaultSpread? {
    guard pod.spread.isEmpty, let others = groups.others(of: pod) else { return nil }
    return DefaultSpread(others: others, nodeCount: nodes.count, zoneCount: zones.count) {
      node(named: $0)?.zone
    }
  }

  /// Counts a pod against its node; again with another state replaces the earlier count.
  package mutating func place(_ pod: SchedulingPod, on node: String) {
    let isLeaving = leaving.contains(pod.key)
    forget(pod.key)
    nominations.remove(pod.key)
    if isLeaving { leaving.insert(pod.key) }
    placed[pod.key] = pod
    nodeOfPod[pod.key] = node
    podsOfNode[node, default: []].insert(pod.key)
    countsByPriority[pod.priority, default: 0] += 1
    if pod.podAffinity != nil { sociable.insert(pod.key) }
    if !pod.claims.isEmpty { storage.place(pod) }
    groups.count(pod, on: node, by: 1)
    if let position = positions[node] { nodes[position].add(pod) }
  }

  /// Gives back what a pod took. Nothing happens where it took nothing.
  /// - Returns: whether it took anything.
  @discardableResult
  package mutating func forget(_ key: ObjectKey) -> Bool {
    guard let pod = placed.removeValue(forKey: key), let node = nodeOfPod.removeValue(forKey: key)
    else { return false }
    leaving.remove(key)
    if pod.podAffinity != nil { sociable.remove(key) }
    if !pod.claims.isEmpty { storage.forget(pod) }
    podsOfNode[node]?.remove(key)
    if podsOfNode[node]?.isEmpty == true { podsOfNode[node] = nil }
    countsByPriority[pod.priority, default: 0] -= 1
    if countsByPriority[pod.priority] == 0 { countsByPriority[pod.priority] = nil }
    groups.count(pod, on: node, by: -1)
    if let position = positions[node] { nodes[position].remove(pod) }
    return true
  }

  /// Notes that pods end for a more urgent one, before the API says so.
  package mutating func markLeaving(_ keys: some Sequence<ObjectKey>) {
    leaving.formUnion(keys.filter { placed[$0] != nil })
  }

  /// The end of these pods was not to be had.
  package mutating func unmarkLeaving(_ keys: some Sequence<ObjectKey>) {
    leaving.subtract(keys)
  }

  package func isLeaving(_ key: ObjectKey) -> Bool { leaving.contains(key) }

  package func node(named name: String) -> SchedulingNode? { positions[name].map { nodes[$0] } }

  /// The pods that take something from a node, in no order.
  package func pods(on node: String) -> [SchedulingPod] {
    podsOfNode[node]?.compactMap { placed[$0] } ?? []
  }

  package func hasPods(below priority: Int) -> Bool {
    countsByPriority.keys.contains { $0 < priority }
  }

  /// What the placed pods mean for one that is to be placed; `nil` where neither says anything
  /// about the other. O(nodes + placed pods) where the pod says something, else O(placed pods that
  /// do).
  package func surroundings(of pod: SchedulingPod) -> Surroundings? {
    let isInterested = pod.podAffinity != nil || !pod.spread.isEmpty
    guard isInterested || !sociable.isEmpty else { return nil }
    var surroundings = Surroundings(of: pod, namespaceLabels: namespaceLabels)
    if !pod.spread.isEmpty {
      for node in nodes { surroundings.include(node) }
    }
    func count(_ key: ObjectKey, _ other: SchedulingPod?) {
      if let other, key != pod.key, let position = nodeOfPod[key].flatMap({ positions[$0] }) {
        surroundings.count(other, on: nodes[position], by: 1)
      }
    }
    if isInterested {
      for (key, other) in placed { count(key, other) }
    } else {
      for key in sociable { count(key, placed[key]) }
    }
    return surroundings
  }

  /// Every reason why a node does not take a pod, pods that wait for room there counted where they
  /// are at least as urgent. Pure.
  /// - Parameter volumes: what `storage` says of the pod's needs.
  package func reasons(
    against node: SchedulingNode, for pod: SchedulingPod, in surroundings: Surroundings?,
    with volumes: PodVolumes?
  ) -> [FilterReason] {
    let plain = pod.reasons(against: node, in: surroundings, with: volumes)
    guard plain.isEmpty, !nominations.isEmpty else { return plain }
    // The pod must fit whether the others come or not: it may want to be near one of them.
    var crowded = node
    var changed = surroundings
    for other in nominations.pods(on: node.name)
    where other.key != pod.key && other.priority >= pod.priority {
      crowded.add(other)
      changed?.count(other, on: node, by: 1)
    }
    return pod.reasons(against: crowded, in: changed, with: volumes)
  }
}

extension SchedulingPod {
  fileprivate func reasons(
    against node: SchedulingNode, in surroundings: Surroundings?, with volumes: PodVolumes?
  ) -> [FilterReason] {
    let against = reasonsAgainst(node)
    guard against.isEmpty,
      let reason = volumes?.reason(against: node) ?? surroundings?.reason(against: node)
    else { return against }
    return [reason]
  }
}
