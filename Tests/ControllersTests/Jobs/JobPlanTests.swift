import Foundations
import Resources
import Testing

@testable import Controllers

@Suite("What a Job needs next")
struct JobPlanTests {
  private static let start = Timestamp(seconds: 1_000_000)

  private func job(_ spec: Document, status: Document = [:]) -> Job {
    var spec = spec
    if spec["template"] == nil { spec["template"] = ["spec": ["restartPolicy": "Never"]] }
    var status = status
    if status["startTime"] == nil { status["startTime"] = Document(Self.start.description) }
    return Job([
      "metadata": ["name": "j", "namespace": "default", "uid": "j"], "spec": spec,
      "status": status,
    ])
  }

  private func pod(
    _ name: String, _ phase: String = "Running", index: Int? = nil, tracked: Bool = true,
    terminating: Bool = false, exitCode: Int? = nil, endedAt: Int64 = 0, restarts: Int = 0,
    failures: Int = 0, ignored: Int = 0
  ) -> JobPod {
    var metadata: Document = [
      "name": Document(name), "namespace": "default", "uid": Document(name),
    ]
    if tracked { metadata["finalizers"] = ["batch.kubernetes.io/job-tracking"] }
    if terminating {
      metadata["deletionTimestamp"] = Document(Self.start.description)
    }
    if let index {
      metadata["annotations"] = [
        "batch.kubernetes.io/job-completion-index": Document(String(index)),
        "batch.kubernetes.io/job-index-failure-count": Document(String(failures)),
        "batch.kubernetes.io/job-index-ignored-failure-count": Document(String(ignored)),
      ]
    }
    var container: Document = ["name": "c", "restartCount": Document(restarts)]
    if phase == "Failed" || phase == "Succeeded" {
      let end = Timestamp(seconds: Self.start.seconds + endedAt)
      container["state"] = [
        "terminated": [
          "exitCode": Document(exitCode ?? (phase == "Failed" ? 1 : 0)),
          "finishedAt": Document(end.description),
        ]
      ]
    }
    return JobPod(
      Pod([
        "metadata": metadata,
        "status": ["phase": Document(phase), "containerStatuses": [container]],
      ]))
  }

  private func plan(_ job: Job, _ pods: [JobPod], after seconds: Int64 = 100) -> JobPlan {
    JobPlan(
      job: job, pods: pods, now: Timestamp(seconds: Self.start.seconds + seconds))
  }

  private func condition(_ plan: JobPlan, _ type: String) -> JobCondition? {
    plan.status.conditions.first { $0.type == type && $0.status == "True" }
  }

  @Test("as many pods run at once as it says, and no more than are still missing")
  func parallelism() {
    let spec: Document = ["parallelism": 3, "completions": 5]
    #expect(plan(job(spec), []).creations.count == 3)
    #expect(plan(job(spec), [pod("a")]).creations.count == 2)
    #expect(plan(job(spec, status: ["succeeded": 4]), []).creations.count == 1)
  }

  @Test("less parallelism ends the pods beyond it")
  func lessParallelism() {
    let result = plan(job(["parallelism": 1, "completions": 5]), [pod("a"), pod("b")])
    #expect(result.deletions.count == 1)
    #expect(result.creations.isEmpty)
  }

  @Test("a pod's end is noted, then let go, then counted: never twice")
  func counting() {
    let spec: Document = ["parallelism": 1, "completions": 2]
    let noted = plan(job(spec), [pod("a", "Succeeded")])
    #expect(noted.status.uncountedTerminatedPods?.succeeded == ["a"])
    #expect(noted.status.succeeded == nil)
    #expect(noted.released.map(\.name) == ["a"])
    #expect(noted.creations.count == 1)

    let again = plan(
      Job(job(spec, status: noted.status.document).document), [pod("a", "Succeeded")])
    #expect(again.status.uncountedTerminatedPods?.succeeded == ["a"])
    #expect(again.released.map(\.name) == ["a"])

    let counted = plan(job(spec, status: noted.status.document), [])
    #expect(counted.status.succeeded == 1)
    #expect(counted.status.uncountedTerminatedPods?.succeeded == [])
    let stays = plan(
      job(spec, status: counted.status.document), [pod("a", "Succeeded", tracked: false)])
    #expect(stays.status.succeeded == 1)
  }

  @Test("it is complete once everything is counted and nothing runs")
  func complete() {
    let spec: Document = ["parallelism": 1, "completions": 1]
    let met = plan(job(spec), [pod("a", "Succeeded")])
    #expect(condition(met, "SuccessCriteriaMet")?.reason == "CompletionsReached")
    #expect(condition(met, "Complete") == nil)
    let done = plan(job(spec, status: met.status.document), [pod("a", "Succeeded", tracked: false)])
    #expect(condition(done, "Complete") != nil)
    #expect(done.status.succeeded == 1)
    #expect(done.status.completionTime != nil)
    #expect(plan(job(spec, status: done.status.document), []).creations.isEmpty)
  }

  @Test("one failure more than the limit fails it and ends the other pods")
  func backoffLimit() {
    let spec: Document = ["parallelism": 2, "completions": 2, "backoffLimit": 1]
    let once = plan(job(spec), [pod("a", "Failed"), pod("b")])
    #expect(condition(once, "FailureTarget") == nil)
    let twice = plan(job(spec, status: ["failed": 1]), [pod("a", "Failed"), pod("b")])
    #expect(condition(twice, "FailureTarget")?.reason == "BackoffLimitExceeded")
    #expect(twice.deletions.map(\.name) == ["b"])
    let done = plan(job(spec, status: twice.status.document), [])
    #expect(condition(done, "Failed")?.reason == "BackoffLimitExceeded")
    #expect(done.status.failed == 2)
  }

  @Test("restarts in place count against the limit")
  func restarts() {
    let spec: Document = [
      "parallelism": 1, "completions": 1, "backoffLimit": 2,
      "template": ["spec": ["restartPolicy": "OnFailure"]],
    ]
    #expect(condition(plan(job(spec), [pod("a", restarts: 1)]), "FailureTarget") == nil)
    #expect(condition(plan(job(spec), [pod("a", restarts: 2)]), "FailureTarget") != nil)
  }

  @Test("a replacement waits ten seconds after the first failure, twenty after the second")
  func pauses() {
    let spec: Document = ["parallelism": 1, "completions": 1, "backoffLimit": 6]
    let one = [pod("a", "Failed", tracked: false, endedAt: 100)]
    #expect(plan(job(spec), one, after: 109).again == .seconds(1))
    #expect(plan(job(spec), one, after: 110).creations.count == 1)
    let two = one + [pod("b", "Failed", tracked: false, endedAt: 112)]
    #expect(plan(job(spec), two, after: 131).creations.isEmpty)
    #expect(plan(job(spec), two, after: 132).creations.count == 1)
  }

  @Test("it fails when it has been active for too long, not before")
  func deadline() {
    let spec: Document = ["parallelism": 1, "completions": 1, "activeDeadlineSeconds": 60]
    let before = plan(job(spec), [pod("a")], after: 59)
    #expect(condition(before, "FailureTarget") == nil)
    #expect(before.again == .milliseconds(1100))
    let after = plan(job(spec), [pod("a")], after: 60)
    #expect(condition(after, "FailureTarget")?.reason == "DeadlineExceeded")
    #expect(after.deletions.map(\.name) == ["a"])
  }

  @Test("suspending ends its pods without counting them; resuming starts its time anew")
  func suspend() {
    let spec: Document = ["parallelism": 1, "completions": 1, "suspend": true]
    let result = plan(job(spec), [pod("a"), pod("b", terminating: true)])
    #expect(result.deletions.map(\.name) == ["a"])
    #expect(result.status.startTime == nil)
    #expect(condition(result, "Suspended")?.reason == "JobSuspended")
    #expect(result.released.map(\.name) == ["b"])
    #expect(result.status.uncountedTerminatedPods?.failed == [])

    var resumed = job(["parallelism": 1, "completions": 1])
    resumed.status = result.status
    let running = plan(resumed, [], after: 500)
    #expect(running.status.startTime == Timestamp(seconds: Self.start.seconds + 500))
    #expect(condition(running, "Suspended") == nil)
    #expect(running.creations.count == 1)
  }

  @Test("an Indexed Job has one pod for each index that has not succeeded")
  func indexed() {
    let spec: Document = ["parallelism": 3, "completions": 4, "completionMode": "Indexed"]
    let result = plan(
      job(spec, status: ["completedIndexes": "0"]),
      [pod("a", index: 1), pod("twin", index: 1), pod("b", "Succeeded", index: 2)])
    #expect(result.status.completedIndexes == "0,2")
    #expect(result.status.succeeded == 2)
    #expect(result.deletions.count == 1)
    #expect(result.creations == [3])
  }

  @Test("a success policy ends the Job before all indexes have succeeded")
  func successPolicy() {
    let spec: Document = [
      "parallelism": 3, "completions": 3, "completionMode": "Indexed",
      "successPolicy": ["rules": [["succeededIndexes": "0-1", "succeededCount": 1]]],
    ]
    let other = plan(job(spec), [pod("c", "Succeeded", index: 2), pod("a", index: 0)])
    #expect(condition(other, "SuccessCriteriaMet") == nil)
    let named = plan(job(spec), [pod("a", "Succeeded", index: 0), pod("b", index: 1)])
    #expect(condition(named, "SuccessCriteriaMet")?.reason == "SuccessPolicy")
    #expect(named.deletions.map(\.name) == ["b"])
  }

  @Test("the failure policy fails the Job, ignores the failure, or counts it")
  func failurePolicy() {
    func spec(_ action: String) -> Document {
      [
        "parallelism": 1, "completions": 1, "backoffLimit": 0,
        "podFailurePolicy": [
          "rules": [
            ["action": Document(action), "onExitCodes": ["operator": "In", "values": [42]]]
          ]
        ],
      ]
    }
    let failed = [pod("a", "Failed", exitCode: 42)]
    let fails = plan(job(spec("FailJob")), failed)
    #expect(condition(fails, "FailureTarget")?.reason == "PodFailurePolicy")
    #expect(
      condition(fails, "FailureTarget")?.message
        == "Container c for pod default/a failed with exit code 42 matching FailJob rule at index 0"
    )
    let ignores = plan(job(spec("Ignore")), failed)
    #expect(condition(ignores, "FailureTarget") == nil)
    #expect(ignores.status.uncountedTerminatedPods?.failed == [])
    let counts = plan(job(spec("Ignore")), [pod("a", "Failed", exitCode: 1)])
    #expect(condition(counts, "FailureTarget")?.reason == "BackoffLimitExceeded")
  }

  @Test("a finished Job stays for its time and no longer")
  func cleaning() {
    var finished = job(["ttlSecondsAfterFinished": 30])
    #expect(FinishedJobCleaner.timeLeft(finished, now: Self.start) == nil)
    finished.status = JobStatus([
      "conditions": [
        [
          "type": "Complete", "status": "True",
          "lastTransitionTime": Document(Self.start.description),
        ]
      ]
    ])
    #expect(FinishedJobCleaner.timeLeft(finished, now: Self.start) == .seconds(30))
  }

  // MARK: Limits by index

  private func byIndex(_ more: Document = [:], status: Document = [:]) -> Job {
    var spec: Document = [
      "completionMode": "Indexed", "completions": 3, "parallelism": 3, "backoffLimitPerIndex": 1,
      "backoffLimit": 1000,
    ]
    for (name, value) in more.members { spec[name] = value }
    return job(spec, status: status)
  }

  @Test("an index's failed pod is kept until its successor carries the count on")
  func awaited() {
    let failed = pod("a", "Failed", index: 0)
    let others = [pod("b", index: 1), pod("c", index: 2)]
    let first = plan(byIndex(), [failed] + others, after: 5)
    #expect(first.released.isEmpty && first.creations.isEmpty && first.again == .seconds(5))
    #expect(first.status.failedIndexes == "")
    let due = plan(byIndex(), [failed] + others, after: 10)
    #expect(due.creations == [0])
    #expect(due.failures(before: 0) == IndexFailures(counted: 1))
    let taken = plan(byIndex(), [failed, pod("a2", index: 0, failures: 1)] + others, after: 11)
    #expect(taken.released.map(\.name) == ["a"] && taken.creations.isEmpty)
    #expect(taken.status.uncountedTerminatedPods?.failed == ["a"])
  }

  @Test("an index beyond its limit fails for good, and the others go on")
  func failedIndex() {
    let spent = pod("a", "Failed", index: 0, failures: 1)
    let result = plan(byIndex(), [spent, pod("b", index: 1), pod("c", "Succeeded", index: 2)])
    #expect(result.status.failedIndexes == "0")
    #expect(result.released.map(\.name) == ["a", "c"] && result.creations.isEmpty)
    #expect(condition(result, "FailureTarget") == nil)
  }

  @Test("once every index has ended and one has failed, the Job fails")
  func failedIndexes() {
    let last = plan(
      byIndex(status: ["failedIndexes": "0", "completedIndexes": "2"]),
      [pod("b", "Succeeded", index: 1)])
    #expect(condition(last, "FailureTarget")?.reason == "FailedIndexes")
    let settled = plan(Job(byIndex(status: last.status.document).document), [])
    #expect(condition(settled, "Failed")?.reason == "FailedIndexes")
    #expect(settled.status.completedIndexes == "1,2" && settled.status.failedIndexes == "0")
  }

  @Test("more failed indexes than allowed end the Job at once")
  func maxFailedIndexes() {
    let job = byIndex(["maxFailedIndexes": 0])
    let result = plan(job, [pod("a", "Failed", index: 0, failures: 1), pod("b", index: 1)])
    #expect(condition(result, "FailureTarget")?.reason == "MaxFailedIndexesExceeded")
    #expect(result.deletions.map(\.name) == ["b"])
  }

  @Test("a policy fails an index at once, or keeps a failure from counting")
  func policyByIndex() {
    func policy(_ action: String) -> Document {
      [
        "podFailurePolicy": [
          "rules": [
            [
              "action": Document(action), "onExitCodes": ["operator": "In", "values": [42]],
            ]
          ]
        ]
      ]
    }
    let failed = pod("a", "Failed", index: 0, exitCode: 42, ignored: 1)
    let failIndex = plan(byIndex(policy("FailIndex")), [failed])
    #expect(failIndex.status.failedIndexes == "0")
    #expect(failIndex.creations == [1, 2])
    let ignored = plan(byIndex(policy("Ignore")), [failed])
    #expect(ignored.status.failedIndexes == "")
    #expect(ignored.creations == [0, 1, 2])
    #expect(ignored.failures(before: 0) == IndexFailures(counted: 0, ignored: 2))
    let failJob = plan(byIndex(policy("FailJob")), [failed])
    #expect(condition(failJob, "FailureTarget")?.reason == "PodFailurePolicy")
  }

  @Test("what was awaited is let go once the Job's end is decided")
  func awaitedAtTheEnd() {
    let ending = plan(
      byIndex(status: [
        "conditions": [
          ["type": "FailureTarget", "status": "True", "reason": "DeadlineExceeded"]
        ]
      ]), [pod("a", "Failed", index: 0)])
    #expect(ending.released.map(\.name) == ["a"])
    #expect(ending.status.uncountedTerminatedPods?.failed == ["a"])
  }

  @Test("a pod of a Job limited by index tells the failures before it")
  func indexPod() {
    let job = byIndex()
    let pod = job.pod(
      index: 2, owner: OwnerIdentity(.jobs, job.metadata),
      failures: IndexFailures(counted: 1, ignored: 2))
    #expect(
      IndexFailures(Pod(pod).metadata.annotations) == IndexFailures(counted: 1, ignored: 2))
  }
}
