import Resources
import Testing

@testable import Scheduling

@Suite("Who has to go for a more urgent pod")
struct PreemptionTests {
  /// Pods of one core each, on nodes of two.
  private func cluster(_ pods: [(SchedulingPod, node: String)], nodes: [String] = ["a", "b"])
    -> ClusterSnapshot
  {
    var cluster = Sample.cluster(nodes.map { Sample.node($0, cpu: "2") })
    for (pod, node) in pods { cluster.place(pod, on: node) }
    return cluster
  }

  private func pod(
    _ name: String, _ priority: Int, cpu: String = "1", startedAt: String? = nil,
    labels: [String: String] = [:]
  ) -> SchedulingPod {
    Sample.pod(
      name, requests: ["cpu": Document(cpu)], priority: priority, labels: labels,
      startedAt: startedAt)
  }

  /// `node: victim victim`, or the reason why nobody goes.
  private func outcome(
    _ cluster: ClusterSnapshot, for pod: SchedulingPod, budgets: [DisruptionBudget] = []
  ) -> String {
    switch cluster.preemption(for: pod, budgets: budgets) {
    case .evict(let node, let victims):
      "\(node): \(victims.map(\.key.name).joined(separator: " "))"
    case .nothing(let why): why
    }
  }

  private func budget(allowed: Int, _ labels: [String: String]) -> DisruptionBudget {
    DisruptionBudget([
      "metadata": ["name": "b", "namespace": "default"],
      "spec": ["selector": ["matchLabels": labels.asDocument]],
      "status": ["disruptionsAllowed": Document(allowed)],
    ])
  }

  @Test("the node whose most important victim matters least is taken")
  func lowestPriority() {
    let cluster = cluster([
      (pod("a1", 5), "a"), (pod("a2", 1), "a"), (pod("b1", 5), "b"), (pod("b2", 2), "b"),
    ])
    #expect(outcome(cluster, for: pod("p", 10)) == "a: a2")
  }

  @Test("no more go than have to, and the more important are spared")
  func fewest() {
    let cluster = cluster([(pod("low", 1), "a"), (pod("mid", 2), "a")], nodes: ["a"])
    #expect(outcome(cluster, for: pod("p", 10)) == "a: low")
    #expect(outcome(cluster, for: pod("p", 10, cpu: "2")) == "a: mid low")
  }

  @Test("fewer victims are better, then those that run for the shorter time")
  func ties() {
    let count = cluster([
      (pod("a1", 1, cpu: "500m"), "a"), (pod("a2", 1, cpu: "1500m"), "a"), (pod("b1", 1), "b"),
      (pod("b2", 1), "b"),
    ])
    #expect(outcome(count, for: pod("p", 10, cpu: "1500m")) == "a: a2")
    let time = cluster([
      (pod("a1", 1, cpu: "2", startedAt: "2026-01-01T00:00:00Z"), "a"),
      (pod("b1", 1, cpu: "2", startedAt: "2026-01-02T00:00:00Z"), "b"),
    ])
    #expect(outcome(time, for: pod("p", 10)) == "b: b1")
  }

  @Test("equals stay, and the message tells why nobody goes")
  func equals() {
    let cluster = cluster([(pod("a1", 10, cpu: "2"), "a")], nodes: ["a"])
    #expect(
      outcome(cluster, for: pod("p", 10))
        == "preemption: 0/1 nodes are available: "
        + "1 No preemption victims found for incoming pod.")
    let elsewhere = Sample.pod("p", priority: 20, ["nodeSelector": ["disk": "ssd"]])
    #expect(
      outcome(cluster, for: elsewhere)
        == "preemption: 0/1 nodes are available: "
        + "1 Preemption is not helpful for scheduling.")
  }

  @Test("a pod of the policy Never sends nobody away")
  func never() {
    let cluster = cluster([(pod("a1", 1, cpu: "2"), "a")], nodes: ["a"])
    let polite = Sample.pod(
      "p", requests: ["cpu": "1"], priority: 10,
      [
        "preemptionPolicy": "Never",
        "containers": [["name": "c", "resources": ["requests": ["cpu": "1"]]]],
      ])
    #expect(
      outcome(cluster, for: polite) == "preemption: not eligible due to preemptionPolicy=Never.")
  }

  @Test("budgets are kept where another choice is left, and broken where none is")
  func budgets() {
    let guarded = ["app": "guarded"]
    let choice = cluster([
      (pod("a1", 1, cpu: "2", labels: guarded), "a"), (pod("b1", 5, cpu: "2"), "b"),
    ])
    #expect(outcome(choice, for: pod("p", 10), budgets: [budget(allowed: 0, guarded)]) == "b: b1")
    #expect(outcome(choice, for: pod("p", 10), budgets: [budget(allowed: 1, guarded)]) == "a: a1")
    let none = cluster([(pod("a1", 1, cpu: "2", labels: guarded), "a")], nodes: ["a"])
    #expect(outcome(none, for: pod("p", 10), budgets: [budget(allowed: 0, guarded)]) == "a: a1")
  }

  @Test("while its victims end, no more have to go")
  func waits() {
    var cluster = cluster([(pod("a1", 1, cpu: "2"), "a"), (pod("b1", 1, cpu: "2"), "b")])
    let urgent = pod("p", 10)
    cluster.nominations.add(urgent, on: "a")
    cluster.markLeaving([pod("a1", 1).key])
    #expect(
      outcome(cluster, for: urgent)
        == "preemption: not eligible due to a terminating pod on the nominated node.")
    cluster.forget(pod("a1", 1).key)
    var start = 1
    #expect(cluster.place(urgent, startingAt: &start) == .node("a"))
  }

  @Test("room that a pod waits for is not given to a less urgent one")
  func reserved() {
    var cluster = cluster([], nodes: ["a"])
    cluster.nominations.add(pod("waiting", 10, cpu: "2"), on: "a")
    var start = 0
    #expect(cluster.place(pod("late", 5), startingAt: &start) != .node("a"))
    #expect(cluster.place(pod("urgent", 11), startingAt: &start) == .node("a"))
    cluster.place(pod("waiting", 10, cpu: "2"), on: "a")
    #expect(cluster.nominations.isEmpty)
  }
}
