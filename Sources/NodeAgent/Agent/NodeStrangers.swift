import ContainerRuntimeInterface
import Foundations
import Resources

/// Finds what a node still holds of pods that nobody knows: they were deleted while it was away.
struct NodeStrangers {
  let services: NodeServices

  /// - Parameter known: UIDs of the pods that have a worker.
  /// - Returns: a pod for each stranger, just enough to end it by.
  func find(known: Set<String>) async throws -> [Pod] {
    var strangers: [String: Pod] = [:]
    let containers = try await services.runtime.containers(matching: nil)
    for sandbox in try await services.runtime.sandboxes(matching: nil) {
      let uid = sandbox.labels[RuntimeLabels.podUID] ?? sandbox.metadata.uid
      guard !uid.isEmpty, !known.contains(uid) else { continue }
      let own = containers.filter { $0.podSandboxID == sandbox.id }
      strangers[uid] = pod(uid, sandbox.metadata, own)
    }
    for uid in try fileOwners() where !known.contains(uid) && strangers[uid] == nil {
      strangers[uid] = pod(uid, CRIPodSandboxMetadata(), [])
    }
    return strangers.values.sorted { ($0.metadata.uid ?? "") < ($1.metadata.uid ?? "") }
  }

  private func fileOwners() throws -> [String] {
    let directory = "\(services.configuration.dataDirectory)/pods"
    guard FileTree.isDirectory(directory) else { return [] }
    return try HostDirectory.names(in: directory)
  }

  private func pod(
    _ uid: String, _ metadata: CRIPodSandboxMetadata, _ containers: [CRIContainer]
  ) -> Pod {
    var pod = Pod()
    pod.metadata.uid = uid
    pod.metadata.name = metadata.name
    pod.metadata.namespace = metadata.namespace
    let grace = containers.compactMap {
      $0.annotations[RuntimeLabels.podGracePeriod].flatMap(Int.init)
    }.max()
    pod.spec.terminationGracePeriodSeconds = grace
    pod.spec.containers = Set(containers.map(\.metadata.name)).sorted().map { name in
      var container = Container()
      container.name = name
      return container
    }
    return pod
  }
}
