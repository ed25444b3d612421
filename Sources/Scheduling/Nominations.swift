package import Resources

/// Pods that wait on a node for the end of others: their room is not given to less urgent pods.
package struct Nominations: Sendable {
  private var pods: [String: [ObjectKey: SchedulingPod]] = [:]
  private var nodes: [ObjectKey: String] = [:]

  package init() {}

  package var isEmpty: Bool { nodes.isEmpty }

  package mutating func add(_ pod: SchedulingPod, on node: String) {
    remove(pod.key)
    nodes[pod.key] = node
    pods[node, default: [:]][pod.key] = pod
  }

  /// - Returns: whether it was nominated anywhere.
  @discardableResult
  package mutating func remove(_ key: ObjectKey) -> Bool {
    guard let node = nodes.removeValue(forKey: key) else { return false }
    pods[node]?[key] = nil
    if pods[node]?.isEmpty == true { pods[node] = nil }
    return true
  }

  package func node(of key: ObjectKey) -> String? { nodes[key] }

  /// The pods that wait for room on a node, in no order.
  package func pods(on node: String) -> [SchedulingPod] {
    pods[node].map { Array($0.values) } ?? []
  }
}
