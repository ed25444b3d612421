import Resources

/// What a pod was made from: the object in which its fields are changed.
struct Workload: Hashable, Sendable {
  let reference: ObjectReference
  /// Where the pods' spec stands in it: `spec.template.spec`.
  let specPath: String

  /// The field of a container: `spec.template.spec.containers[name=web].image`.
  func field(_ name: String, of container: String, in pod: Pod) -> String {
    let isInit = pod.spec.initContainers.contains { $0.name == container }
    return "\(specPath).\(isInit ? "initContainers" : "containers")[name=\(container)].\(name)"
  }
}

extension ClusterPicture {
  /// Follows the owners of a pod up to the one that people write.
  func workload(of pod: Pod) -> Workload {
    let namespace = pod.metadata.namespace ?? ""
    let itself = Workload(
      reference: ObjectReference(
        kind: "Pod", namespace: namespace, name: pod.metadata.name ?? ""), specPath: "spec")
    guard let owner = pod.metadata.controllerReference else { return itself }
    func workload(_ kind: String, _ name: String, _ specPath: String) -> Workload {
      Workload(
        reference: ObjectReference(kind: kind, namespace: namespace, name: name),
        specPath: specPath)
    }
    switch owner.kind {
    // A pod that its node read from a file.
    case "Node": return itself
    case "ReplicaSet":
      let above = controller(of: object(.replicaSets, namespace, owner.name))
      return workload(
        above?.kind ?? owner.kind, above?.name ?? owner.name, "spec.template.spec")
    case "Job":
      guard let above = controller(of: object(.jobs, namespace, owner.name)) else { break }
      return workload(above.kind, above.name, "spec.jobTemplate.spec.template.spec")
    default: break
    }
    return workload(owner.kind, owner.name, "spec.template.spec")
  }

  private func controller(of object: Document?) -> OwnerReference? {
    object?["metadata"].flatMap { ObjectMeta($0).controllerReference }
  }
}
