import Foundations
import Resources
import Testing

@testable import Controllers

@Suite struct DisruptionPlanTests {
  private let now = Timestamp(seconds: 1_000_000)

  private func budget(_ spec: Document, status: Document = .emptyObject) -> PodDisruptionBudget {
    PodDisruptionBudget([
      "metadata": ["name": "b", "namespace": "default", "generation": 3], "spec": spec,
      "status": status,
    ])
  }

  private func pod(_ name: String, isReady: Bool = true, owner: String? = "set") -> Pod {
    var pod = Pod([
      "metadata": ["name": Document(name)],
      "status": [
        "phase": "Running",
        "conditions": [["type": "Ready", "status": Document(isReady ? "True" : "False")]],
      ],
    ])
    if let owner {
      pod.document.set(
        [
          [
            "kind": "ReplicaSet", "name": Document(owner), "uid": Document(owner),
            "controller": true,
          ]
        ],
        at: ["metadata", "ownerReferences"])
    }
    return pod
  }

  private func plan(
    _ budget: PodDisruptionBudget, _ pods: [Pod], replicas: Int? = 4
  ) -> DisruptionPlan {
    DisruptionPlan(budget, pods: pods, now: now) { _, owner in
      replicas.map { .known(uid: owner.uid, replicas: $0) } ?? .unknown(why: "no such thing")
    }
  }

  @Test(
    "what is allowed follows from the pods that are healthy and those that must be",
    arguments: [
      (["minAvailable": 2], 2, 3, 1),
      (["minAvailable": "50%"], 2, 4, 1),
      (["minAvailable": "51%"], 3, 4, 0),
      (["maxUnavailable": 2], 2, 4, 1),
      (["maxUnavailable": "30%"], 2, 4, 1),
      (["maxUnavailable": 9], 0, 4, 3),
      (["maxUnavailable": 0], 4, 4, 0),
    ] as [(Document, Int, Int, Int)])
  func allowed(spec: Document, desired: Int, expected: Int, allowed: Int) {
    let status = plan(budget(spec), [pod("a"), pod("b"), pod("c")]).status
    #expect(status.desiredHealthy == desired)
    #expect(status.expectedPods == expected)
    #expect(status.currentHealthy == 3)
    #expect(status.disruptionsAllowed == allowed)
    #expect(status.observedGeneration == 3)
    #expect(status.allowed?.status == (allowed > 0 ? "True" : "False"))
    #expect(status.allowed?.reason == (allowed > 0 ? "SufficientPods" : "InsufficientPods"))
    #expect(status.allowed?.observedGeneration == 3)
  }

  @Test("pods that are not ready or on their way out are not healthy")
  func unhealthy() {
    var leaving = pod("c")
    leaving.metadata.deletionTimestamp = now
    let status = plan(
      budget(["minAvailable": 1]), [pod("a"), pod("b", isReady: false), leaving]
    ).status
    #expect(status.currentHealthy == 1)
    #expect(status.disruptionsAllowed == 0)
  }

  @Test("a budget that covers no pods allows nothing")
  func empty() {
    let status = plan(budget(["minAvailable": 0]), []).status
    #expect(status.disruptionsAllowed == 0)
    #expect(status.document["currentHealthy"] == 0)
  }

  @Test("a pod counts as gone for two minutes after its eviction, then as never evicted")
  func disrupted() {
    let noted: Document = [
      "disruptedPods": [
        "a": Document(now.advanced(by: .seconds(-119)).description),
        "b": Document(now.advanced(by: .seconds(-120)).description),
        "gone": Document(now.description),
      ]
    ]
    let plan = plan(budget(["minAvailable": 1], status: noted), [pod("a"), pod("b"), pod("c")])
    #expect(Array(plan.status.disruptedPods.keys) == ["a"])
    #expect(plan.status.currentHealthy == 2)
    #expect(plan.recheck == .seconds(1))
    #expect(plan.notDeleted == ["b"])
  }

  @Test("without the scale of a pod's controller nothing is allowed, and the reason is told")
  func failed() {
    let before: Document = ["currentHealthy": 2, "desiredHealthy": 1, "disruptionsAllowed": 1]
    let plan = plan(
      budget(["maxUnavailable": 1], status: before), [pod("a")], replicas: nil)
    #expect(plan.failure == "no such thing")
    #expect(plan.status.disruptionsAllowed == 0)
    #expect(plan.status.currentHealthy == 2)
    #expect(plan.status.allowed?.reason == "SyncFailed")
    #expect(plan.status.allowed?.message == "no such thing")
  }

  @Test("pods without a controller do not count towards a share")
  func unmanaged() {
    let plan = plan(budget(["maxUnavailable": "50%"]), [pod("a"), pod("bare", owner: nil)])
    #expect(plan.unmanaged == ["bare"])
    #expect(plan.status.expectedPods == 4)
    #expect(plan.status.desiredHealthy == 2)
  }

  @Test("a status that is right stays as it is, transition times included")
  func stable() {
    let first = budget(["minAvailable": 1])
    var second = first
    second.status = plan(first, [pod("a"), pod("b")]).status
    let later = now.advanced(by: .seconds(500))
    let again = DisruptionPlan(second, pods: [pod("a"), pod("b")], now: later) { _, _ in
      .unknown(why: "not asked")
    }
    #expect(again.status == second.status)
  }
}

@Suite struct StaleDisruptionCleanerTests {
  @Test("an announced disruption that does not come is taken back after two minutes")
  func timeLeft() {
    let since = Timestamp(seconds: 5000)
    var pod = Pod([
      "status": [
        "phase": "Running",
        "conditions": [
          [
            "type": "DisruptionTarget", "status": "True", "reason": "EvictionByEvictionAPI",
            "lastTransitionTime": Document(since.description),
          ]
        ],
      ]
    ])
    let later = since.advanced(by: .seconds(50))
    #expect(StaleDisruptionCleaner.timeLeft(pod, now: later) == .seconds(70))
    pod.status.conditions[0].reason = "TerminationByKubelet"
    #expect(StaleDisruptionCleaner.timeLeft(pod, now: later) == nil)
    pod.status.conditions[0].reason = "PreemptionByScheduler"
    pod.status.phase = "Failed"
    #expect(StaleDisruptionCleaner.timeLeft(pod, now: later) == nil)
  }
}
