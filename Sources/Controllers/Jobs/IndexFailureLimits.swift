import Foundations
import Resources

/// What an Indexed Job counts where its limit of failures is one by index. Pure.
///
/// An index's count lives in its pods. The last failed pod of an index is therefore kept, with its
/// finalizer, until a new one has taken the count over: it is awaited.
/// Source: Kubernetes documentation, "Jobs", "Backoff limit per index".
struct IndexFailureLimits: Sendable {
  /// Indexes that are not tried any more.
  private(set) var failed: CompletionIndexes
  private var awaited: [Int: JobPod] = [:]
  private let limit: Int
  private let failedMax: Int?
  private let completions: Int
  private let policy: PodFailurePolicy?

  /// - Returns: `nil` for a Job without such a limit.
  init?(_ job: Job) {
    guard job.spec.completionMode == "Indexed", let limit = job.spec.backoffLimitPerIndex else {
      return nil
    }
    self.limit = limit
    failedMax = job.spec.maxFailedIndexes
    completions = job.spec.completions ?? 0
    policy = job.spec.podFailurePolicy
    failed = CompletionIndexes(parsing: job.status.failedIndexes ?? "", below: completions)
  }

  var awaitedCount: Int { awaited.count }

  func isAwaited(_ pod: JobPod) -> Bool { pod.index.map { awaited[$0]?.uid == pod.uid } ?? false }

  /// Takes in the failed pods that are not counted for good.
  /// - Parameters:
  ///   - settled: indexes that have succeeded or whose next pod is there.
  ///   - isOver: the Job's end is decided: nothing is awaited any more.
  mutating func count(_ pods: [JobPod], settled: Set<Int>, isOver: Bool) {
    let own = pods.filter { $0.index.map { (0..<completions).contains($0) } ?? false }
    for pod in own where hasFailedForGood(pod) { failed.insert(pod.index ?? 0) }
    if isOver { return }
    for pod in own {
      guard let index = pod.index, !settled.contains(index), !failed.contains(index) else {
        continue
      }
      if let other = awaited[index], !Self.isLater(pod, than: other) { continue }
      awaited[index] = pod
    }
  }

  private func hasFailedForGood(_ pod: JobPod) -> Bool {
    switch verdict(on: pod) {
    case .failIndex: true
    case .ignore: false
    case .count, .failJob: pod.failuresBefore.counted >= limit
    }
  }

  /// A pod that was deleted before it ended is no matter of the policy.
  private func verdict(on pod: JobPod) -> PodFailureVerdict {
    pod.outcome == .failed ? PodFailureVerdict.of(pod, policy: policy) : .count
  }

  private static func isLater(_ pod: JobPod, than other: JobPod) -> Bool {
    if pod.failuresBefore.total != other.failuresBefore.total {
      return pod.failuresBefore.total > other.failuresBefore.total
    }
    guard let end = pod.finishedAt, let otherEnd = other.finishedAt else { return false }
    return end > otherEnd
  }

  /// What the next pod of an index is told.
  func failures(before index: Int) -> IndexFailures {
    guard let last = awaited[index] else { return IndexFailures() }
    var failures = last.failuresBefore
    if verdict(on: last) == .ignore { failures.ignored += 1 } else { failures.counted += 1 }
    return failures
  }

  /// How long the next pod of an index waits: it doubles with each failure of the index.
  func pauseLeft(before index: Int, now: Timestamp) -> Duration? {
    guard let last = awaited[index], let end = last.finishedAt else { return nil }
    return JobPlan.pauseLeft(after: last.failuresBefore.total + 1, since: end, now: now)
  }

  /// Whether the Job fails by what its indexes did.
  func verdict(succeeded: Int) -> JobPlan.Verdict? {
    if let failedMax, failed.count > failedMax {
      return JobPlan.Verdict(
        succeeds: false, reason: "MaxFailedIndexesExceeded",
        message: "Job has exceeded the specified maximal number of failed indexes")
    }
    guard failed.count > 0, failed.count + succeeded >= completions else { return nil }
    return JobPlan.Verdict(
      succeeds: false, reason: "FailedIndexes", message: "Job has failed indexes")
  }
}
