package import Foundations
package import Resources
import Synchronization

/// Starts Jobs on a schedule.
package final class CronJobController: Controller {
  package let name = "cronjob-controller"
  package let queue = KeyedQueue<ObjectKey>()
  private let client: any ClusterClient
  private let crons: Informer
  private let jobs: Informer
  private let events: any EventSink
  private let now: @Sendable () -> Timestamp
  /// Zones that were read, by name. Bounded by the zones of the system: only those are kept.
  private let zones = Mutex<[String: TimeZoneRules]>([:])

  package init(
    client: any ClusterClient, informers: InformerSet, events: any EventSink,
    now: @escaping @Sendable () -> Timestamp = { .now() }
  ) {
    self.client = client
    self.events = events
    self.now = now
    crons = informers[.cronJobs]
    jobs = informers[.jobs]
    jobs.indexByController()
    crons.onChange { [queue] in queue.add(ObjectKey($0.object)) }
    jobs.onChange { [queue] change in
      let metadata = ObjectMeta(change.object["metadata"] ?? .emptyObject)
      guard let controller = metadata.controllerReference,
        controller.kind == ResourceType.cronJobs.kind
      else { return }
      queue.add(ObjectKey(namespace: metadata.namespace ?? "", name: controller.name))
    }
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    guard let cron = crons[key].map({ CronJob($0) }), let uid = cron.metadata.uid else {
      return nil
    }
    let owner = OwnerIdentity(.cronJobs, cron.metadata)
    let owned = jobs.objects(Informer.byController, uid).map { Job($0) }
    let plan = CronJobPlan(
      cron: cron, jobs: owned, schedule: schedule(of: cron, owner), now: now())
    for note in plan.notes { events.record(owner.note(note.kind, note.reason, note.message)) }
    for job in plan.forgotten { try await delete(job, owner) }
    for job in plan.replaced { try await delete(job, owner) }
    var status = plan.status
    if let due = plan.start {
      let started = try await start(CronJobPlan.job(of: cron, owner: owner, at: due), owner)
      if let started, JobPlan.finish(of: started) == nil {
        status.active = status.active + [CronJobPlan.reference(to: started)]
      }
      status.lastScheduleTime = due
    }
    try await write(status, of: cron)
    return plan.again
  }

  private func schedule(of cron: CronJob, _ owner: OwnerIdentity) -> CronSchedule? {
    let zoneName = cron.spec.timeZone ?? "UTC"
    guard let zone = zone(named: zoneName) else {
      events.record(
        owner.note(
          .warning, "UnknownTimeZone", "invalid timeZone: unknown time zone \(zoneName)"))
      return nil
    }
    let schedule = CronSchedule(cron.spec.schedule, zone: zone)
    if schedule == nil {
      events.record(
        owner.note(
          .warning, "UnparseableSchedule", "unparseable schedule: \(cron.spec.schedule)"))
    }
    return schedule
  }

  private func zone(named name: String) -> TimeZoneRules? {
    if let known = zones.withLock({ $0[name] }) { return known }
    let read = TimeZoneRules(named: name)
    if let read { zones.withLock { $0[name] = read } }
    return read
  }

  /// - Returns: the Job, started now or by an earlier try; `nil` where the namespace is on its way
  ///   out.
  private func start(_ job: Document, _ owner: OwnerIdentity) async throws -> Job? {
    let key = ObjectKey(job)
    do {
      let created = try await client.create(.jobs, namespace: key.namespace, job)
      events.record(owner.note(.normal, "SuccessfulCreate", "Created job \(key.name)"))
      let uid = created[path: "metadata", "uid"]
      await jobs.waitUntil(key) { $0?[path: "metadata", "uid"] == uid }
      return Job(created)
    } catch let error as APIError where error.reason == .alreadyExists {
      let found = Job(try await client.get(.jobs, namespace: key.namespace, name: key.name))
      guard found.metadata.controllerReference?.uid == owner.uid else { throw error }
      return found
    } catch let error as APIError {
      if error.details.causes.first?.reason == "NamespaceTerminating" { return nil }
      events.record(
        owner.note(.warning, "FailedCreate", "Error creating job: \(error.message)"))
      throw error
    }
  }

  private func delete(_ job: Job, _ owner: OwnerIdentity) async throws {
    let key = job.metadata.key
    do {
      _ = try await client.delete(
        .jobs, namespace: key.namespace, name: key.name,
        options: DeleteOptions(propagationPolicy: .background, uid: job.metadata.uid))
      events.record(owner.note(.normal, "SuccessfulDelete", "Deleted job \(key.name)"))
    } catch let error as APIError where error.reason == .notFound {
      // Gone already: what was wanted.
    }
    let uid = job.metadata.uid
    await jobs.waitUntil(key) {
      $0?[path: "metadata", "uid"]?.string != uid
        || $0?[path: "metadata", "deletionTimestamp"] != nil
    }
  }

  private func write(_ status: CronJobStatus, of cron: CronJob) async throws {
    guard status != cron.status else { return }
    var changed = cron
    changed.status = status
    let updated = try await client.update(
      .cronJobs, namespace: cron.metadata.namespace, changed.document, subresource: "status")
    let version = updated[path: "metadata", "resourceVersion"]
    // The next look must see what was started.
    await crons.waitUntil(ObjectKey(updated)) {
      $0 == nil || $0?[path: "metadata", "resourceVersion"] == version
    }
  }
}
