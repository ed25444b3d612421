package import Resources

/// A node as the scheduler sees it: what it is, what it has, and what the pods on it take.
package struct SchedulingNode: Sendable {
  package let name: String
  package private(set) var labels: [String: String]
  package private(set) var taints: [Taint]
  package private(set) var isUnschedulable: Bool
  package private(set) var allocatable: ResourceAmounts
  /// Images that are on the node, by each of their names, with their size in bytes.
  package private(set) var images: [String: Int]
  package private(set) var used = ResourceAmounts()
  private(set) var weighed = WeighedAmounts()
  /// Host ports of the pods on it. Few pods have any.
  package private(set) var hostPorts: [HostPort] = []

  package init(_ node: Document) {
    name = node[path: "metadata", "name"]?.string ?? ""
    labels = [:]
    taints = []
    isUnschedulable = false
    allocatable = ResourceAmounts()
    images = [:]
    update(from: node)
  }

  /// Takes over what the node says of itself; what its pods take stays.
  package mutating func update(from node: Document) {
    labels = node[path: "metadata", "labels"].flatMap([String: String].init(value:)) ?? [:]
    taints = node[path: "spec", "taints"]?.elements.map { Taint($0) } ?? []
    isUnschedulable = node[path: "spec", "unschedulable"]?.bool ?? false
    allocatable = ResourceAmounts(
      quantities: node[path: "status", "allocatable"] ?? node[path: "status", "capacity"])
    images = [:]
    for image in node[path: "status", "images"]?.elements.map({ $0 }) ?? [] {
      let size = image["sizeBytes"]?.integer ?? 0
      for name in image["names"]?.elements.compactMap(\.string) ?? [] { images[name] = size }
    }
  }

  var zone: String? { labels[DefaultSpread.zoneLabel] }

  package mutating func add(_ pod: SchedulingPod) {
    used += pod.requests
    weighed.milliCPU += pod.weighed.milliCPU
    weighed.memory += pod.weighed.memory
    hostPorts += pod.hostPorts
  }

  package mutating func remove(_ pod: SchedulingPod) {
    used -= pod.requests
    weighed.milliCPU -= pod.weighed.milliCPU
    weighed.memory -= pod.weighed.memory
    for port in pod.hostPorts {
      if let position = hostPorts.firstIndex(of: port) { hostPorts.remove(at: position) }
    }
  }
}
