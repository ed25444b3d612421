import Foundations
import Resources
import Testing

@testable import Controllers

@Suite("What an autoscaler does next")
struct HorizontalPodAutoscalerPlanTests {
  private static let now = Timestamp(seconds: 10_000)

  private func autoscaler(min: Int = 1, max: Int = 10) -> HorizontalPodAutoscaler {
    HorizontalPodAutoscaler([
      "metadata": ["name": "h"],
      "spec": ["minReplicas": Document(min), "maxReplicas": Document(max)],
    ])
  }

  private func plan(
    _ autoscaler: HorizontalPodAutoscaler, _ current: Int, _ proposals: [MetricProposal]
  ) -> HorizontalPodAutoscalerPlan {
    var history = ScalingHistory(replicas: current, now: Self.now)
    return HorizontalPodAutoscalerPlan(
      autoscaler, current: current, proposals: proposals, &history, now: Self.now)
  }

  private func conditions(_ plan: HorizontalPodAutoscalerPlan) -> [String] {
    plan.status.conditions.map { "\($0.type) \($0.status) \($0.reason ?? "")" }
  }

  private func wants(_ count: Int, _ name: String = "cpu") -> MetricProposal {
    .replicas(count, name: name, status: ["type": "Resource", "resource": ["name": "cpu"]])
  }

  private let unknown = MetricProposal.unknown(reason: "FailedGetPodsMetric", why: "no such API")

  @Test("the metric that wants the most is followed")
  func most() {
    let plan = plan(autoscaler(), 2, [wants(3), wants(4, "memory"), wants(1)])
    #expect(plan.replicas == 4 && plan.reason == "memory above target")
    #expect(plan.status.desiredReplicas == 4 && plan.status.currentReplicas == 2)
    #expect(plan.status.currentMetrics.count == 3)
    #expect(
      conditions(plan) == [
        "AbleToScale True ReadyForNewScale", "ScalingActive True ValidMetricFound",
        "ScalingLimited False DesiredWithinRange",
      ])
  }

  @Test("outside of its bounds the number is corrected, whatever the metrics say")
  func bounds() {
    let above = plan(autoscaler(max: 3), 5, [])
    #expect(above.replicas == 3)
    #expect(above.reason == "Current number of replicas above Spec.MaxReplicas")
    let below = plan(autoscaler(min: 3), 1, [])
    #expect(below.replicas == 3)
    #expect(below.reason == "Current number of replicas below Spec.MinReplicas")
    #expect(!HorizontalPodAutoscalerPlan.asksMetrics(autoscaler(min: 3).spec, current: 2))
    #expect(HorizontalPodAutoscalerPlan.asksMetrics(autoscaler(min: 3).spec, current: 3))
  }

  @Test("a workload that was scaled to nothing is left alone")
  func zero() {
    let plan = plan(autoscaler(), 0, [])
    #expect(plan.replicas == nil && plan.status.desiredReplicas == 0)
    #expect(conditions(plan).contains("ScalingActive False ScalingDisabled"))
  }

  @Test("with a metric that is not known it may grow and never shrinks")
  func partly() {
    #expect(plan(autoscaler(), 2, [unknown, wants(4)]).replicas == 4)
    let stays = plan(autoscaler(), 2, [wants(1), unknown])
    #expect(stays.replicas == nil)
    #expect(conditions(stays).contains("ScalingActive False FailedGetPodsMetric"))
    #expect(
      stays.warnings.map(\.reason) == ["FailedGetPodsMetric", "FailedComputeMetricsReplicas"])
  }

  @Test("a condition's time moves with its status only")
  func transitions() {
    var status = HorizontalPodAutoscalerStatus(.emptyObject)
    status.set(AutoscalerCondition(.ableToScale, true, "A", ""), now: Self.now)
    let later = Self.now.advanced(by: .seconds(9))
    status.set(AutoscalerCondition(.ableToScale, true, "B", ""), now: later)
    #expect(status.conditions[0].lastTransitionTime == Self.now)
    #expect(status.conditions[0].reason == "B")
    status.set(AutoscalerCondition(.ableToScale, false, "B", ""), now: later)
    #expect(status.conditions[0].lastTransitionTime == later)
  }

  @Test("a resource metric tells of the use it found, or why it found none")
  func proposal() throws {
    let metric = MetricSpec([
      "type": "Resource",
      "resource": ["name": "memory", "target": ["type": "AverageValue", "averageValue": "1Mi"]],
    ])
    let pod = Pod(["metadata": ["name": "p"], "status": ["phase": "Running"]])
    func facts(_ usage: Result<[String: MetricProposal.PodMetrics], MetricProposal.Unreadable>)
      -> MetricProposal.Facts
    {
      MetricProposal.Facts(
        current: 1, pods: [pod], usage: usage, tolerance: ScalingTolerance(nil), now: Self.now)
    }
    let used = MetricProposal.PodMetrics(
      time: Self.now, window: .seconds(15),
      containers: [
        "a": ResourceList(["memory": "1Mi"]), "b": ResourceList(["memory": "2Mi"]),
      ])
    let status: Document = [
      "type": "Resource", "resource": ["name": "memory", "current": ["averageValue": "3Mi"]],
    ]
    #expect(
      MetricProposal(metric, facts(.success(["p": used])))
        == .replicas(3, name: "memory resource", status: status))
    #expect(
      MetricProposal(metric, facts(.success([:])))
        == .unknown(
          reason: "FailedGetResourceMetric",
          why: "failed to get memory usage: unable to get metrics for resource memory: "
            + "no metrics returned from resource metrics API"))
    let custom = MetricSpec(["type": "Pods", "pods": ["metric": ["name": "q"]]])
    guard case .unknown(let reason, _) = MetricProposal(custom, facts(.success([:]))) else {
      Issue.record("nobody serves custom metrics")
      return
    }
    #expect(reason == "FailedGetPodsMetric")
  }

  @Test("a workload's selector and its pods' metrics are read as the API shows them")
  func reading() throws {
    let target = ScaleTarget(
      .deployments,
      [
        "metadata": ["name": "d", "namespace": "n"],
        "spec": ["replicas": 2, "selector": ["matchLabels": ["app": "x"]]],
      ])
    #expect(target.replicas == 2)
    #expect(target.selector?.description == "app=x")
    let metrics = MetricProposal.PodMetrics([
      "timestamp": "2026-01-01T00:00:15Z", "window": "1.006s",
      "containers": [["name": "c", "usage": ["cpu": "98949605n", "memory": "500Ki"]]],
    ])
    #expect(metrics?.window == .milliseconds(1006))
    #expect(metrics?.containers["c"]?.amounts["cpu"]?.milliValue == 99)
    #expect(throws: ScaleTarget.NotScalable.self) {
      try ScaleTarget.resource(
        of: CrossVersionObjectReference(["kind": "Job", "name": "j", "apiVersion": "batch/v1"]))
    }
  }
}
