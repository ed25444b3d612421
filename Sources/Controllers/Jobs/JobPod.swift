import Foundations
import Resources

/// A Job's pod as the Job's arithmetic sees it.
struct JobPod: Equatable, Sendable {
  enum Outcome: Equatable, Sendable {
    case running
    case succeeded
    case failed
  }

  let key: ObjectKey
  let uid: String
  let outcome: Outcome
  let isTerminating: Bool
  let isReady: Bool
  /// Whether it has not been counted for good.
  let isTracked: Bool
  /// Its completion index, where the Job is Indexed.
  let index: Int?
  /// When its last container ended.
  let finishedAt: Timestamp?
  /// How often its containers were started again in place.
  let restarts: Int
  /// Exit codes of its ended containers, by name.
  let exitCodes: [(container: String, code: Int)]
  /// How often its index had failed before it, counted and not counted, where that is kept.
  let failuresBefore: IndexFailures
  /// The conditions that hold or do not, by type.
  let conditions: [String: String]

  static let finalizer = "batch.kubernetes.io/job-tracking"
  static let indexNote = "batch.kubernetes.io/job-completion-index"

  init(_ pod: Pod) {
    key = pod.metadata.key
    uid = pod.metadata.uid ?? ""
    outcome =
      switch pod.status.phase {
      case "Succeeded": .succeeded
      case "Failed": .failed
      default: .running
      }
    isTerminating = pod.metadata.isTerminating
    isReady = pod.isReady
    isTracked = pod.metadata.finalizers.contains(Self.finalizer)
    index = pod.metadata.annotations[Self.indexNote].flatMap { Int($0) }
    let statuses = pod.status.containerStatuses + pod.status.initContainerStatuses
    let ended = statuses.compactMap { status in
      status.document[path: "state", "terminated"].map { (status.name, $0) }
    }
    finishedAt =
      ended.compactMap { $0.1["finishedAt"]?.string.flatMap(Timestamp.init) }.max()
      ?? pod.metadata.document["deletionTimestamp"]?.string.flatMap(Timestamp.init)
      ?? pod.metadata.creationTimestamp
    restarts = statuses.reduce(0) { $0 + $1.restartCount }
    failuresBefore = IndexFailures(pod.metadata.annotations)
    exitCodes = ended.map { (container: $0.0, code: $0.1["exitCode"]?.integer ?? 0) }
    conditions = Dictionary(
      pod.status.conditions.map { ($0.type, $0.status) }, uniquingKeysWith: { $1 })
  }

  static func == (left: Self, right: Self) -> Bool { left.uid == right.uid }

  var isActive: Bool { outcome == .running && !isTerminating }
}
