package import Resources

/// Lets pods stay five minutes on a node that is not ready or not reachable, unless they say
/// otherwise. Source: Kubernetes documentation, "Taint based Evictions".
package struct PodTolerations: AdmissionPlugin {
  package init() {}

  private static let seconds = 300
  private static let taints = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"]

  package func admit(_ pod: inout Document, _ write: AdmissionWrite) throws(APIError) {
    // An update that leaves them out gets them back: tolerations only ever grow.
    guard write.resource == .pods, write.operation != .delete, write.subresource == nil else {
      return
    }
    var tolerations = pod[path: "spec", "tolerations"]?.elements.map { $0 } ?? []
    for taint in Self.taints {
      let isSaid = tolerations.contains {
        ($0["key"]?.string ?? "").isEmpty && $0["operator"]?.string == "Exists"
          && ["", "NoExecute"].contains($0["effect"]?.string ?? "")
          || $0["key"]?.string == taint && ["", "NoExecute"].contains($0["effect"]?.string ?? "")
      }
      if isSaid { continue }
      tolerations.append([
        "key": Document(taint), "operator": "Exists", "effect": "NoExecute",
        "tolerationSeconds": Document(Self.seconds),
      ])
    }
    pod.set(Document(tolerations), at: ["spec", "tolerations"])
  }
}
