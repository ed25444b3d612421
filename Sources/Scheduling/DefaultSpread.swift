/// How crowded nodes are with pods like one that states no spread of its own. Pure.
/// Source: Kubernetes documentation, "Pod Topology Spread Constraints", "Internal default
/// constraints": zones with a skew of 5, nodes with one of 3, both as a wish.
struct DefaultSpread {
  static let zoneLabel = "topology.kubernetes.io/zone"
  private static let zoneSkew = 5
  private static let nodeSkew = 3

  private let onNode: [String: Int]
  private let inZone: [String: Int]
  private let nodeWeight: Double
  private let zoneWeight: Double

  /// - Parameters:
  ///   - others: how many pods of the group each node has.
  ///   - nodeCount, zoneCount: of the cluster.
  ///   - zoneOfNode: asked only where there are zones.
  init(
    others: [String: Int], nodeCount: Int, zoneCount: Int, zoneOfNode: (String) -> String?
  ) {
    onNode = others
    var inZone: [String: Int] = [:]
    if zoneCount > 0 {
      for (node, count) in others {
        if let zone = zoneOfNode(node) { inZone[zone, default: 0] += count }
      }
    }
    self.inZone = inZone
    nodeWeight = SpreadWeight.of(placeCount: nodeCount)
    zoneWeight = SpreadWeight.of(placeCount: zoneCount)
  }

  /// Less is better.
  func crowding(_ node: SchedulingNode) -> Double {
    var sum = Double(onNode[node.name] ?? 0) * nodeWeight + Double(Self.nodeSkew - 1)
    if let zone = node.labels[Self.zoneLabel] {
      sum += Double(inZone[zone] ?? 0) * zoneWeight + Double(Self.zoneSkew - 1)
    }
    return sum
  }
}

/// How much one pod in a place counts among several places.
enum SpreadWeight {
  /// About the natural logarithm of `placeCount` + 2: the more places, the more one pod counts.
  static func of(placeCount: Int) -> Double {
    // The logarithm in halvings, without a mathematics library: steps are fine for a weight.
    let value = Double(placeCount + 2)
    return (Double(value.exponent) + value.significand - 1) * 0.693
  }
}
