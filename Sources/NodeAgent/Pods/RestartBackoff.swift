package import Foundations

/// How long a container that ends again and again waits before its next run.
/// Source: Kubernetes documentation, "Pod Lifecycle", "Container restart policy": 10 s, doubled
/// each time up to 5 minutes, and from the beginning after 10 minutes without a problem.
package struct RestartBackoff: Equatable, Sendable {
  package private(set) var pause: Duration = first
  /// When the run ended that led to the last restart.
  private var updatedAt: Timestamp

  private static let first: Duration = .seconds(10)
  private static let longest: Duration = .seconds(300)
  private static let forgottenAfter: Duration = .seconds(600)

  /// After the first restart.
  package init(endedAt: Timestamp) { updatedAt = endedAt }

  /// When the container may run again.
  /// - Returns: `nil` where it may at once, as it had no problem for long.
  package func nextStart(endedAt: Timestamp) -> Timestamp? {
    isForgotten(endedAt) ? nil : endedAt.advanced(by: pause)
  }

  /// Notes another restart.
  package mutating func noteRestart(endedAt: Timestamp) {
    pause = isForgotten(endedAt) ? Self.first : min(pause * 2, Self.longest)
    updatedAt = endedAt
  }

  private func isForgotten(_ endedAt: Timestamp) -> Bool {
    updatedAt.distance(to: endedAt) > Self.forgottenAfter
  }
}
