package import Foundations
package import Resources

/// Runs the pods of Jobs until enough have succeeded or too many have failed.
package final class JobController: Controller {
  package let name = "job-controller"
  package let queue = KeyedQueue<ObjectKey>()
  private let client: any ClusterClient
  private let jobs: Informer
  private let pods: Informer
  private let events: any EventSink
  private let control: PodControl
  private let adoption: AdoptionControl
  private let release: JobPodRelease
  private let now: @Sendable () -> Timestamp

  package init(
    client: any ClusterClient, informers: InformerSet, events: any EventSink,
    now: @escaping @Sendable () -> Timestamp = { .now() }
  ) {
    self.client = client
    self.events = events
    self.now = now
    jobs = informers[.jobs]
    pods = informers[.pods]
    control = PodControl(client: client, events: events, pods: pods, manager: name)
    adoption = AdoptionControl(client: client, informer: pods, finalizer: JobPod.finalizer)
    release = JobPodRelease(client: client, pods: pods, manager: name)
    pods.indexByNamespace()
    jobs.indexByNamespace()
    jobs.onChange { [queue] in queue.add(ObjectKey($0.object)) }
    pods.onChange { [weak self] in self?.podChanged($0) }
  }

  private func podChanged(_ change: Informer.Change) {
    queue.addOwners(ofKind: .jobs, concernedBy: change, among: jobs) { Job($0).ownSelector }
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    try await releaseStrays(of: key)
    guard let job = jobs[key].map({ Job($0) }), job.spec.managedBy ?? Self.manager == Self.manager,
      let selector = job.ownSelector
    else { return nil }
    let owner = OwnerIdentity(.jobs, job.metadata)
    let owned = try await adoption.claim(
      for: owner, selector: selector, isTerminating: job.metadata.isTerminating
    ).map { JobPod(Pod($0)) }
    let plan = JobPlan(job: job, pods: owned, now: now())
    if job.metadata.isTerminating {
      // The collector ends its pods; nothing new is started or counted.
      for pod in owned where pod.isTracked && pod.isTerminating { try await release(pod.key) }
      return nil
    }
    // The status first: a pod that is let go before it is counted would be lost.
    try await write(plan.status, of: job)
    for pod in plan.released { try await release(pod) }
    try await withThrowingTaskGroup { group in
      for pod in plan.deletions {
        group.addTask { try await self.control.delete(pod, for: owner) }
      }
      try await group.waitForAll()
    }
    try await create(plan, job, owner)
    return plan.again
  }

  /// Source: upstream's JobControllerName, the value of `spec.managedBy` that is ours.
  private static let manager = "kubernetes.io/job-controller"

  private func create(_ plan: JobPlan, _ job: Job, _ owner: OwnerIdentity) async throws {
    try await control.create(
      plan.creations.map { index in
        job.pod(index: index, owner: owner, failures: index.flatMap(plan.failures))
      }, for: owner)
  }

  private func write(_ status: JobStatus, of job: Job) async throws {
    guard status != job.status else { return }
    var changed = job
    changed.status = status
    let updated = try await client.update(
      .jobs, namespace: job.metadata.namespace, changed.document, subresource: "status")
    let version = updated[path: "metadata", "resourceVersion"]
    // The next look must see these counts, or it would count twice.
    await jobs.waitUntil(ObjectKey(updated)) {
      $0 == nil || $0?[path: "metadata", "resourceVersion"] == version
        || $0?["status"] == updated["status"]
    }
    guard !JobPlan.isFinished(job), let finish = JobPlan.finish(of: Job(updated)) else { return }
    let owner = OwnerIdentity(.jobs, job.metadata)
    if finish.type == "Complete" {
      events.record(owner.note(.normal, "Completed", "Job completed"))
    } else {
      events.record(owner.note(.warning, finish.reason ?? "Failed", finish.message ?? ""))
    }
  }

  /// Pods whose Job is gone, or is another of the same name, wait for nobody's count.
  private func releaseStrays(of key: ObjectKey) async throws {
    let uid = jobs[key].flatMap { ObjectMeta($0["metadata"] ?? .emptyObject).uid }
    for pod in pods.objects(Informer.byNamespace, key.namespace).map({ Pod($0) })
    where pod.metadata.finalizers.contains(JobPod.finalizer) {
      guard let controller = pod.metadata.controllerReference,
        controller.kind == ResourceType.jobs.kind, controller.name == key.name,
        controller.uid != uid
      else { continue }
      if uid == nil {
        // The informer may lag behind a Job that just came.
        do {
          let live = try await client.get(.jobs, namespace: key.namespace, name: key.name)
          if live[path: "metadata", "uid"]?.string == controller.uid { continue }
        } catch let error as APIError where error.reason == .notFound {
          // Gone indeed.
        }
      }
      try await release(pod.metadata.key)
    }
  }
}

extension Job {
  /// Validation has refused selectors that cannot be read.
  var ownSelector: LabelSelector? {
    spec.document["selector"].flatMap { try? LabelSelector(selectorObject: $0) }
  }
}
