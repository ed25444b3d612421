import Foundations
import Resources

/// Which pods nobody else deletes. Pure.
/// Source: Kubernetes documentation, "Pod Lifecycle", "Garbage collection of Pods".
struct PodCollection {
  /// To be deleted now: the oldest finished ones above the bound first.
  let doomed: [Pod]
  /// Since when the nodes are missing that pods name: for the next time.
  let missing: [String: Timestamp]
  /// When the next node's time is over.
  let nextLook: Duration?

  /// Finished pods that are kept. Source: upstream's `--terminated-pod-gc-threshold`.
  static let finishedMax = 12_500
  /// How long a node may be gone before its pods go: it may be coming back under its name.
  /// Source: upstream's quarantine of the same length.
  static let quarantine = Duration.seconds(40)

  /// - Parameters:
  ///   - nodes: the names of those there are.
  ///   - missing: as the time before told it.
  init(
    _ pods: [Pod], nodes: Set<String>, missing: [String: Timestamp], now: Timestamp,
    finishedMax: Int = Self.finishedMax
  ) {
    let absent = Set(pods.compactMap(\.spec.nodeName)).subtracting(nodes).subtracting([""])
    let since = Dictionary(uniqueKeysWithValues: absent.map { ($0, missing[$0] ?? now) })
    let left = since.mapValues { Self.quarantine - $0.distance(to: now) }
    let finished = pods.filter { $0.isFinished && !$0.metadata.isTerminating }
      .sorted { Self.age($0) < Self.age($1) }
    let surplus = finished.prefix(max(0, finished.count - finishedMax))
    let surplusKeys = Set(surplus.map(\.metadata.key))
    let abandoned = pods.filter { pod in
      guard !surplusKeys.contains(pod.metadata.key) else { return false }
      guard let node = pod.spec.nodeName, !node.isEmpty else { return pod.metadata.isTerminating }
      return (left[node] ?? .seconds(1)) <= .zero
    }
    doomed = surplus + abandoned
    self.missing = since
    nextLook = left.values.filter { $0 > .zero }.min()
  }

  private static func age(_ pod: Pod) -> Timestamp {
    pod.metadata.creationTimestamp ?? Timestamp(seconds: 0)
  }
}
