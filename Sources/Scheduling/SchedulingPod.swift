import Foundations
package import Resources

/// What the scheduler needs to know of a pod.
package struct SchedulingPod: Sendable {
  package let key: ObjectKey
  package let uid: String
  package let schedulerName: String
  /// Greater goes first.
  package let priority: Int
  /// Seconds since 1970, for ties of priority: older goes first.
  package let createdAt: Int64
  /// Empty until it is bound.
  package let nodeName: String
  package let requests: ResourceAmounts
  package let nodeSelector: [String: String]
  package let requiredAffinity: [NodeSelectorTerm]?
  package let preferredAffinity: [(weight: Int, term: NodeSelectorTerm)]
  package let tolerations: [Toleration]
  package let hostPorts: [HostPort]
  package let images: [String]
  /// Ended, or on its way out without ever having had a node.
  package let isFinished: Bool
  package let isTerminating: Bool
  /// Names that must be gone before it may be scheduled.
  package let schedulingGates: [String]
  package let labels: [String: String]
  /// Where it waits for room that preemption makes; empty for most.
  package let nominatedNode: String
  /// Whether others may have to go for it. Source: core/v1 PodSpec, `preemptionPolicy`.
  package let mayPreempt: Bool
  /// When its node took it up, in seconds since 1970; the end of time where none did yet.
  package let startedAt: Int64
  package let podAffinity: PodAffinity?
  package let spread: [SpreadConstraint]
  /// The UID of the ReplicaSet, ReplicationController or StatefulSet that it is one of; else empty.
  package let workload: String
  package let claims: [ClaimUse]

  package init(_ pod: Document) {
    let metadata = pod["metadata"]
    let spec = pod["spec"]
    key = ObjectKey(pod)
    uid = metadata?["uid"]?.string ?? ""
    schedulerName = spec?["schedulerName"]?.string ?? "default-scheduler"
    priority = spec?["priority"]?.integer ?? 0
    createdAt = metadata?["creationTimestamp"]?.string.flatMap(Timestamp.init)?.seconds ?? 0
    nodeName = spec?["nodeName"]?.string ?? ""
    requests = ResourceAmounts(podSpec: spec)
    nodeSelector = spec?["nodeSelector"].flatMap([String: String].init(value:)) ?? [:]
    let affinity = spec?[path: "affinity", "nodeAffinity"]
    requiredAffinity = affinity?[
      path: "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms"
    ]
    .map { $0.elements.map { NodeSelectorTerm($0) } }
    preferredAffinity =
      affinity?["preferredDuringSchedulingIgnoredDuringExecution"]?.elements.map {
        ($0["weight"]?.integer ?? 0, NodeSelectorTerm($0["preference"] ?? .emptyObject))
      } ?? []
    tolerations = spec?["tolerations"]?.elements.map { Toleration($0) } ?? []
    hostPorts = HostPort.all(in: spec)
    images = spec?["containers"]?.elements.compactMap { $0["image"]?.string } ?? []
    let phase = pod[path: "status", "phase"]?.string
    isFinished = phase == "Succeeded" || phase == "Failed"
    isTerminating = metadata?["deletionTimestamp"] != nil
    schedulingGates = spec?["schedulingGates"]?.elements.compactMap { $0["name"]?.string } ?? []
    labels = metadata?["labels"].flatMap([String: String].init(value:)) ?? [:]
    nominatedNode = pod[path: "status", "nominatedNodeName"]?.string ?? ""
    mayPreempt = spec?["preemptionPolicy"]?.string != "Never"
    startedAt =
      pod[path: "status", "startTime"]?.string.flatMap(Timestamp.init)?.seconds ?? Int64.max
    workload = Self.workload(metadata?["ownerReferences"])
    let labels = labels
    claims = ClaimUse.all(in: pod, key)
    podAffinity = PodAffinity(spec?["affinity"], namespace: key.namespace, labels: labels)
    spread =
      spec?["topologySpreadConstraints"]?.elements.map { SpreadConstraint($0, labels: labels) }
      ?? []
  }
}

extension SchedulingPod {
  private static func workload(_ owners: Document?) -> String {
    let owner = owners?.elements.first { $0["controller"]?.bool == true }
    switch owner?["kind"]?.string {
    case "ReplicaSet", "ReplicationController", "StatefulSet": return owner?["uid"]?.string ?? ""
    default: return ""
    }
  }

  /// Whether the place of another pod makes a difference to where this one may go.
  func caresAbout(_ other: SchedulingPod, namespaceLabels: [String: [String: String]]) -> Bool {
    let isNear =
      podAffinity?.required.contains { $0.covers(other, namespaceLabels: namespaceLabels) } ?? false
    return isNear
      || key.namespace == other.key.namespace && spread.contains { $0.covers(other) }
  }
}

/// A port of the node itself that a pod takes. Two pods may share a number on different addresses.
package struct HostPort: Hashable, Sendable {
  package let address: String
  package let port: Int
  package let transport: String

  static func all(in spec: Document?) -> [HostPort] {
    (spec?["containers"]?.elements.flatMap { $0["ports"]?.elements.map { $0 } ?? [] } ?? [])
      .compactMap { port in
        guard let number = port["hostPort"]?.integer, number > 0 else { return nil }
        let address = port["hostIP"]?.string ?? ""
        return HostPort(
          address: address.isEmpty ? "0.0.0.0" : address, port: number,
          transport: port["protocol"]?.string ?? "TCP")
      }
  }

  package func conflicts(with other: HostPort) -> Bool {
    port == other.port && transport == other.transport
      && (address == other.address || address == "0.0.0.0" || other.address == "0.0.0.0")
  }
}
