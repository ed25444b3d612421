import Foundations
import MartletTesting
import Resources
import Testing

@testable import APIServer

@Suite struct EvictionTests {
  private let now = Timestamp(seconds: 1_000_000)

  @Test("an evicted pod says that it was, once, beside its other conditions")
  func marked() {
    let ready: Document = ["type": "Ready", "status": "True"]
    let pod: Document = ["status": ["conditions": [ready]]]
    let once = EvictionHandler.marked(pod, at: "2026-01-01T00:00:00Z")
    let conditions = once[path: "status", "conditions"]?.elements.map { $0 } ?? []
    #expect(conditions.map { $0["type"]?.string } == ["Ready", "DisruptionTarget"])
    #expect(conditions.last?["reason"]?.string == "EvictionByEvictionAPI")
    #expect(EvictionHandler.marked(once, at: "2027-01-01T00:00:00Z") == once)
  }

  private func pod(_ phase: String, isReady: Bool = true) -> Pod {
    Pod([
      "metadata": ["name": "p", "labels": ["app": "web"]],
      "status": [
        "phase": Document(phase),
        "conditions": [["type": "Ready", "status": Document(isReady ? "True" : "False")]],
      ],
    ])
  }

  private func budget(
    _ name: String = "b", app: String = "web", policy: String? = nil, status: Document
  ) -> PodDisruptionBudget {
    var spec: Document = ["selector": ["matchLabels": ["app": Document(app)]]]
    if let policy { spec["unhealthyPodEvictionPolicy"] = Document(policy) }
    return PodDisruptionBudget([
      "metadata": ["name": Document(name), "generation": 1], "spec": spec, "status": status,
    ])
  }

  private let healthy: Document = [
    "observedGeneration": 1, "disruptionsAllowed": 1, "currentHealthy": 2, "desiredHealthy": 1,
  ]

  @Test("a budget is asked only for what costs something")
  func verdicts() {
    let one = budget(status: healthy)
    let short = budget(
      status: ["observedGeneration": 1, "currentHealthy": 1, "desiredHealthy": 2])
    #expect(EvictionVerdict(pod("Succeeded"), budgets: [one]) == .costsNothing(isTied: false))
    #expect(EvictionVerdict(pod("Pending"), budgets: [one]) == .costsNothing(isTied: true))
    #expect(EvictionVerdict(pod("Running"), budgets: []) == .uncovered)
    #expect(
      EvictionVerdict(pod("Running"), budgets: [budget(app: "db", status: healthy)]) == .uncovered)
    #expect(EvictionVerdict(pod("Running"), budgets: [one]) == .spends(budget: "b"))
    #expect(EvictionVerdict(pod("Running"), budgets: [one, short]) == .ambiguous)
    let sick = pod("Running", isReady: false)
    #expect(EvictionVerdict(sick, budgets: [one]) == .unhealthy(budget: "b"))
    #expect(EvictionVerdict(sick, budgets: [short]) == .spends(budget: "b"))
    let lenient = budget(policy: "AlwaysAllow", status: short.status.document)
    #expect(EvictionVerdict(sick, budgets: [lenient]) == .unhealthy(budget: "b"))
  }

  @Test("spending notes the pod, and the last disruption turns the condition")
  func spent() throws {
    let after = try budget(status: healthy).spent(on: "p", now: now)
    #expect(after.status.disruptionsAllowed == 0)
    #expect(after.status.disruptedPods == ["p": now])
    #expect(after.status.allowed?.reason == "InsufficientPods")
  }

  @Test("a budget that is spent, or older than its spec, says so")
  func refused() {
    let empty: Document = ["observedGeneration": 1, "currentHealthy": 1, "desiredHealthy": 1]
    var error = #expect(throws: APIError.self) {
      try budget(status: empty).spent(on: "p", now: now)
    }
    #expect(error?.code == 429)
    #expect(
      error?.details.causes.first?.message
        == "The disruption budget b needs 1 healthy pods and has 1 currently")
    error = #expect(throws: APIError.self) {
      try budget(status: .emptyObject).spent(on: "p", now: now)
    }
    #expect(error?.details.retryAfterSeconds == 10)
  }

  // MARK: Over the API

  private func evict(_ server: TestAPIServer, _ name: String, isDryRun: Bool = false) async throws {
    _ = try await server.api.client.create(
      .pods, namespace: "default", name: name, subresource: "eviction",
      ["apiVersion": "policy/v1", "kind": "Eviction", "metadata": ["name": Document(name)]],
      options: WriteOptions(isDryRun: isDryRun))
  }

  private func makePods(_ server: TestAPIServer, _ count: Int) async throws {
    for number in 0..<count {
      let made = try await server.api.client.create(
        .pods, namespace: "default",
        [
          "metadata": ["name": Document("p\(number)"), "labels": ["app": "web"]],
          "spec": [
            "nodeName": "n", "terminationGracePeriodSeconds": 0,
            "containers": [["name": "c", "image": "i"]],
          ],
        ])
      var running = made
      running["status"] = [
        "phase": "Running", "conditions": [["type": "Ready", "status": "True"]],
      ]
      _ = try await server.api.client.update(
        .pods, namespace: "default", running, subresource: "status")
    }
  }

  private func makeBudget(_ server: TestAPIServer, allowing: Int) async throws {
    var made = try await server.api.client.create(
      .podDisruptionBudgets, namespace: "default",
      [
        "metadata": ["name": "b"],
        "spec": ["minAvailable": 1, "selector": ["matchLabels": ["app": "web"]]],
      ])
    made["status"] = [
      "observedGeneration": 1, "disruptionsAllowed": Document(allowing), "currentHealthy": 8,
      "desiredHealthy": 1, "expectedPods": 8,
    ]
    _ = try await server.api.client.update(
      .podDisruptionBudgets, namespace: "default", made, subresource: "status")
  }

  @Test("evictions at the same time never spend more than the budget allows")
  func concurrent() async throws {
    try await TestAPIServer.run { server in
      try await makePods(server, 8)
      try await makeBudget(server, allowing: 3)
      try await evict(server, "p0", isDryRun: true)
      let refusals = await withTaskGroup(of: Int.self) { group in
        for number in 0..<8 {
          group.addTask {
            do {
              try await evict(server, "p\(number)")
              return 0
            } catch {
              if (error as? APIError)?.code == 429 { return 1 }
              Issue.record("\(error)")
              return 0
            }
          }
        }
        return await group.reduce(0, +)
      }
      #expect(refusals == 5)
      let budget = PodDisruptionBudget(
        try await server.api.client.get(
          .podDisruptionBudgets, namespace: "default", name: "b"))
      #expect(budget.status.disruptionsAllowed == 0)
      #expect(budget.status.disruptedPods.count == 3)
    }
  }

  @Test("a pod that two budgets cover is not evicted")
  func ambiguous() async throws {
    try await TestAPIServer.run { server in
      try await makePods(server, 1)
      try await makeBudget(server, allowing: 3)
      _ = try await server.api.client.create(
        .podDisruptionBudgets, namespace: "default",
        ["metadata": ["name": "c"], "spec": ["minAvailable": 1, "selector": .emptyObject]])
      let error = await #expect(throws: APIError.self) { try await evict(server, "p0") }
      #expect(error?.code == 500)
      #expect(error?.message == EvictionVerdict.severalBudgets.message)
    }
  }
}
