package import Foundations
package import Resources
import Synchronization

/// Deletes pods that nobody else can: those of nodes that are gone, those that were deleted before
/// they had a node, and finished ones beyond a bound.
/// Source: Kubernetes documentation, "Pod Lifecycle", "Garbage collection of Pods".
package final class PodGarbageCollector: Controller {
  package let name = "pod-garbage-collector"
  package let queue = KeyedQueue<ObjectKey>()
  private let client: any ClusterClient
  private let pods: Informer
  private let nodes: Informer

  private let now: @Sendable () -> Timestamp
  /// Since when nodes that pods name are missing.
  private let missing = Mutex<[String: Timestamp]>([:])
  private static let everything = ObjectKey(namespace: "", name: "all")

  package init(
    client: any ClusterClient, informers: InformerSet,
    now: @escaping @Sendable () -> Timestamp = { .now() }
  ) {
    self.client = client
    self.now = now
    pods = informers[.pods]
    nodes = informers[.nodes]
    pods.onChange { [queue, nodes] change in
      let pod = Pod(change.object)
      // Its node may have gone while nobody watched.
      if case .added = change, let node = pod.spec.nodeName, !node.isEmpty,
        nodes[ObjectKey(namespace: "", name: node)] == nil
      {
        queue.add(Self.everything, after: PodCollection.quarantine)
      }
      if pod.metadata.isTerminating && (pod.spec.nodeName ?? "").isEmpty || pod.isFinished {
        queue.add(Self.everything)
      }
    }
    nodes.onChange { [queue] change in
      if case .removed = change { queue.add(Self.everything) }
    }
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    let names = Set(nodes.objects.map { ObjectKey($0).name })
    let collection = missing.withLock { missing in
      let collection = PodCollection(
        pods.objects.map { Pod($0) }, nodes: names, missing: missing, now: now())
      missing = collection.missing
      return collection
    }
    for pod in collection.doomed { try await delete(pod) }
    return collection.nextLook
  }

  private func delete(_ pod: Pod) async throws {
    let node = pod.spec.nodeName ?? ""
    if !node.isEmpty && !pod.isFinished {
      // The informer may not have seen a node that just came.
      do {
        _ = try await client.get(.nodes, namespace: nil, name: node)
        return
      } catch let error as APIError where error.reason == .notFound {
        // Gone indeed.
      }
    }
    do {
      _ = try await client.delete(
        .pods, namespace: pod.metadata.namespace, name: pod.metadata.name ?? "",
        options: DeleteOptions(gracePeriodSeconds: 0, uid: pod.metadata.uid))
    } catch let error as APIError where error.reason == .notFound || error.reason == .conflict {
      return
    }
  }
}
