package import Foundations
package import Resources

/// Takes back the announcement that a pod is about to be disrupted where the pod lives on.
/// Source: Kubernetes documentation, "Disruptions", "Pod disruption conditions".
package final class StaleDisruptionCleaner: Controller {
  package let name = "stale-disruption-cleaner"
  package let queue = KeyedQueue<ObjectKey>()
  private let client: any ClusterClient
  private let pods: Informer
  private let now: @Sendable () -> Timestamp

  private static let type = "DisruptionTarget"
  /// Source: the documentation named above.
  private static let patience = Duration.seconds(120)

  package init(
    client: any ClusterClient, informers: InformerSet,
    now: @escaping @Sendable () -> Timestamp = { .now() }
  ) {
    self.client = client
    self.now = now
    pods = informers[.pods]
    pods.onChange { [queue] change in
      if Self.timeLeft(Pod(change.object), now: now()) != nil {
        queue.add(ObjectKey(change.object))
      }
    }
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    let moment = now()
    guard var pod = pods[key].map({ Pod($0) }), let left = Self.timeLeft(pod, now: moment) else {
      return nil
    }
    if left > .zero { return left }
    pod.status.conditions = pod.status.conditions.map { condition in
      guard condition.type == Self.type else { return condition }
      var taken = PodCondition()
      taken.type = Self.type
      taken.status = "False"
      taken.lastTransitionTime = moment
      return taken
    }
    do {
      _ = try await client.update(
        .pods, namespace: key.namespace, pod.document, subresource: "status")
    } catch let error as APIError where error.reason == .notFound {
      return nil
    }
    return nil
  }

  /// How long the announcement may still stand; `nil` for a pod without one, or that is ending. Pure.
  static func timeLeft(_ pod: Pod, now: Timestamp) -> Duration? {
    guard !pod.metadata.isTerminating, !pod.isFinished,
      let condition = pod.status.conditions.first(where: { $0.type == type }),
      // An agent that ends a pod itself also sees it through.
      condition.status == "True", condition.reason != "TerminationByKubelet"
    else { return nil }
    return patience - (condition.lastTransitionTime ?? now).distance(to: now)
  }
}
