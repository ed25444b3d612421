import Foundations
import Resources
import Testing

@testable import Controllers

@Suite("How fast an autoscaler may go")
struct ScalingLimitsTests {
  private static let now = Timestamp(seconds: 10_000)

  private func spec(_ behavior: Document? = nil, max: Int = 100) -> HorizontalPodAutoscalerSpec {
    var spec: Document = ["minReplicas": 1, "maxReplicas": Document(max)]
    spec["behavior"] = behavior
    return HorizontalPodAutoscalerSpec(spec)
  }

  private func limits(
    _ spec: HorizontalPodAutoscalerSpec, _ current: Int, _ wanted: Int,
    _ history: inout ScalingHistory, after seconds: Int = 0
  ) -> ScalingLimits {
    ScalingLimits(
      spec, current: current, wanted: wanted, &history,
      now: Self.now.advanced(by: .seconds(seconds)))
  }

  private func history(_ replicas: Int) -> ScalingHistory {
    ScalingHistory(replicas: replicas, now: Self.now)
  }

  @Test(
    "without rules it at most doubles, or goes to four, within its bounds",
    arguments: [
      (1, 100, 100, 4, "ScaleUpLimit"), (5, 100, 100, 10, "ScaleUpLimit"),
      (5, 100, 7, 7, "TooManyReplicas"), (5, 6, 7, 6, "DesiredWithinRange"),
    ])
  func plain(_ current: Int, _ wanted: Int, _ max: Int, _ expected: Int, _ reason: String) {
    var history = history(current)
    let limits = limits(spec(max: max), current, wanted, &history)
    #expect(limits.replicas == expected)
    #expect(limits.limit.reason == reason && limits.limit.isTrue == (expected != wanted))
    #expect(limits.ability.reason == "ReadyForNewScale")
  }

  @Test("what was recommended in the last five minutes holds it back from shrinking")
  func stabilized() {
    var history = history(4)
    let held = limits(spec(), 4, 1, &history, after: 299)
    #expect(held.replicas == 4 && held.ability.reason == "ScaleDownStabilized")
    #expect(limits(spec(), 4, 1, &history, after: 301).replicas == 1)
  }

  @Test("with a window for growing, the lowest recent recommendation counts")
  func upWindow() {
    let rules: Document = [
      "scaleUp": [
        "stabilizationWindowSeconds": 60,
        "policies": [["type": "Percent", "value": 900, "periodSeconds": 15]],
      ]
    ]
    var history = history(2)
    let held = limits(spec(rules), 2, 8, &history, after: 30)
    #expect(held.replicas == 2 && held.ability.reason == "ScaleUpStabilized")
    #expect(limits(spec(rules), 2, 9, &history, after: 61).replicas == 8)
  }

  @Test(
    "of several policies the chosen one limits the pace",
    arguments: [("Max", 14, 5), ("Min", 12, 8), ("Disabled", 10, 10)])
  func policies(_ select: String, _ up: Int, _ down: Int) {
    let policies: Document = [
      ["type": "Pods", "value": 2, "periodSeconds": 60],
      ["type": "Percent", "value": 40, "periodSeconds": 60],
    ]
    let down50: Document = [
      ["type": "Pods", "value": 2, "periodSeconds": 60],
      ["type": "Percent", "value": 50, "periodSeconds": 60],
    ]
    let rules: Document = [
      "scaleUp": ["selectPolicy": Document(select), "policies": policies],
      "scaleDown": [
        "selectPolicy": Document(select), "policies": down50, "stabilizationWindowSeconds": 0,
      ],
    ]
    var history = history(10)
    let grown = limits(spec(rules), 10, 90, &history)
    #expect(grown.replicas == up && grown.limit.reason == "ScaleUpLimit")
    let shrunk = limits(spec(rules), 10, 1, &history)
    #expect(shrunk.replicas == down && shrunk.limit.reason == "ScaleDownLimit")
  }

  @Test("a period's pods are counted from its beginning")
  func period() {
    let rules: Document = [
      "scaleUp": [
        "selectPolicy": "Max", "policies": [["type": "Pods", "value": 4, "periodSeconds": 60]],
      ]
    ]
    var history = history(10)
    history.scale(by: 3, now: Self.now)
    #expect(limits(spec(rules), 13, 90, &history, after: 30).replicas == 14)
    history.scale(by: 1, now: Self.now.advanced(by: .seconds(30)))
    #expect(limits(spec(rules), 14, 90, &history, after: 45).replicas == 14)
    #expect(limits(spec(rules), 14, 90, &history, after: 61).replicas == 17)
  }
}
