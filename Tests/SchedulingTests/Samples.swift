import Resources

@testable import Scheduling

/// Nodes and pods as short as the tests need them.
enum Sample {
  static func node(
    _ name: String, cpu: String = "4", memory: String = "8Gi", pods: Int = 110,
    labels: [String: String] = [:], taints: [Document] = [], unschedulable: Bool = false,
    extended: [String: String] = [:]
  ) -> Document {
    var allocatable: Document = [
      "cpu": Document(cpu), "memory": Document(memory), "pods": Document(String(pods)),
      "ephemeral-storage": "100Gi",
    ]
    for (key, value) in extended { allocatable[key] = Document(value) }
    return [
      "metadata": ["name": Document(name), "labels": labels.asDocument],
      "spec": ["taints": Document(taints), "unschedulable": Document(unschedulable)],
      "status": ["allocatable": allocatable],
    ]
  }

  static func pod(
    _ name: String, requests: Document = [:], priority: Int = 0, labels: [String: String] = [:],
    startedAt: String? = nil, namespace: String = "default", _ spec: Document = [:]
  ) -> SchedulingPod {
    var spec = spec
    spec["priority"] = Document(priority)
    if spec["containers"] == nil {
      spec["containers"] = [["name": "c", "resources": ["requests": requests]]]
    }
    return SchedulingPod([
      "metadata": [
        "name": Document(name), "namespace": Document(namespace), "uid": Document(name),
        "labels": labels.asDocument,
      ],
      "spec": spec,
      "status": startedAt.map { ["startTime": Document($0)] } ?? [:],
    ])
  }

  static func cluster(_ nodes: [Document]) -> ClusterSnapshot {
    var snapshot = ClusterSnapshot()
    for node in nodes { snapshot.upsertNode(node) }
    return snapshot
  }
}
