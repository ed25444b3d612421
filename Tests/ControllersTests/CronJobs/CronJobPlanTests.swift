import Foundations
import Resources
import Testing

@testable import Controllers

@Suite("What a CronJob needs now")
struct CronJobPlanTests {
  private static func at(_ text: String) -> Timestamp {
    Timestamp("2026-11-23T\(text)Z") ?? Timestamp(seconds: 0)
  }

  /// Every ten minutes, created at 10:00.
  private func cron(_ spec: Document = [:], status: Document = [:]) -> CronJob {
    var cron = CronJob([
      "metadata": [
        "name": "c", "namespace": "default", "uid": "c",
        "creationTimestamp": "2026-11-23T10:00:00Z",
      ],
      "spec": spec, "status": status,
    ])
    cron.spec.schedule = "*/10 * * * *"
    return cron
  }

  private func job(_ name: String, _ condition: String? = nil, endedAt: String = "10:15:00") -> Job
  {
    var job = Job([
      "metadata": [
        "name": Document(name), "namespace": "default", "uid": Document(name),
        "creationTimestamp": Document(Self.at(endedAt).description),
      ]
    ])
    if let condition {
      job.document["status"] = [
        "conditions": [["type": Document(condition), "status": "True"]],
        "completionTime": Document(Self.at(endedAt).description),
      ]
    }
    return job
  }

  private func plan(_ cron: CronJob, _ jobs: [Job] = [], at time: String) -> CronJobPlan {
    CronJobPlan(
      cron: cron, jobs: jobs, schedule: CronSchedule(cron.spec.schedule), now: Self.at(time))
  }

  private func running(_ names: String...) -> Document {
    [
      "active": Document(names.map { ["name": Document($0), "uid": Document($0)] as Document }),
      "lastScheduleTime": "2026-11-23T10:10:00Z",
    ]
  }

  @Test("nothing starts before the first time; then it looks again when that comes")
  func early() {
    let plan = plan(cron(), at: "10:09:59")
    #expect(plan.start == nil)
    #expect(plan.again == .milliseconds(1100))
  }

  @Test("of the times that were missed only the last is made up for")
  func due() {
    #expect(plan(cron(), at: "10:10:00").start == Self.at("10:10:00"))
    #expect(plan(cron(), at: "10:45:00").start == Self.at("10:40:00"))
    #expect(plan(cron(status: running()), at: "10:19:59").start == nil)
    #expect(plan(cron(status: running()), at: "10:20:01").start == Self.at("10:20:00"))
  }

  @Test("a start that comes too late is told and left out")
  func tooLate() {
    let strict = cron(["startingDeadlineSeconds": 30])
    #expect(plan(strict, at: "10:10:29").start == Self.at("10:10:00"))
    let late = plan(strict, at: "10:10:30")
    #expect(late.start == nil && late.again == .seconds(570) + .milliseconds(100))
  }

  @Test("many missed times are told, and found without counting them one by one")
  func manyMissed() {
    var old = cron()
    old.metadata.creationTimestamp = Timestamp("1990-01-01T00:00:00Z")
    let plan = plan(old, at: "10:45:00")
    #expect(plan.start == Self.at("10:40:00"))
    #expect(plan.notes.map(\.reason) == ["TooManyMissedTimes"])
  }

  @Test("a suspended one, one on its way out, and one without a schedule start nothing")
  func idle() {
    #expect(plan(cron(["suspend": true]), at: "10:45:00").start == nil)
    var going = cron()
    going.metadata.deletionTimestamp = Self.at("10:40:00")
    #expect(plan(going, at: "10:45:00").start == nil)
    #expect(
      CronJobPlan(cron: cron(), jobs: [], schedule: nil, now: Self.at("10:45:00")).start == nil)
  }

  @Test("what still runs lets another begin, keeps it from beginning, or makes way")
  func concurrency() {
    let jobs = [job("one")]
    let status = running("one")
    let allow = plan(
      cron(["concurrencyPolicy": "Allow"], status: status), jobs, at: "10:20:00")
    #expect(allow.start != nil && allow.status.active.count == 1)
    let forbid = plan(
      cron(["concurrencyPolicy": "Forbid"], status: status), jobs, at: "10:20:00")
    #expect(forbid.start == nil && forbid.notes.map(\.reason) == ["JobAlreadyActive"])
    let replace = plan(
      cron(["concurrencyPolicy": "Replace"], status: status), jobs, at: "10:20:00")
    #expect(replace.start != nil && replace.replaced.map(\.metadata.name) == ["one"])
    #expect(replace.status.active.isEmpty)
  }

  @Test("what kept another from beginning has ended: the missed time is made up for")
  func afterForbid() {
    let plan = plan(
      cron(["concurrencyPolicy": "Forbid"], status: running("one")),
      [job("one", "Complete", endedAt: "10:25:00")], at: "10:25:01")
    #expect(plan.start == Self.at("10:20:00"))
    #expect(plan.status.lastSuccessfulTime == Self.at("10:25:00"))
    #expect(plan.notes.map(\.reason) == ["SawCompletedJob"])
  }

  @Test("the status loses Jobs that ended or went, and finds those it forgot")
  func stock() {
    var lost = job("lost")
    lost.metadata.annotations = [
      "batch.kubernetes.io/cronjob-scheduled-timestamp": "2026-11-23T10:10:00Z"
    ]
    let plan = plan(
      cron(status: running("gone", "done")), [job("done", "Failed"), lost, job("byHand")],
      at: "10:11:00")
    #expect(plan.status.active.map(\.name) == ["lost"])
    #expect(plan.notes.map(\.reason) == ["MissingJob", "SawCompletedJob"])
    #expect(plan.status.lastSuccessfulTime == nil)
  }

  @Test("the oldest ended Jobs beyond the limits go, each kind by its own")
  func history() {
    let jobs = [
      job("a", "Complete", endedAt: "10:01:00"), job("b", "Complete", endedAt: "10:02:00"),
      job("c", "Failed", endedAt: "10:03:00"), job("d", "Failed", endedAt: "10:04:00"),
      job("e"),
    ]
    let limited = plan(
      cron(["successfulJobsHistoryLimit": 1, "failedJobsHistoryLimit": 0]), jobs, at: "10:05:00")
    #expect(limited.forgotten.map(\.metadata.name) == ["a", "c", "d"])
    #expect(plan(cron(), jobs, at: "10:05:00").forgotten.isEmpty)
  }

  @Test("a Job's name tells its time, so that it is never started twice")
  func job() {
    var cron = cron()
    cron.spec.document["jobTemplate"] = [
      "metadata": ["labels": ["a": "b"]], "spec": ["parallelism": 2],
    ]
    let job = CronJobPlan.job(
      of: cron, owner: OwnerIdentity(.cronJobs, cron.metadata), at: Timestamp(seconds: 120))
    #expect(job[path: "metadata", "name"]?.string == "c-2")
    #expect(job[path: "metadata", "labels", "a"]?.string == "b")
    #expect(job[path: "spec", "parallelism"]?.integer == 2)
    #expect(
      job[path: "metadata", "annotations", "batch.kubernetes.io/cronjob-scheduled-timestamp"]?
        .string == "1970-01-01T00:02:00Z")
  }
}
