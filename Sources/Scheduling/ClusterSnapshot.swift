package import Resources

/// The nodes and what their pods take, kept up to date event by event.
package struct ClusterSnapshot: Sendable {
  package private(set) var nodes: [SchedulingNode] = []
  private var positions: [String: Int] = [:]
  /// Pods that take something from a node, by key: what is to be given back when they end.
  private var placed: [ObjectKey: SchedulingPod] = [:]
  private var nodeOfPod: [ObjectKey: String] = [:]
  /// Pods whose node is not known yet: counted as soon as it appears.
  private var waitingForNode: [String: Set<ObjectKey>] = [:]

  package init() {}

  package mutating func upsertNode(_ node: Document) {
    let name = node[path: "metadata", "name"]?.string ?? ""
    if let position = positions[name] {
      nodes[position].update(from: node)
      return
    }
    positions[name] = nodes.count
    nodes.append(SchedulingNode(node))
    for key in waitingForNode.removeValue(forKey: name) ?? [] {
      if let pod = placed[key] { nodes[nodes.count - 1].add(pod) }
    }
  }

  package mutating func removeNode(_ name: String) {
    guard let position = positions.removeValue(forKey: name) else { return }
    let last = nodes.count - 1
    if position != last {
      nodes[position] = nodes[last]
      positions[nodes[position].name] = position
    }
    nodes.removeLast()
    let orphans = nodeOfPod.filter { $0.value == name }.map(\.key)
    if !orphans.isEmpty { waitingForNode[name] = Set(orphans) }
  }

  /// Counts a pod against its node; again with another state replaces the earlier count.
  package mutating func place(_ pod: SchedulingPod, on node: String) {
    forget(pod.key)
    placed[pod.key] = pod
    nodeOfPod[pod.key] = node
    if let position = positions[node] {
      nodes[position].add(pod)
    } else {
      waitingForNode[node, default: []].insert(pod.key)
    }
  }

  /// Gives back what a pod took. Nothing happens where it took nothing.
  /// - Returns: whether it took anything.
  @discardableResult
  package mutating func forget(_ key: ObjectKey) -> Bool {
    guard let pod = placed.removeValue(forKey: key), let node = nodeOfPod.removeValue(forKey: key)
    else { return false }
    if let position = positions[node] { nodes[position].remove(pod) }
    waitingForNode[node]?.remove(key)
    return true
  }
}
