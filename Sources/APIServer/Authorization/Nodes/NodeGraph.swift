import Resources
import Store

/// Which nodes need which objects, through the pods that run on them. A value.
struct NodeGraph: Sendable {
  private struct PodEntry {
    let uid: String
    let node: String
    let ephemeralCount: Int
    let references: Set<NodeReference>
  }

  private var pods: [ObjectKey: PodEntry] = [:]
  /// How many pods of each node need an object.
  private var podCounts: [NodeReference: [String: Int]] = [:]

  func isNeeded(_ reference: NodeReference, by node: String) -> Bool {
    podCounts[reference]?[node] != nil
  }

  /// - Parameter pod: `nil` where it is gone.
  mutating func set(_ key: ObjectKey, to pod: CachedObject?) {
    let entry = pod.flatMap { Self.entry($0, known: pods[key]) }
    if let old = pods[key] { count(old, -1) }
    pods[key] = entry
    if let entry { count(entry, 1) }
  }

  mutating func removeAll() {
    pods = [:]
    podCounts = [:]
  }

  private static func entry(_ pod: CachedObject, known: PodEntry?) -> PodEntry? {
    let document = pod.document
    guard let node = document[path: "spec", "nodeName"]?.string, !node.isEmpty else { return nil }
    let uid = document[path: "metadata", "uid"]?.string ?? ""
    let ephemeralCount = document[path: "spec", "ephemeralContainers"]?.count ?? 0
    // Nothing else that refers to objects changes in a pod's life.
    if let known, known.uid == uid, known.node == node, known.ephemeralCount == ephemeralCount,
      document[path: "spec", "resourceClaims"] == nil
    {
      return known
    }
    return PodEntry(
      uid: uid, node: node, ephemeralCount: ephemeralCount,
      references: PodReferences(document).all)
  }

  private mutating func count(_ entry: PodEntry, _ change: Int) {
    for reference in entry.references {
      let count = (podCounts[reference]?[entry.node] ?? 0) + change
      podCounts[reference, default: [:]][entry.node] = count > 0 ? count : nil
      if podCounts[reference]?.isEmpty == true { podCounts[reference] = nil }
    }
  }
}
