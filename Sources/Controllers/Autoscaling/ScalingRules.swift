import Foundations
import Resources

/// How fast an autoscaler may go, each way.
/// Source: Kubernetes API reference, "HPAScalingRules", with its defaults.
struct ScalingRules: Equatable, Sendable {
  let up: Way
  let down: Way

  /// Without a window of its own, what was recommended in the last five minutes holds it back.
  /// Source: upstream's `--horizontal-pod-autoscaler-downscale-stabilization`.
  static let downWindow = Duration.seconds(300)

  init(_ behavior: HorizontalPodAutoscalerBehavior) {
    up = Way(behavior.scaleUp, window: .zero)
    down = Way(behavior.scaleDown, window: Self.downWindow)
  }

  enum Direction: Sendable { case up, down }

  struct Way: Equatable, Sendable {
    let window: Duration
    private let selectPolicy: String
    private let policies: [Policy]

    private struct Policy: Equatable, Sendable {
      let isShare: Bool
      let value: Int
      let period: Duration
    }

    init(_ rules: HPAScalingRules?, window: Duration) {
      self.window = rules?.stabilizationWindowSeconds.map { .seconds($0) } ?? window
      selectPolicy = rules?.selectPolicy ?? "Max"
      policies = (rules?.policies ?? []).map {
        Policy(
          isShare: $0.type == "Percent", value: $0.value, period: .seconds($0.periodSeconds))
      }
    }

    /// How far one may go now: the policies' proposals, each from what there was when its period
    /// began.
    func limit(
      from current: Int, _ direction: Direction, _ history: ScalingHistory, _ now: Timestamp
    ) -> Int {
      guard selectPolicy != "Disabled" else { return current }
      let proposals = policies.map { policy in
        let start = current - history.change(within: policy.period, now: now)
        return proposal(policy, from: start, direction)
      }
      let largestChange = selectPolicy != "Min"
      let limit =
        (direction == .up) == largestChange ? proposals.max() : proposals.min()
      return limit ?? current
    }

    private func proposal(_ policy: Policy, from start: Int, _ direction: Direction) -> Int {
      let share = Double(policy.value) / 100
      switch (direction, policy.isShare) {
      case (.up, false): return start + policy.value
      case (.down, false): return start - policy.value
      // Rounded so that a small share still moves something.
      case (.up, true): return Int((Double(start) * (1 + share)).rounded(.up))
      case (.down, true): return Int(Double(start) * (1 - share))
      }
    }
  }
}

/// What a change of load must exceed to count.
struct ScalingTolerance: Equatable, Sendable {
  let up: Double
  let down: Double
  /// Source: upstream's `--horizontal-pod-autoscaler-tolerance`.
  private static let usual = 0.1

  init(_ behavior: HorizontalPodAutoscalerBehavior?) {
    func share(_ quantity: Quantity?) -> Double {
      quantity.map { Double($0.milliValue) / 1000 } ?? Self.usual
    }
    up = share(behavior?.scaleUp?.tolerance)
    down = share(behavior?.scaleDown?.tolerance)
  }

  /// - Parameter ratio: of what is used to what should be.
  func covers(_ ratio: Double) -> Bool { (1 - down...1 + up).contains(ratio) }
}
