import Foundations
import Resources

/// A daemon's pod as the DaemonSet's decisions see it.
struct DaemonPod: Sendable {
  let key: ObjectKey
  let uid: String
  /// The node it is on, or waits for.
  let node: String
  let isAssigned: Bool
  let phase: String
  let isTerminating: Bool
  let isReady: Bool
  let isAvailable: Bool
  /// Whether it is of the current template.
  let isUpdated: Bool
  let createdAt: Timestamp

  static let hashLabel = "controller-revision-hash"

  /// - Parameters:
  ///   - hashes: those of the current template.
  ///   - minReadySeconds: how long it must be ready to be available.
  init(_ pod: Pod, hashes: Set<String>, minReadySeconds: Int, now: Timestamp) {
    key = pod.metadata.key
    uid = pod.metadata.uid ?? ""
    let assigned = pod.spec.nodeName ?? ""
    isAssigned = !assigned.isEmpty
    node = isAssigned ? assigned : Self.nodeWaitedFor(pod) ?? ""
    phase = pod.status.phase ?? ""
    isTerminating = pod.metadata.isTerminating
    isReady = pod.isReady
    isAvailable = pod.isAvailable(after: minReadySeconds, now: now)
    isUpdated = pod.metadata.labels[Self.hashLabel].map(hashes.contains) ?? false
    createdAt = pod.metadata.creationTimestamp ?? now
  }

  /// The node that the controller wrote into the pod's affinity.
  private static func nodeWaitedFor(_ pod: Pod) -> String? {
    let terms =
      pod.spec.document[path: "affinity", "nodeAffinity", requiredAffinity, "nodeSelectorTerms"]
    for term in terms?.elements.map({ $0 }) ?? [] {
      for field in term["matchFields"]?.elements.map({ $0 }) ?? []
      where field["key"]?.string == "metadata.name" {
        return field["values"]?.elements.first { _ in true }?.string
      }
    }
    return nil
  }

  private static let requiredAffinity = "requiredDuringSchedulingIgnoredDuringExecution"

  /// Older ones first, and those that have a node before those that wait for one.
  static func isWorthMore(_ left: Self, _ right: Self) -> Bool {
    if left.isAssigned != right.isAssigned { return left.isAssigned }
    if left.createdAt != right.createdAt { return left.createdAt < right.createdAt }
    return left.key < right.key
  }

  /// The pod that a DaemonSet wants on a node.
  ///
  /// The scheduler places it: it may go to this node only. Pods of daemons stay on nodes in trouble
  /// and come to nodes that take no others.
  /// Source: Kubernetes documentation, "DaemonSet", "How Daemon Pods are scheduled" and "Taints and
  /// tolerations".
  static func document(
    of set: DaemonSet, owner: OwnerIdentity, node: String, hash: String
  ) -> Document {
    var pod = PodControl.pod(from: set.spec.template, owner: owner, labels: [hashLabel: hash])
    let terms: Document = [
      ["matchFields": [["key": "metadata.name", "operator": "In", "values": [Document(node)]]]]
    ]
    pod.set(
      terms, at: ["spec", "affinity", "nodeAffinity", requiredAffinity, "nodeSelectorTerms"])
    tolerateDaemonTaints(&pod)
    return pod
  }

  static func tolerateDaemonTaints(_ pod: inout Document) {
    var tolerations = pod[path: "spec", "tolerations"]?.elements.map { $0 } ?? []
    var taints = [
      ("not-ready", "NoExecute"), ("unreachable", "NoExecute"), ("disk-pressure", "NoSchedule"),
      ("memory-pressure", "NoSchedule"), ("pid-pressure", "NoSchedule"),
      ("unschedulable", "NoSchedule"),
    ]
    if pod[path: "spec", "hostNetwork"]?.bool == true {
      taints.append(("network-unavailable", "NoSchedule"))
    }
    for (name, effect) in taints {
      let toleration: Document = [
        "key": Document("node.kubernetes.io/\(name)"), "operator": "Exists",
        "effect": Document(effect),
      ]
      if !tolerations.contains(toleration) { tolerations.append(toleration) }
    }
    pod.set(Document(tolerations), at: ["spec", "tolerations"])
  }
}
