extension User {
  /// What a node agent's user says of it.
  enum NodeIdentity: Equatable {
    case noNode
    /// In the nodes' group, under a name that is no node's.
    case unknownNode
    case node(String)
  }

  static let nodesGroup = "system:nodes"
  static let nodePrefix = "system:node:"

  /// Source: Kubernetes documentation, "Using Node Authorization".
  var nodeIdentity: NodeIdentity {
    guard name.hasPrefix(Self.nodePrefix) else {
      return groups.contains(Self.nodesGroup) ? .unknownNode : .noNode
    }
    guard groups.contains(Self.nodesGroup) else { return .noNode }
    let node = name.dropFirst(Self.nodePrefix.count)
    return node.isEmpty ? .unknownNode : .node(String(node))
  }
}
