package import Resources

/// How many pods a workload should have, and how many of them are ready.
package struct WorkloadScale: Equatable, Sendable {
  package static let kinds: [ResourceType] = [
    .deployments, .statefulSets, .daemonSets, .replicaSets, .replicationControllers,
  ]

  package let desired: Int
  package let ready: Int
  package let updated: Int

  package init(_ object: Document, _ kind: ResourceType) {
    let status = object["status"]
    func count(_ name: String) -> Int { status?[name]?.integer ?? 0 }
    if kind == .daemonSets {
      desired = count("desiredNumberScheduled")
      ready = count("numberReady")
      updated = count("updatedNumberScheduled")
    } else {
      desired = object[path: "spec", "replicas"]?.integer ?? 1
      ready = count("readyReplicas")
      updated = status?["updatedReplicas"]?.integer ?? count("replicas")
    }
  }

  package var isComplete: Bool { ready >= desired }

  /// Whether an object stands for itself: a ReplicaSet of a Deployment does not.
  package static func isOwn(_ object: Document) -> Bool {
    object["metadata"].flatMap { ObjectMeta($0).controllerReference } == nil
  }
}
