import Resources

/// A node agent's write of a Node. Pure.
/// Source: Kubernetes documentation, "Admission Control in Kubernetes", "NodeRestriction".
struct NodeWrite {
  let node: String
  let object: Document
  let write: AdmissionWrite

  /// What is wrong with it; `nil` where it may be.
  var problem: String? {
    if write.name != node {
      return "node \"\(node)\" is not allowed to modify node \"\(write.name)\""
    }
    switch write.operation {
    case .create:
      if hasValue(object, ["spec", "configSource"]) {
        return "node \"\(node)\" is not allowed to create pods with a non-nil configSource"
      }
      let labels = forbiddenLabels
      return labels.isEmpty
        ? nil
        : "node \"\(node)\" is not allowed to set the following labels: "
          + labels.joined(separator: ", ")
    case .update: return updateProblem
    case .delete, .connect: return nil
    }
  }

  private var updateProblem: String? {
    if hasValue(object, ["spec", "configSource"]), differs(["spec", "configSource"]) {
      return "node \"\(node)\" is not allowed to update configSource to a new non-nil configSource"
    }
    if differs(["spec", "taints"]) { return "node \"\(node)\" is not allowed to modify taints" }
    if differs(["metadata", "ownerReferences"]) {
      return "node \"\(node)\" is not allowed to modify ownerReferences"
    }
    let labels = forbiddenLabels
    return labels.isEmpty
      ? nil : "is not allowed to modify labels: " + labels.joined(separator: ", ")
  }

  private func hasValue(_ object: Document, _ path: [String]) -> Bool {
    object.value(at: path).map { !$0.isEmpty } ?? false
  }

  private func differs(_ path: [String]) -> Bool {
    guard hasValue(object, path) || write.old.map({ hasValue($0, path) }) ?? false else {
      return false
    }
    return object.value(at: path) != write.old?.value(at: path)
  }

  // MARK: Labels

  /// Labels that were set, changed or removed, and are not a node's to decide: pods could be drawn to
  /// it by them. Sorted.
  private var forbiddenLabels: [String] {
    let new = object[path: "metadata", "labels"] ?? .emptyObject
    let old = write.old?[path: "metadata", "labels"] ?? .emptyObject
    let names = Set(new.members.map(\.name)).union(old.members.map(\.name))
    return names.filter { new[$0] != old[$0] && Self.isForbidden($0) }.sorted()
  }

  static func isForbidden(_ label: String) -> Bool {
    guard let slash = label.firstIndex(of: "/") else { return false }
    let domain = label[..<slash]
    func lies(in parent: String) -> Bool { domain == parent || domain.hasSuffix("." + parent) }
    if lies(in: "node-restriction.kubernetes.io") { return true }
    guard lies(in: "kubernetes.io") || lies(in: "k8s.io") else { return false }
    return !ownLabels.contains(label) && !lies(in: "kubelet.kubernetes.io")
      && !lies(in: "node.kubernetes.io")
  }

  private static let ownLabels: Set<String> = [
    "kubernetes.io/hostname", "topology.kubernetes.io/zone", "topology.kubernetes.io/region",
    "failure-domain.beta.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/region",
    "beta.kubernetes.io/instance-type", "node.kubernetes.io/instance-type", "kubernetes.io/os",
    "kubernetes.io/arch", "beta.kubernetes.io/os", "beta.kubernetes.io/arch",
  ]
}
