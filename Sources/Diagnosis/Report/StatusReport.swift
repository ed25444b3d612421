import Foundations
import Resources

/// What `martlet status` tells of a cluster.
package struct StatusReport: Equatable, Sendable {
  /// Where the cluster is, and what it calls its version.
  package let server: String
  package let version: String
  package let takenAt: String
  package let nodes: [NodeRow]
  package let workloads: [WorkloadRow]
  package let pods: PodCounts
  package let findings: [Finding]
  /// Kinds that could not be read, each with the reason.
  package let unread: [String]

  package struct NodeRow: Equatable, Sendable {
    let name: String
    let state: String
    let isReady: Bool
    let version: String
    /// As `3/110`.
    let pods: String
    /// As `150m/2`.
    let cpu: String
    let memory: String
  }

  package struct WorkloadRow: Equatable, Sendable {
    let reference: ObjectReference
    let scale: WorkloadScale
    let state: String
  }

  package struct PodCounts: Equatable, Sendable {
    var ready = 0
    var notReady = 0
    var pending = 0
    var finished = 0
  }

  package init(_ picture: ClusterPicture, server: String, version: String) {
    self.server = server
    self.version = version
    takenAt = picture.now.description
    findings = Diagnosis.findings(in: picture)
    let pods = picture.pods
    nodes = picture[.nodes].map { node in
      NodeRow(node, pods.filter { $0.spec.nodeName == ObjectKey(node).name && !$0.isFinished })
    }
    workloads = WorkloadScale.kinds.flatMap { kind in
      picture[kind].filter(WorkloadScale.isOwn).map { WorkloadRow($0, kind) }
    }.sorted {
      ($0.scale.isComplete ? 1 : 0, $0.reference) < ($1.scale.isComplete ? 1 : 0, $1.reference)
    }
    self.pods = PodCounts(pods)
    unread = picture.unread.map { "\($0.key): \($0.value)" }.sorted()
  }

  /// Whether everything that was asked for is so. Warnings leave a cluster healthy.
  package var isHealthy: Bool { !findings.contains { $0.severity == .problem } }
}

extension StatusReport.NodeRow {
  fileprivate init(_ node: Document, _ running: [Pod]) {
    let status = NodeStatus(node["status"] ?? .emptyObject)
    name = ObjectKey(node).name
    isReady = status.conditions.contains { $0.type == "Ready" && $0.status == "True" }
    let isCordoned = node[path: "spec", "unschedulable"]?.bool == true
    state = (isReady ? "Ready" : "NotReady") + (isCordoned ? ", cordoned" : "")
    version = node[path: "status", "nodeInfo", "kubeletVersion"]?.string ?? ""
    pods = "\(running.count)/\(status.allocatable["pods"]?.description ?? "?")"
    func asked(_ resource: String) -> String {
      let sum = running.flatMap(\.spec.containers).reduce(Quantity.zero) {
        $0 + ($1.resources?.requests[resource] ?? .zero)
      }
      return "\(sum)/\(status.allocatable[resource]?.description ?? "?")"
    }
    cpu = asked("cpu")
    memory = asked("memory")
  }
}

extension StatusReport.WorkloadRow {
  fileprivate init(_ object: Document, _ kind: ResourceType) {
    reference = ObjectReference(kind, object)
    scale = WorkloadScale(object, kind)
    state =
      if scale.desired == 0 {
        "scaled to none"
      } else if !scale.isComplete {
        "\(scale.desired - scale.ready) missing"
      } else if kind == .deployments && scale.updated < scale.desired {
        "rolling out"
      } else {
        "ready"
      }
  }
}

extension StatusReport.PodCounts {
  fileprivate init(_ pods: [Pod]) {
    for pod in pods {
      if pod.isFinished {
        finished += 1
      } else if pod.status.phase == "Pending" {
        pending += 1
      } else if pod.isReady {
        ready += 1
      } else {
        notReady += 1
      }
    }
  }
}
