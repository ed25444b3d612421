import Foundations
import Resources

/// What a CronJob needs now, and what its status says. Pure.
/// Source: Kubernetes documentation, "CronJob".
struct CronJobPlan {
  struct Note: Equatable {
    let kind: ObjectEventNote.Kind
    let reason: String
    let message: String
  }

  private(set) var status: CronJobStatus
  /// The scheduled time for which a Job is to be started.
  private(set) var start: Timestamp?
  /// Jobs that make way for the new one.
  private(set) var replaced: [Job] = []
  /// Ended Jobs beyond the history that is to be kept.
  private(set) var forgotten: [Job] = []
  private(set) var notes: [Note] = []
  /// When to look again without a change.
  private(set) var again: Duration?

  private let cron: CronJob
  private let now: Timestamp

  /// Source: upstream's nextScheduleDelta: clocks of nodes are never quite the same.
  private static let slack = Duration.milliseconds(100)
  /// More missed starts than this are told. Source: upstream.
  private static let missedMax = 100

  /// Tells for which time a Job was started.
  private static let scheduledNote = "batch.kubernetes.io/cronjob-scheduled-timestamp"

  /// - Parameters:
  ///   - jobs: all that the CronJob owns.
  ///   - schedule: `nil` where it cannot be read, or its zone is not known.
  init(cron: CronJob, jobs: [Job], schedule: CronSchedule?, now: Timestamp) {
    self.cron = cron
    self.now = now
    status = cron.status
    takeStock(of: jobs)
    forget(jobs)
    guard !cron.metadata.isTerminating, cron.spec.suspend != true, let schedule else { return }
    decide(jobs, schedule)
  }

  /// What runs is what the Jobs say, not what the last status did: a Job whose note got lost is
  /// found again. Jobs that someone made of the template by hand are no part of the schedule.
  private mutating func takeStock(of jobs: [Job]) {
    let byUID = Dictionary(jobs.map { ($0.metadata.uid ?? "", $0) }, uniquingKeysWith: { $1 })
    var active: [ObjectReference] = []
    for reference in status.active {
      guard let job = byUID[reference.uid ?? ""] else {
        note(.normal, "MissingJob", "Active job went missing: \(reference.name ?? "")")
        continue
      }
      if let finish = JobPlan.finish(of: job) {
        note(
          .normal, "SawCompletedJob",
          "Saw completed job: \(job.metadata.name ?? ""), condition: \(finish.type)")
      } else if !job.metadata.isTerminating {
        active.append(reference)
      }
    }
    let known = Set(active.compactMap(\.uid))
    for job in jobs.sorted(by: Self.isOlder)
    where JobPlan.finish(of: job) == nil && !job.metadata.isTerminating
      && !known.contains(job.metadata.uid ?? "")
      && job.metadata.annotations[Self.scheduledNote] != nil
    {
      active.append(Self.reference(to: job))
    }
    status.active = active
    for job in jobs where JobPlan.finish(of: job)?.type == "Complete" {
      guard let ended = job.status.completionTime else { continue }
      if status.lastSuccessfulTime.map({ $0 < ended }) ?? true { status.lastSuccessfulTime = ended }
    }
  }

  static func reference(to job: Job) -> ObjectReference {
    var reference = ObjectReference()
    reference.apiVersion = "batch/v1"
    reference.kind = "Job"
    reference.name = job.metadata.name
    reference.namespace = job.metadata.namespace
    reference.uid = job.metadata.uid
    reference.resourceVersion = job.metadata.resourceVersion
    return reference
  }

  private static func isOlder(_ left: Job, _ right: Job) -> Bool {
    let times = (
      left.status.startTime ?? left.metadata.creationTimestamp,
      right.status.startTime ?? right.metadata.creationTimestamp
    )
    if let first = times.0, let second = times.1, first != second { return first < second }
    return left.metadata.name ?? "" < right.metadata.name ?? ""
  }

  private mutating func forget(_ jobs: [Job]) {
    for (type, limit) in [
      ("Complete", cron.spec.successfulJobsHistoryLimit),
      ("Failed", cron.spec.failedJobsHistoryLimit),
    ] {
      guard let limit else { continue }
      let ended = jobs.filter {
        JobPlan.finish(of: $0)?.type == type && !$0.metadata.isTerminating
      }.sorted(by: Self.isOlder)
      forgotten += ended.prefix(max(0, ended.count - limit))
    }
  }

  private mutating func decide(_ jobs: [Job], _ schedule: CronSchedule) {
    again = schedule.next(after: now).map { now.distance(to: $0) + Self.slack }
    guard let due = lastDue(schedule) else { return }
    if let deadline = cron.spec.startingDeadlineSeconds,
      due.distance(to: now) > .seconds(deadline)
    {
      note(.warning, "MissSchedule", "Missed scheduled time to start a job: \(due)")
      return
    }
    if status.lastScheduleTime == due { return }
    switch cron.spec.concurrencyPolicy {
    case "Forbid" where !status.active.isEmpty:
      note(
        .normal, "JobAlreadyActive",
        "Not starting job because prior execution is running and concurrency policy is Forbid")
      return
    case "Replace":
      let uids = Set(status.active.compactMap(\.uid))
      replaced = jobs.filter { uids.contains($0.metadata.uid ?? "") }
      status.active = []
    default: break
    }
    start = due
  }

  /// The latest time of the schedule that has come and has not been served; of several missed ones
  /// only that one counts.
  private mutating func lastDue(_ schedule: CronSchedule) -> Timestamp? {
    var earliest =
      cron.status.lastScheduleTime ?? cron.metadata.creationTimestamp ?? now
    if let deadline = cron.spec.startingDeadlineSeconds {
      earliest = max(earliest, now.advanced(by: .seconds(-deadline)))
    }
    guard let first = schedule.next(after: earliest), first <= now else { return nil }
    guard let second = schedule.next(after: first), second <= now else { return first }
    // Steps over a long time at once: after years of absence there may be millions.
    let step = first.distance(to: second)
    let missed = Int(first.distance(to: now) / step)
    var latest = missed > 2 ? first.advanced(by: step * (missed - 2)) : first
    if schedule.next(after: latest).map({ $0 > now }) ?? true { latest = first }
    while let next = schedule.next(after: latest), next <= now { latest = next }
    if missed > Self.missedMax {
      note(
        .warning, "TooManyMissedTimes",
        "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock "
          + "skew")
    }
    return latest
  }

  private mutating func note(
    _ kind: ObjectEventNote.Kind, _ reason: String, _ message: String
  ) {
    notes.append(Note(kind: kind, reason: reason, message: message))
  }

  /// The Job of one scheduled time: its name is the same however often it is tried.
  static func job(of cron: CronJob, owner: OwnerIdentity, at due: Timestamp) -> Document {
    let template = cron.spec.jobTemplate
    var metadata: Document = [
      "name": Document("\(owner.key.name)-\(due.seconds / 60)"),
      "namespace": Document(owner.key.namespace),
      "ownerReferences": [owner.reference],
    ]
    let labels = template.metadata.labels
    if !labels.isEmpty { metadata["labels"] = labels.asDocument }
    metadata["annotations"] =
      template.metadata.annotations.merging([
        scheduledNote: due.description
      ]) { $1 }.asDocument
    return [
      "apiVersion": "batch/v1", "kind": "Job", "metadata": metadata,
      "spec": template.spec.document,
    ]
  }
}
