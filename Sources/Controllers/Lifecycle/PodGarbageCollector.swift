package import Foundations
package import Resources

/// Deletes pods that nobody else can: those of nodes that are gone, those that were deleted before
/// they had a node, and finished ones beyond a bound.
/// Source: Kubernetes documentation, "Pod Lifecycle", "Garbage collection of Pods".
package final class PodGarbageCollector: Controller {
  package let name = "pod-garbage-collector"
  package let queue = KeyedQueue<ObjectKey>()
  private let client: any ClusterClient
  private let pods: Informer
  private let nodes: Informer

  /// Finished pods that are kept. Source: upstream's `--terminated-pod-gc-threshold`.
  private static let finishedMax = 12_500
  /// How long a node may be gone before its pods go: it may be coming back under its name.
  private static let quarantine = Duration.seconds(40)
  private static let everything = ObjectKey(namespace: "", name: "all")

  package init(client: any ClusterClient, informers: InformerSet) {
    self.client = client
    pods = informers[.pods]
    nodes = informers[.nodes]
    pods.onChange { [queue] change in
      let pod = Pod(change.object)
      if pod.metadata.isTerminating && (pod.spec.nodeName ?? "").isEmpty || pod.isFinished {
        queue.add(Self.everything)
      }
    }
    nodes.onChange { [queue] change in
      if case .removed = change { queue.add(Self.everything, after: Self.quarantine) }
    }
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    let all = pods.objects.map { Pod($0) }
    let finished = all.filter { $0.isFinished && !$0.metadata.isTerminating }
      .sorted {
        ($0.metadata.creationTimestamp ?? Timestamp(seconds: 0))
          < ($1.metadata.creationTimestamp ?? Timestamp(seconds: 0))
      }
    for pod in finished.prefix(max(0, finished.count - Self.finishedMax)) { try await delete(pod) }
    for pod in all where isAbandoned(pod) { try await delete(pod) }
    return nil
  }

  private func isAbandoned(_ pod: Pod) -> Bool {
    let node = pod.spec.nodeName ?? ""
    if node.isEmpty { return pod.metadata.isTerminating }
    return nodes[ObjectKey(namespace: "", name: node)] == nil
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
