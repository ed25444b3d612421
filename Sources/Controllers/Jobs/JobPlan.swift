import Foundations
import Resources

/// What a Job needs next, and what its status says. Pure.
///
/// A pod's end is counted once, however often the controller starts anew: it is first noted in the
/// status as uncounted, then loses its finalizer, and only then becomes part of the number.
/// Source: Kubernetes documentation, "Jobs".
struct JobPlan {
  /// How a Job ends.
  struct Verdict: Equatable {
    let succeeds: Bool
    let reason: String
    let message: String
  }

  private(set) var status: JobStatus
  /// Pods to create: their completion indexes, or `nil` for each where the Job is not Indexed.
  private(set) var creations: [Int?] = []
  private(set) var deletions: [ObjectKey] = []
  /// Pods that may go once the status is written.
  private(set) var released: [ObjectKey] = []
  /// When to look again without a change.
  private(set) var again: Duration?

  private let job: Job
  private let pods: [JobPod]
  private let now: Timestamp
  private var completed: CompletionIndexes
  /// What the Job counts by index, where it has a limit for that.
  private var byIndex: IndexFailureLimits?
  private var policyFailure: String?

  /// Most pods created or deleted at once. Source: upstream's MaxPodCreateDeletePerSync.
  private static let stepsMax = 500
  /// Source: upstream's DefaultJobPodFailureBackOff and MaxJobPodFailureBackOff.
  private static let pauseMin = Duration.seconds(10)
  private static let pauseMax = Duration.seconds(600)

  init(job: Job, pods: [JobPod], now: Timestamp) {
    self.job = job
    self.pods = pods.sorted { $0.key < $1.key }
    self.now = now
    status = job.status
    completed = CompletionIndexes(
      parsing: job.status.completedIndexes ?? "", below: job.spec.completions ?? 0)
    byIndex = IndexFailureLimits(job)
    if Self.isFinished(job) {
      released = self.pods.filter { $0.isTracked && ($0.outcome != .running || $0.isTerminating) }
        .map(\.key)
      return
    }
    start()
    count()
    decide()
    finishCounts()
  }

  static func isFinished(_ job: Job) -> Bool { finish(of: job) != nil }

  /// The condition that says how a Job ended.
  static func finish(of job: Job) -> JobCondition? {
    job.status.conditions.first {
      ($0.type == "Complete" || $0.type == "Failed") && $0.status == "True"
    }
  }

  /// What a new pod of an index is told of the failures before it; `nil` where nobody counts them.
  func failures(before index: Int) -> IndexFailures? { byIndex?.failures(before: index) }

  private var isIndexed: Bool { job.spec.completionMode == "Indexed" }
  private var isSuspended: Bool { job.spec.suspend == true }

  private mutating func start() {
    if status.startTime == nil && !isSuspended { status.startTime = now }
  }

  // MARK: Counting

  private mutating func count() {
    let before = status.uncountedTerminatedPods ?? UncountedTerminatedPods(.emptyObject)
    let tracked = Set(pods.filter(\.isTracked).map(\.uid))
    // What lost its finalizer since is counted for good.
    let succeeded = before.succeeded.filter(tracked.contains)
    let failed = before.failed.filter(tracked.contains)
    status.succeeded = (status.succeeded ?? 0) + before.succeeded.count - succeeded.count
    status.failed = (status.failed ?? 0) + before.failed.count - failed.count
    var after = UncountedTerminatedPods(.emptyObject)
    after.succeeded = succeeded
    after.failed = failed
    countByIndex()
    for pod in pods where pod.isTracked && !succeeded.contains(pod.uid) && !failed.contains(pod.uid)
    {
      take(pod, into: &after)
    }
    status.uncountedTerminatedPods = after
  }

  private mutating func countByIndex() {
    guard var limits = byIndex else { return }
    let tracked = pods.filter(\.isTracked)
    for pod in tracked where pod.outcome == .succeeded {
      if let index = pod.index, index < job.spec.completions ?? 0 { completed.insert(index) }
    }
    let settled = completed.indexes.union(pods.filter(\.isActive).compactMap(\.index))
    limits.count(tracked.filter(hasFailed), settled: settled, isOver: verdictSoFar != nil)
    byIndex = limits
  }

  /// Whether a pod counts as failed: one that someone deleted does, unless the Job waits for its
  /// real end.
  private func hasFailed(_ pod: JobPod) -> Bool {
    switch pod.outcome {
    case .failed: true
    case .succeeded: false
    case .running:
      pod.isTerminating && job.spec.podReplacementPolicy != "Failed" && !isSuspended
        && verdictSoFar == nil
    }
  }

  private mutating func take(_ pod: JobPod, into after: inout UncountedTerminatedPods) {
    switch pod.outcome {
    case .succeeded:
      released.append(pod.key)
      if !isIndexed {
        after.succeeded.append(pod.uid)
      } else if let index = pod.index, index < job.spec.completions ?? 0 {
        completed.insert(index)
      }
    case .failed:
      let verdict = PodFailureVerdict.of(pod, policy: job.spec.podFailurePolicy)
      if case .failJob(let message) = verdict { policyFailure = policyFailure ?? message }
      // It is counted once another pod carries its index's count on.
      if byIndex?.isAwaited(pod) == true { return }
      released.append(pod.key)
      if verdict != .ignore { after.failed.append(pod.uid) }
    case .running:
      guard hasFailed(pod) else {
        if pod.isTerminating && (isSuspended || verdictSoFar != nil) { released.append(pod.key) }
        return
      }
      if byIndex?.isAwaited(pod) == true { return }
      released.append(pod.key)
      after.failed.append(pod.uid)
    }
  }

  private var succeededTotal: Int {
    isIndexed
      ? completed.count
      : (status.succeeded ?? 0) + (status.uncountedTerminatedPods?.succeeded.count ?? 0)
  }

  private var failedTotal: Int {
    (status.failed ?? 0) + (status.uncountedTerminatedPods?.failed.count ?? 0)
      + (byIndex?.awaitedCount ?? 0)
  }

  // MARK: Deciding

  private mutating func decide() {
    let active = pods.filter(\.isActive)
    if let verdict = verdictSoFar ?? verdict(active) {
      conclude(verdict, active)
      return
    }
    if isSuspended {
      suspend(active)
      return
    }
    if condition("Suspended")?.status == "True" {
      set("Suspended", "False", "JobResumed", "Job resumed")
      status.startTime = now
    }
    if let deadline = job.spec.activeDeadlineSeconds, let start = status.startTime {
      again = .seconds(deadline) - start.distance(to: now) + .milliseconds(100)
    }
    adjust(active)
  }

  /// What an earlier look found, while pods were still ending.
  private var verdictSoFar: Verdict? {
    guard
      let found = status.conditions.first(where: {
        ($0.type == "SuccessCriteriaMet" || $0.type == "FailureTarget") && $0.status == "True"
      })
    else { return nil }
    return Verdict(
      succeeds: found.type == "SuccessCriteriaMet", reason: found.reason ?? "",
      message: found.message ?? "")
  }

  private func verdict(_ active: [JobPod]) -> Verdict? {
    if let policyFailure {
      return Verdict(succeeds: false, reason: "PodFailurePolicy", message: policyFailure)
    }
    let limit = job.spec.backoffLimit ?? 6
    if failedTotal > limit || restartsExceed(limit, active) {
      return Verdict(
        succeeds: false, reason: "BackoffLimitExceeded",
        message: "Job has reached the specified backoff limit")
    }
    if let deadline = job.spec.activeDeadlineSeconds, let start = status.startTime, !isSuspended,
      start.distance(to: now) >= .seconds(deadline)
    {
      return Verdict(
        succeeds: false, reason: "DeadlineExceeded",
        message: "Job was active longer than specified deadline")
    }
    if let verdict = byIndex?.verdict(succeeded: completed.count) { return verdict }
    if let rule = matchedSuccessRule {
      return Verdict(
        succeeds: true, reason: "SuccessPolicy", message: "Matched rules at index \(rule)")
    }
    let isComplete =
      job.spec.completions.map { succeededTotal >= $0 }
      ?? (succeededTotal > 0 && active.isEmpty)
    guard isComplete else { return nil }
    return Verdict(
      succeeds: true, reason: "CompletionsReached",
      message: "Reached expected number of succeeded pods")
  }

  /// Pods that restart in place fail in place: their restarts count together.
  private func restartsExceed(_ limit: Int, _ active: [JobPod]) -> Bool {
    guard job.spec.template.spec.restartPolicy == "OnFailure" else { return false }
    let restarts = active.reduce(0) { $0 + $1.restarts }
    return limit == 0 ? restarts > 0 : restarts >= limit
  }

  private var matchedSuccessRule: Int? {
    guard isIndexed, let policy = job.spec.successPolicy else { return nil }
    return policy.rules.firstIndex { rule in
      guard let text = rule.succeededIndexes else {
        return completed.count >= rule.succeededCount ?? 0
      }
      let named = CompletionIndexes(parsing: text, below: job.spec.completions ?? 0).indexes
      return named.intersection(completed.indexes).count >= rule.succeededCount ?? named.count
    }
  }

  /// Ends what still runs; says how the Job ended once nothing does and everything is counted.
  private mutating func conclude(_ verdict: Verdict, _ active: [JobPod]) {
    let interim = verdict.succeeds ? "SuccessCriteriaMet" : "FailureTarget"
    if condition(interim)?.status != "True" { set(interim, "True", verdict) }
    deletions = active.prefix(Self.stepsMax).map(\.key)
    let uncounted = status.uncountedTerminatedPods
    let isSettled =
      !pods.contains { $0.outcome == .running } && released.isEmpty
      && byIndex?.awaitedCount ?? 0 == 0
      && uncounted?.succeeded.isEmpty ?? true && uncounted?.failed.isEmpty ?? true
    guard isSettled else { return }
    set(verdict.succeeds ? "Complete" : "Failed", "True", verdict)
    if verdict.succeeds { status.completionTime = now }
  }

  private mutating func suspend(_ active: [JobPod]) {
    deletions = active.prefix(Self.stepsMax).map(\.key)
    if condition("Suspended")?.status != "True" {
      set("Suspended", "True", "JobSuspended", "Job suspended")
    }
    status.startTime = nil
  }

  private mutating func adjust(_ active: [JobPod]) {
    let parallelism = job.spec.parallelism ?? 1
    let wanted: Int
    if let completions = job.spec.completions {
      wanted = min(parallelism, completions - succeededTotal)
    } else {
      wanted = succeededTotal > 0 ? min(active.count, parallelism) : parallelism
    }
    let surplus = surplusOf(active, wanted)
    deletions = surplus.map(\.key)
    // Those that are being stopped still take their place where replacements wait for them.
    let waiting =
      job.spec.podReplacementPolicy == "Failed"
      ? pods.count { $0.outcome == .running && $0.isTerminating } : 0
    let missing = wanted - (active.count - surplus.count) - waiting
    guard missing > 0 else { return }
    if let limits = byIndex {
      let free = freeIndexes(job.spec.completions ?? 0, active).compactMap(\.self)
      let ready = free.filter { limits.pauseLeft(before: $0, now: now) == nil }
      creations = ready.prefix(min(missing, Self.stepsMax)).map { $0 }
      let pauses = free.compactMap { limits.pauseLeft(before: $0, now: now) }
      if let pause = pauses.min() { again = min(again ?? pause, pause) }
      return
    }
    if let pause = pauseLeft {
      again = min(again ?? pause, pause)
      return
    }
    let count = min(missing, Self.stepsMax)
    creations = isIndexed ? freeIndexes(count, active) : Array(repeating: nil, count: count)
  }

  /// Two pods of one index, and those beyond what is wanted: the unready first.
  private func surplusOf(_ active: [JobPod], _ wanted: Int) -> [JobPod] {
    var seen = completed.indexes
    var kept: [JobPod] = []
    var surplus: [JobPod] = []
    for pod in active.sorted(by: { $0.isReady && !$1.isReady }) {
      if isIndexed {
        guard let index = pod.index, index < job.spec.completions ?? 0,
          seen.insert(index).inserted
        else {
          surplus.append(pod)
          continue
        }
      }
      kept.append(pod)
    }
    surplus += kept.dropFirst(max(0, wanted))
    return Array(surplus.prefix(Self.stepsMax))
  }

  private func freeIndexes(_ count: Int, _ active: [JobPod]) -> [Int?] {
    let taken = Set(active.compactMap(\.index)).union(completed.indexes)
      .union(byIndex?.failed.indexes ?? [])
    return Array(
      (0..<(job.spec.completions ?? 0)).lazy.filter { !taken.contains($0) }.prefix(count))
  }

  /// How long replacements wait after failures: it doubles with each since the last success.
  private var pauseLeft: Duration? {
    let lastSuccess = pods.filter { $0.outcome == .succeeded }.compactMap(\.finishedAt).max()
    let failures = pods.filter { $0.outcome == .failed }.compactMap(\.finishedAt)
      .filter { failure in lastSuccess.map { failure > $0 } ?? true }
    guard let last = failures.max() else { return nil }
    return Self.pauseLeft(after: failures.count, since: last, now: now)
  }

  /// - Parameter failures: in a row, 1 or more.
  static func pauseLeft(after failures: Int, since last: Timestamp, now: Timestamp) -> Duration? {
    let doublings = min(failures - 1, 6)
    let left = min(pauseMin * (1 << doublings), pauseMax) - last.distance(to: now)
    return left > .zero ? left : nil
  }

  // MARK: Status

  private mutating func finishCounts() {
    let active = pods.filter(\.isActive)
    setCount("active", active.count)
    status.ready = active.count(where: \.isReady)
    status.terminating = pods.count { $0.outcome == .running && $0.isTerminating }
    if isIndexed {
      setCount("succeeded", completed.count)
      status.completedIndexes = completed.count == 0 ? nil : completed.text
    } else {
      setCount("succeeded", status.succeeded ?? 0)
    }
    setCount("failed", status.failed ?? 0)
    if let byIndex { status.failedIndexes = byIndex.failed.text }
    for name in ["succeeded", "failed"]
    where status.document[path: "uncountedTerminatedPods", name]?.isEmpty == true {
      status.document.set(nil, at: ["uncountedTerminatedPods", name])
    }
    // Noted before, and still with its finalizer: the release is tried again.
    let noted = status.uncountedTerminatedPods
    for pod in pods
    where pod.isTracked && !released.contains(pod.key)
      && (noted?.succeeded.contains(pod.uid) == true || noted?.failed.contains(pod.uid) == true)
    {
      released.append(pod.key)
    }
  }

  private mutating func setCount(_ field: String, _ count: Int) {
    status.document[field] = count == 0 ? nil : Document(count)
  }

  private func condition(_ type: String) -> JobCondition? {
    status.conditions.first { $0.type == type }
  }

  private mutating func set(_ type: String, _ value: String, _ verdict: Verdict) {
    set(type, value, verdict.reason, verdict.message)
  }

  private mutating func set(_ type: String, _ value: String, _ reason: String, _ message: String) {
    var condition = JobCondition()
    condition.type = type
    condition.status = value
    condition.lastProbeTime = now
    condition.lastTransitionTime = now
    condition.reason = reason
    condition.message = message
    status.conditions = status.conditions.filter { $0.type != type } + [condition]
  }
}
