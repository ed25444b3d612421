import Foundations

/// How long admission took, by what was asked for and whether it let it pass.
final class AdmissionTally: Sendable {
  /// Seconds. Source: upstream's `apiserver_admission_step_admission_duration_seconds`.
  private static let bounds = [0.005, 0.025, 0.1, 0.5, 1, 2.5]
  private static let operations: [AdmissionWrite.Operation] = [.create, .update, .delete, .connect]

  /// By operation, then kind of step, then whether it was refused.
  private let durations = (0..<16).map { _ in DurationHistogram(bounds: AdmissionTally.bounds) }

  /// Cost is two atomic additions.
  func add(
    _ duration: Duration, _ operation: AdmissionWrite.Operation, _ stage: AdmissionStage,
    isRefused: Bool
  ) {
    durations[Self.place(operation, stage == .validating, isRefused)].add(duration)
  }

  private static func place(
    _ operation: AdmissionWrite.Operation, _ isValidating: Bool, _ isRefused: Bool
  ) -> Int {
    let first =
      switch operation {
      case .create: 0
      case .update: 4
      case .delete: 8
      case .connect: 12
      }
    return first + (isValidating ? 2 : 0) + (isRefused ? 1 : 0)
  }

  func write(to text: inout MetricsText) {
    let name = "apiserver_admission_step_admission_duration_seconds"
    text.begin(
      name, .histogram,
      "[STABLE] Seconds that the server's own admission plugins took, by operation and step.")
    for operation in Self.operations {
      for (isValidating, isRefused) in [(false, false), (false, true), (true, false), (true, true)]
      {
        let histogram = durations[Self.place(operation, isValidating, isRefused)]
        if histogram.isEmpty { continue }
        text.samples(
          name,
          [
            ("operation", operation.rawValue), ("rejected", "\(isRefused)"),
            ("type", isValidating ? "validate" : "admit"),
          ], of: histogram)
      }
    }
  }
}
