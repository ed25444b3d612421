package import Foundations
package import Resources

/// Lets go of pods that a Job no longer owns: deleted with its pods left behind, or cut off from it by
/// hand. Nobody counts them any more, so nothing else would take the finalizer off them.
package final class OrphanedJobPodController: Controller {
  package let name = "job-orphan-controller"
  package let queue = KeyedQueue<ObjectKey>()
  private let release: JobPodRelease
  private let pods: Informer

  package init(client: any ClusterClient, informers: InformerSet) {
    pods = informers[.pods]
    release = JobPodRelease(client: client, pods: pods, manager: name)
    pods.onChange { [queue] change in
      if case .removed = change { return }
      if Self.isOrphan(change.object) { queue.add(ObjectKey(change.object)) }
    }
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    guard let pod = pods[key], Self.isOrphan(pod) else { return nil }
    try await release(key)
    return nil
  }

  private static func isOrphan(_ pod: Document) -> Bool {
    let metadata = ObjectMeta(pod["metadata"] ?? .emptyObject)
    return metadata.finalizers.contains(JobPod.finalizer) && metadata.controllerReference == nil
  }
}
