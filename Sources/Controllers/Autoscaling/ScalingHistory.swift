import Foundations

/// What was recommended for one autoscaler, and what was done, as far back as its rules look.
struct ScalingHistory: Equatable, Sendable {
  private(set) var recommendations: [Recommendation] = []
  private(set) var changes: [Change] = []

  struct Recommendation: Equatable, Sendable {
    var replicas: Int
    var time: Timestamp
  }

  /// Pods that were added, or taken away where negative.
  struct Change: Equatable, Sendable {
    var replicas: Int
    var time: Timestamp
  }

  /// The longest window that validation admits: nothing older counts, so nothing older is kept.
  private static let kept = Duration.seconds(3600)

  /// What an autoscaler that was never looked at starts from.
  init(replicas: Int, now: Timestamp) {
    recommendations = [Recommendation(replicas: replicas, time: now)]
  }

  mutating func recommend(_ replicas: Int, now: Timestamp) {
    recommendations.removeAll { $0.time.distance(to: now) > Self.kept }
    recommendations.append(Recommendation(replicas: replicas, time: now))
  }

  mutating func scale(by replicas: Int, now: Timestamp) {
    changes.removeAll { $0.time.distance(to: now) > Self.kept }
    changes.append(Change(replicas: replicas, time: now))
  }

  /// What was recommended in the last `window`.
  func recommended(within window: Duration, now: Timestamp) -> [Int] {
    recommendations.filter { $0.time.distance(to: now) < window }.map(\.replicas)
  }

  /// How many more pods there are than `period` ago, by this autoscaler's doing.
  func change(within period: Duration, now: Timestamp) -> Int {
    changes.filter { $0.time.distance(to: now) < period }.reduce(0) { $0 + $1.replicas }
  }
}
