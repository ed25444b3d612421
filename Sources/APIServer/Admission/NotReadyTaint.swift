import Resources

/// Keeps pods away from a node that has just come, until it has shown that it is ready and the node
/// lifecycle controller takes the taint away.
/// Source: Kubernetes documentation, "Admission Control", "TaintNodesByCondition".
struct NotReadyTaint: AdmissionPlugin {
  private static let key = "node.kubernetes.io/not-ready"
  private static let effect = "NoSchedule"

  func admit(_ node: inout Document, _ write: AdmissionWrite) throws(APIError) {
    guard write.resource == .nodes, write.operation == .create, write.subresource == nil else {
      return
    }
    let present = node[path: "spec", "taints"]?.elements.map { $0 } ?? []
    let isThere = present.contains {
      $0["key"]?.string == Self.key && $0["effect"]?.string == Self.effect
    }
    if isThere { return }
    let taint: Document = ["key": Document(Self.key), "effect": Document(Self.effect)]
    node.set(Document(present + [taint]), at: ["spec", "taints"])
  }
}
