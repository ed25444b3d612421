import Foundations
import Resources
import Testing

@testable import Controllers

@Suite("What a set of replicas creates and deletes")
struct ReplicaStepsTests {
  private func pod(
    _ name: String, node: String? = "n", phase: String = "Running", ready: Bool = true,
    cost: Int? = nil, readyAt: Int64 = 100, restarts: Int = 0, createdAt: Int64 = 50,
    neighbours: Int = 1
  ) -> PodRanking {
    var document: Document = [
      "metadata": [
        "name": Document(name), "namespace": "default",
        "creationTimestamp": Document(Timestamp(seconds: createdAt).description),
      ],
      "spec": [:],
      "status": [
        "phase": Document(phase),
        "conditions": [
          [
            "type": "Ready", "status": ready ? "True" : "False",
            "lastTransitionTime": Document(Timestamp(seconds: readyAt).description),
          ]
        ],
        "containerStatuses": [["name": "c", "restartCount": Document(restarts)]],
      ],
    ]
    if let node { document.set(Document(node), at: ["spec", "nodeName"]) }
    if let cost {
      document.set(
        Document(String(cost)),
        at: ["metadata", "annotations", "controller.kubernetes.io/pod-deletion-cost"])
    }
    return PodRanking(Pod(document), neighbours: neighbours)
  }

  private func lost(_ pods: [PodRanking], desired: Int) -> [String] {
    replicaSteps(desired: desired, pods: pods).map { step in
      if case .delete(let key) = step { key.name } else { "create" }
    }
  }

  @Test("missing pods are created, no more at once than the burst")
  func creates() {
    #expect(replicaSteps(desired: 3, pods: [pod("a")]) == [.create(count: 2)])
    #expect(replicaSteps(desired: 900, pods: []) == [.create(count: 500)])
    #expect(replicaSteps(desired: 1, pods: [pod("a")]) == [])
  }

  @Test("surplus pods go in the documented order")
  func order() {
    let best = pod("best")
    let worseToBetter = [
      pod("unassigned", node: nil, phase: "Pending", ready: false),
      pod("pending", phase: "Pending", ready: false),
      pod("unready", ready: false),
      pod("cheap", cost: -1),
      pod("doubled", neighbours: 2),
      pod("readyLater", readyAt: 200),
      pod("restarted", restarts: 4),
      pod("younger", createdAt: 60),
    ]
    #expect(
      lost([best] + worseToBetter.reversed(), desired: 1) == worseToBetter.map(\.key.name))
  }

  @Test("a dear pod outlives an older one")
  func deletionCost() {
    #expect(lost([pod("dear", cost: 10, createdAt: 90), pod("old")], desired: 1) == ["old"])
  }
}
