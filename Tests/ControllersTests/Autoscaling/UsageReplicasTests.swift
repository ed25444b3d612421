import Foundations
import Resources
import Testing

@testable import Controllers

@Suite("How many pods a use asks for")
struct UsageReplicasTests {
  private static let now = Timestamp(seconds: 10_000)

  /// Ready for 1,000 seconds, with a request of 100m of the processor.
  private func pod(_ name: String, phase: String = "Running", isReady: Bool = true) -> Pod {
    let since = Document(Timestamp(seconds: 9_000).description)
    return Pod([
      "metadata": ["name": Document(name)],
      "spec": ["containers": [["name": "c", "resources": ["requests": ["cpu": "100m"]]]]],
      "status": [
        "phase": Document(phase), "startTime": since,
        "conditions": [
          [
            "type": "Ready", "status": isReady ? "True" : "False", "lastTransitionTime": since,
          ]
        ],
      ],
    ])
  }

  private func usage(_ values: [String: Int]) -> [String: UsageReplicas.PodUsage] {
    values.mapValues {
      UsageReplicas.PodUsage(value: $0, time: Self.now, window: .seconds(15))
    }
  }

  private func replicas(
    _ pods: [Pod], _ values: [String: Int], _ target: UsageReplicas.Target = .utilization(50),
    tolerance: Document? = nil
  ) throws -> UsageReplicas {
    try UsageReplicas(
      current: pods.count, target, resource: "cpu", pods: pods, usage: usage(values),
      tolerance: ScalingTolerance(tolerance.map { HorizontalPodAutoscalerBehavior($0) }),
      now: Self.now)
  }

  @Test(
    "pods grow and shrink with their mean, and a tenth more or less is left alone",
    arguments: [(50, 2), (54, 2), (45, 2), (56, 3), (100, 4), (25, 1), (20, 1), (44, 2)])
  func ratio(_ percent: Int, _ expected: Int) throws {
    let result = try replicas([pod("a"), pod("b")], ["a": percent, "b": percent])
    #expect(result.replicas == expected)
    #expect(result.utilization == percent && result.averageUsage == percent)
  }

  @Test("an autoscaler's own tolerance counts, each way")
  func tolerance() throws {
    let wide: Document = ["scaleUp": ["tolerance": "500m"]]
    #expect(
      try replicas([pod("a"), pod("b")], ["a": 70, "b": 70], tolerance: wide).replicas == 2)
    #expect(
      try replicas([pod("a"), pod("b")], ["a": 25, "b": 25], tolerance: wide).replicas == 1)
  }

  @Test("a pod of which nothing is known holds back, both ways")
  func missing() throws {
    // Taken to use nothing: 100 and 0 are 50 on average, which is the target.
    #expect(try replicas([pod("a"), pod("b")], ["a": 100]).replicas == 2)
    // Taken to use all that it asks for.
    #expect(try replicas([pod("a"), pod("b")], ["a": 10]).replicas == 2)
  }

  @Test("pods that start are no reason to shrink, and count as idle when there are to be more")
  func unready() throws {
    let pods = [pod("a"), pod("b", phase: "Pending"), pod("c", isReady: false)]
    #expect(try replicas(pods, ["a": 100, "c": 400]).replicas == 3)
    #expect(try replicas([pod("a"), pod("b", phase: "Pending")], ["a": 140]).replicas == 3)
  }

  @Test("a value is compared as it is, and no request is needed")
  func value() throws {
    let bare = Pod(["metadata": ["name": "a"], "status": ["phase": "Running"]])
    let result = try UsageReplicas(
      current: 1, .averageValue(1000), resource: "memory", pods: [bare],
      usage: usage(["a": 2500]), tolerance: ScalingTolerance(nil), now: Self.now)
    #expect(result.replicas == 3 && result.utilization == nil && result.averageUsage == 2500)
  }

  @Test("what cannot be reckoned says why")
  func failures() {
    #expect(throws: UsageReplicas.Failure.noPods) { try replicas([], [:]) }
    #expect(throws: UsageReplicas.Failure.noMetrics) { try replicas([pod("a")], [:]) }
    let bare = Pod([
      "metadata": ["name": "a"], "spec": ["containers": [["name": "c"]]],
      "status": pod("a").status.document,
    ])
    #expect(throws: UsageReplicas.Failure.noRequest(resource: "cpu", container: "c", pod: "a")) {
      try replicas([bare], ["a": 1])
    }
  }
}
