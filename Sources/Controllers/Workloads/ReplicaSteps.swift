package import Resources

/// One thing that a set of replicas needs next.
package enum ReplicaStep: Equatable, Sendable {
  case create(count: Int)
  case delete(ObjectKey)
}

/// What a set of replicas needs next. Pure: the same pods give the same steps in the same order.
/// - Parameters:
///   - pods: those that count: neither finished nor on their way out.
///   - burst: most creations or deletions at once.
package func replicaSteps(desired: Int, pods: [PodRanking], burst: Int = 500) -> [ReplicaStep] {
  if pods.count < desired { return [.create(count: min(desired - pods.count, burst))] }
  return pods.sorted(by: PodRanking.cheaperToLose)
    .prefix(min(pods.count - desired, burst))
    .map { .delete($0.key) }
}
