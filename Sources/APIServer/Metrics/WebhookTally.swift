import Foundations
import Synchronization

/// How long each admission webhook took, and how it answered.
final class WebhookTally: Sendable {
  /// What came of asking.
  enum Outcome: Hashable, Sendable {
    case allowed
    /// The webhook said no.
    case denied
    /// It could not be asked, and the write was refused for that.
    case failed
    /// It could not be asked, and that did not matter.
    case ignored

    var isRefusal: Bool { self == .denied || self == .failed }
  }

  private struct Key: Hashable {
    let name: String
    let operation: AdmissionWrite.Operation
    let isMutating: Bool

    var labels: [(String, String)] {
      [
        ("name", name), ("operation", operation.rawValue),
        ("type", isMutating ? "admit" : "validating"),
      ]
    }
  }

  private struct Count {
    var outcomes: [Outcome: Int] = [:]
    let passed = DurationHistogram(bounds: WebhookTally.bounds)
    let refused = DurationHistogram(bounds: WebhookTally.bounds)
  }

  /// Seconds. Source: upstream's `apiserver_admission_webhook_admission_duration_seconds`.
  fileprivate static let bounds = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 10, 25]
  /// Webhooks come and go, and what was counted of one stays. Once there are this many, further ones
  /// are counted together.
  private static let keysMax = 1000

  private let counts = Mutex<[Key: Count]>([:])

  func add(
    _ duration: Duration, _ outcome: Outcome, webhook: String,
    _ operation: AdmissionWrite.Operation, isMutating: Bool
  ) {
    var key = Key(name: webhook, operation: operation, isMutating: isMutating)
    counts.withLock { counts in
      if counts[key] == nil && counts.count >= Self.keysMax {
        key = Key(name: "other", operation: operation, isMutating: isMutating)
      }
      var count = counts[key] ?? Count()
      count.outcomes[outcome, default: 0] += 1
      (outcome.isRefusal ? count.refused : count.passed).add(duration)
      counts[key] = count
    }
  }

  func write(to text: inout MetricsText) {
    let all = counts.withLock { $0 }.map { (labels: $0.key.labels, count: $0.value) }
      .sorted { $0.labels.map(\.1).lexicographicallyPrecedes($1.labels.map(\.1)) }
    guard !all.isEmpty else { return }
    let durations = "apiserver_admission_webhook_admission_duration_seconds"
    text.begin(durations, .histogram, "[STABLE] Seconds that each admission webhook took.")
    for (labels, count) in all {
      for (histogram, isRefused) in [(count.passed, false), (count.refused, true)]
      where !histogram.isEmpty {
        text.samples(durations, labels + [("rejected", "\(isRefused)")], of: histogram)
      }
    }
    let rejections = "apiserver_admission_webhook_rejection_count"
    text.begin(rejections, .counter, "[ALPHA] Writes refused for each webhook, and why.")
    for (labels, count) in all {
      for (outcome, errorType) in [(.denied, "no_error"), (.failed, "calling_webhook_error")]
        as [(Outcome, String)]
      {
        guard let number = count.outcomes[outcome] else { continue }
        text.sample(rejections, labels + [("error_type", errorType)], number)
      }
    }
    let open = "apiserver_admission_webhook_fail_open_count"
    text.begin(open, .counter, "[ALPHA] Writes that passed although a webhook could not be asked.")
    for (labels, count) in all {
      if let number = count.outcomes[.ignored] { text.sample(open, labels, number) }
    }
  }
}
