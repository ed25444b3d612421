import Resources

/// What is wrong with nodes.
enum NodeFindings {
  private static let pressures = [
    "MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable",
  ]

  static func all(_ picture: ClusterPicture) -> [Finding] {
    let nodes = picture[.nodes]
    if nodes.isEmpty && picture.knows(.nodes) {
      return [
        Finding(
          .noNodes, ObjectReference(kind: "Cluster", name: ""), "there is no node",
          reason: "no machine has joined, so no pod can run",
          remedy: "join one: martlet agent --server URL --token TOKEN")
      ]
    }
    return nodes.flatMap(findings)
  }

  private static func findings(_ node: Document) -> [Finding] {
    let reference = ObjectReference(.nodes, node)
    let status = NodeStatus(node["status"] ?? .emptyObject)
    var found: [Finding] = []
    let ready = status.conditions.first { $0.type == "Ready" }
    if ready?.status != "True" {
      found.append(
        Finding(
          .nodeNotReady, reference, "is not ready",
          reason: [ready?.reason, ready?.message].compactMap(\.self).joined(separator: ": "),
          remedy: ready?.status == "False"
            ? "mend what the reason names on that machine"
            : "start the node agent on that machine, or its way to the API server; "
              + "kubectl delete node \(reference.name) where it is gone for good"))
    }
    for condition in status.conditions
    where condition.status == "True" && pressures.contains(condition.type) {
      found.append(
        Finding(
          .nodePressure, reference, "has \(condition.type)",
          reason: [condition.reason, condition.message].compactMap(\.self).joined(separator: ": "),
          remedy: remedy(of: condition.type)))
    }
    if node[path: "spec", "unschedulable"]?.bool == true {
      found.append(
        Finding(
          .warning, .nodeCordoned, reference, "takes no new pods",
          reason: "spec.unschedulable is true", remedy: "kubectl uncordon \(reference.name)"))
    }
    return found
  }

  private static func remedy(of condition: String) -> String {
    switch condition {
    case "MemoryPressure":
      "lower what pods there may use (resources.limits.memory), or move some; "
        + "it takes new pods again some minutes after there is room"
    case "DiskPressure":
      "free space on that machine: unused images, logs, emptyDir volumes, other files; "
        + "it takes new pods again some minutes after there is room (--eviction-hard says how much)"
    case "PIDPressure": "end what makes so many processes on that machine"
    default: "set up the pod network on that machine"
    }
  }
}
