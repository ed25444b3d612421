package import Foundations

extension Pod {
  /// Nothing of it runs any more, and nothing will.
  package var isFinished: Bool { status.phase == "Succeeded" || status.phase == "Failed" }

  package var isReady: Bool {
    status.conditions.contains { $0.type == "Ready" && $0.status == "True" }
  }

  /// Ready for at least `seconds`.
  package func isAvailable(after seconds: Int, now: Timestamp) -> Bool {
    guard let since = readySince else { return false }
    return seconds == 0 || since.distance(to: now) >= .seconds(seconds)
  }

  /// How long until a ready pod counts as available; `nil` where it is available, or not ready.
  package func timeUntilAvailable(after seconds: Int, now: Timestamp) -> Duration? {
    guard seconds > 0, let since = readySince else { return nil }
    let left = .seconds(seconds) - since.distance(to: now)
    return left > .zero ? left : nil
  }

  private var readySince: Timestamp? {
    status.conditions.first { $0.type == "Ready" && $0.status == "True" }
      .map { $0.lastTransitionTime ?? Timestamp(seconds: 0) }
  }
}
