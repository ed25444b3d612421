/// How often one index of a Job has failed. The pods themselves carry it: each says what was before
/// it, and its successor counts on.
/// Source: Kubernetes documentation, "Jobs", "Backoff limit per index".
struct IndexFailures: Equatable, Sendable {
  /// Those that count against the limit.
  var counted = 0
  /// Those that the Job's policy ignores: they only make the next try wait.
  var ignored = 0

  private static let countedNote = "batch.kubernetes.io/job-index-failure-count"
  private static let ignoredNote = "batch.kubernetes.io/job-index-ignored-failure-count"

  init(counted: Int = 0, ignored: Int = 0) {
    self.counted = counted
    self.ignored = ignored
  }

  init(_ annotations: [String: String]) {
    counted = annotations[Self.countedNote].flatMap { Int($0) } ?? 0
    ignored = annotations[Self.ignoredNote].flatMap { Int($0) } ?? 0
  }

  var total: Int { counted + ignored }

  var annotations: [String: String] {
    var notes = [Self.countedNote: String(counted)]
    if ignored > 0 { notes[Self.ignoredNote] = String(ignored) }
    return notes
  }
}
