package import Foundations
package import Resources

/// Deletes Jobs some time after they ended, where they ask for it.
/// Source: Kubernetes documentation, "Automatic Cleanup for Finished Jobs".
package final class FinishedJobCleaner: Controller {
  package let name = "ttl-after-finished-controller"
  package let queue = KeyedQueue<ObjectKey>()
  private let client: any ClusterClient
  private let jobs: Informer
  private let now: @Sendable () -> Timestamp

  package init(
    client: any ClusterClient, informers: InformerSet,
    now: @escaping @Sendable () -> Timestamp = { .now() }
  ) {
    self.client = client
    self.now = now
    jobs = informers[.jobs]
    jobs.onChange { [queue] change in
      let job = Job(change.object)
      if job.spec.ttlSecondsAfterFinished != nil && JobPlan.isFinished(job) {
        queue.add(ObjectKey(change.object))
      }
    }
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    guard let job = jobs[key].map({ Job($0) }), !job.metadata.isTerminating,
      let left = Self.timeLeft(job, now: now())
    else { return nil }
    if left > .zero { return left }
    do {
      _ = try await client.delete(
        .jobs, namespace: key.namespace, name: key.name,
        options: DeleteOptions(propagationPolicy: .foreground, uid: job.metadata.uid))
    } catch let error as APIError where error.reason == .notFound || error.reason == .conflict {
      return nil
    }
    return nil
  }

  /// How long a Job may still stay; `nil` for one that stays for good or has not ended. Pure.
  static func timeLeft(_ job: Job, now: Timestamp) -> Duration? {
    guard let seconds = job.spec.ttlSecondsAfterFinished,
      let ended = JobPlan.finish(of: job)?.lastTransitionTime
    else { return nil }
    return .seconds(seconds) - ended.distance(to: now)
  }
}
