import Foundations
import Resources
import Testing

@testable import Controllers

@Suite("How a node is marked")
struct NodeTaintsTests {
  private static let now = Timestamp(seconds: 1_000)

  private func node(
    conditions: [String: String] = [:], taints: [Document] = [], unschedulable: Bool = false
  ) -> Node {
    var document: Document = ["metadata": ["name": "n"], "spec": [:], "status": [:]]
    document.set(Document(taints), at: ["spec", "taints"])
    if unschedulable { document.set(true, at: ["spec", "unschedulable"]) }
    let list = conditions.sorted { $0.key < $1.key }.map { type, status -> Document in
      [
        "type": Document(type), "status": Document(status),
        "lastTransitionTime": Document(Timestamp(seconds: 1).description),
      ]
    }
    document.set(Document(list), at: ["status", "conditions"])
    return Node(document)
  }

  private func taints(_ node: Node, _ readiness: String = "True") -> [String] {
    NodeTaints.wanted(on: node, readiness: readiness, now: Self.now).map {
      "\($0.key):\($0.effect)"
    }
  }

  @Test("a node that is ready, under no pressure and open has no taints of ours")
  func fine() {
    #expect(taints(node(conditions: ["Ready": "True", "MemoryPressure": "False"])).isEmpty)
  }

  @Test(
    "a node that is not ready takes no pods and loses those it has",
    arguments: [("False", "not-ready"), ("Unknown", "unreachable")])
  func readiness(_ status: String, _ name: String) {
    let key = "node.kubernetes.io/\(name)"
    #expect(taints(node(), status) == ["\(key):NoSchedule", "\(key):NoExecute"])
    let times = NodeTaints.wanted(on: node(), readiness: status, now: Self.now).map(\.timeAdded)
    #expect(times == [nil, Self.now])
  }

  @Test(
    "a node under pressure takes no pods but keeps its own",
    arguments: [
      ("MemoryPressure", "memory-pressure"), ("DiskPressure", "disk-pressure"),
      ("PIDPressure", "pid-pressure"), ("NetworkUnavailable", "network-unavailable"),
    ])
  func pressure(_ type: String, _ name: String) {
    #expect(
      taints(node(conditions: [type: "True"])) == ["node.kubernetes.io/\(name):NoSchedule"])
    #expect(taints(node(conditions: [type: "Unknown"])).isEmpty)
  }

  @Test("a cordoned node takes no pods, and others' taints stay first")
  func cordoned() {
    let foreign: Document = ["key": "mine", "effect": "NoSchedule"]
    #expect(
      taints(node(taints: [foreign], unschedulable: true))
        == ["mine:NoSchedule", "node.kubernetes.io/unschedulable:NoSchedule"])
  }

  @Test("a taint that stays keeps its time, one without cause goes")
  func changes() {
    let since = Timestamp(seconds: 500)
    let old: [Document] = [
      [
        "key": "node.kubernetes.io/unreachable", "effect": "NoExecute",
        "timeAdded": Document(since.description),
      ],
      ["key": "node.kubernetes.io/disk-pressure", "effect": "NoSchedule"],
    ]
    let wanted = NodeTaints.wanted(on: node(taints: old), readiness: "Unknown", now: Self.now)
    #expect(wanted.first { $0.effect == "NoExecute" }?.timeAdded == since)
    #expect(taints(node(taints: old)).isEmpty)
  }

  @Test("a silent node's conditions are unknown from now on, others stay as they are")
  func silence() {
    let status = node(conditions: ["Ready": "True", "PIDPressure": "Unknown", "Custom": "True"])
      .status
    let silent = status.conditionsOfSilence(now: Self.now)
    #expect(
      silent.map { "\($0.type) \($0.status)" } == [
        "Ready Unknown", "MemoryPressure Unknown", "DiskPressure Unknown", "PIDPressure Unknown",
        "Custom True",
      ])
    #expect(silent[0].lastTransitionTime == Self.now)
    #expect(silent[3].lastTransitionTime == Timestamp(seconds: 1))
  }
}
