import Foundations
import Resources
import Scheduling
import Testing

@testable import Controllers

@Suite("What a DaemonSet needs next")
struct DaemonSetPlanTests {
  private static let now = Timestamp(seconds: 1_000_000)

  private func set(unavailable: Document = 1, surge: Document = 0, type: String = "RollingUpdate")
    -> DaemonSet
  {
    DaemonSet([
      "metadata": ["name": "d", "namespace": "default", "uid": "d"],
      "spec": [
        "updateStrategy": [
          "type": Document(type),
          "rollingUpdate": ["maxUnavailable": unavailable, "maxSurge": surge],
        ]
      ],
    ])
  }

  /// A pod of the new template, ready since long ago, unless told otherwise.
  private func pod(
    _ name: String, on node: String, hash: String = "new", ready: Bool = true,
    phase: String = "Running", terminating: Bool = false, assigned: Bool = true, age: Int64 = 100
  ) -> DaemonPod {
    var metadata: Document = [
      "name": Document(name), "namespace": "default", "uid": Document(name),
      "labels": ["controller-revision-hash": Document(hash)],
      "creationTimestamp": Document(Timestamp(seconds: Self.now.seconds - age).description),
    ]
    if terminating { metadata["deletionTimestamp"] = Document(Self.now.description) }
    let spec: Document =
      assigned
      ? ["nodeName": Document(node)]
      : DaemonPod.document(
        of: set(), owner: OwnerIdentity(.daemonSets, set().metadata), node: node, hash: hash)[
          "spec"] ?? [:]
    let conditions: Document =
      ready
      ? [
        [
          "type": "Ready", "status": "True",
          "lastTransitionTime": Document(Timestamp(seconds: Self.now.seconds - 50).description),
        ]
      ] : []
    return DaemonPod(
      Pod([
        "metadata": metadata, "spec": spec,
        "status": ["phase": Document(phase), "conditions": conditions],
      ]), hashes: ["new"], minReadySeconds: 0, now: Self.now)
  }

  private func plan(_ set: DaemonSet, _ nodes: [String: DaemonPlacement], _ pods: [DaemonPod])
    -> DaemonSetPlan
  {
    DaemonSetPlan(
      set: set, nodes: nodes.map { (name: $0.key, placement: $0.value) }, pods: pods)
  }

  private func names(_ pods: [DaemonPod]) -> [String] { pods.map(\.key.name).sorted() }

  @Test("every node that is wanted gets a pod, others do not")
  func placement() {
    let plan = plan(set(), ["a": .wanted, "b": .refused, "c": .tolerated, "d": .wanted], [])
    #expect(plan.creations == ["a", "d"])
    #expect(plan.counts == .init(desired: 2))
  }

  @Test("a pod stays where it is tolerated and goes where it is refused")
  func misplaced() {
    let plan = plan(
      set(), ["a": .tolerated, "b": .refused], [pod("one", on: "a"), pod("two", on: "b")])
    #expect(names(plan.deletions) == ["two"])
    #expect(plan.counts.misscheduled == 2)
  }

  @Test("of two pods on a node the one without a place goes, then the younger")
  func doubled() {
    let waiting = pod("waiting", on: "a", assigned: false, age: 200)
    let younger = pod("younger", on: "a", age: 10)
    let plan = plan(set(), ["a": .wanted], [waiting, younger, pod("older", on: "a", age: 20)])
    #expect(names(plan.deletions) == ["waiting", "younger"])
  }

  @Test("a pod that waits for a node is that node's, and goes with it")
  func waiting() {
    let waiting = pod("waiting", on: "a", ready: false, assigned: false)
    #expect(plan(set(), ["a": .wanted], [waiting]).creations == [])
    #expect(names(plan(set(), ["b": .wanted], [waiting]).deletions) == ["waiting"])
  }

  @Test("a place is filled anew once its last pod is gone")
  func terminating() {
    let plan = plan(set(), ["a": .wanted], [pod("one", on: "a", terminating: true)])
    #expect(plan.creations.isEmpty && plan.deletions.isEmpty)
  }

  @Test("pods that ended are told apart, so that their replacement can wait")
  func ended() {
    let failed = pod("failed", on: "a", hash: "old", ready: false, phase: "Failed")
    let plan = plan(set(), ["a": .wanted], [failed])
    #expect(names(plan.ended) == ["failed"])
    #expect(plan.deletions.isEmpty && plan.creations.isEmpty)
  }

  @Test("old pods go as far as the bound allows, in order of their nodes")
  func rolling() {
    let old = ["a", "b", "c"].map { pod("old-\($0)", on: $0, hash: "old") }
    let nodes = ["a": DaemonPlacement.wanted, "b": .wanted, "c": .wanted]
    #expect(names(plan(set(), nodes, old).deletions) == ["old-a"])
    #expect(names(plan(set(unavailable: 2), nodes, old).deletions) == ["old-a", "old-b"])
    #expect(names(plan(set(unavailable: "50%"), nodes, old).deletions) == ["old-a", "old-b"])
    #expect(plan(set(type: "OnDelete"), nodes, old).deletions.isEmpty)
  }

  @Test("a new pod that is not ready holds the next one up; an old one that is not ready does not")
  func rollingUnready() {
    let nodes = ["a": DaemonPlacement.wanted, "b": .wanted, "c": .wanted]
    let pods = [
      pod("new-a", on: "a", ready: false), pod("old-b", on: "b", hash: "old"),
      pod("old-c", on: "c", hash: "old", ready: false),
    ]
    #expect(names(plan(set(), nodes, pods).deletions) == ["old-c"])
  }

  @Test("with a surge new pods come first, and old ones go once those are available")
  func surging() {
    let nodes = ["a": DaemonPlacement.wanted, "b": .wanted]
    let set = set(unavailable: 0, surge: 1)
    let old = ["a", "b"].map { pod("old-\($0)", on: $0, hash: "old") }
    let first = plan(set, nodes, old)
    #expect(first.creations == ["a"] && first.deletions.isEmpty)
    let second = plan(set, nodes, old + [pod("new-a", on: "a", ready: false, age: 1)])
    #expect(second.creations.isEmpty && second.deletions.isEmpty)
    let third = plan(set, nodes, old + [pod("new-a", on: "a", age: 1)])
    #expect(third.creations == ["b"] && names(third.deletions) == ["old-a"])
  }

  @Test("both bounds zero count as one that may be missing")
  func neverStuck() {
    let plan = plan(
      set(unavailable: 0, surge: 0), ["a": .wanted], [pod("old", on: "a", hash: "old")])
    #expect(names(plan.deletions) == ["old"])
  }

  @Test("counts are of the oldest pod of each node")
  func counts() {
    let plan = plan(
      set(), ["a": .wanted, "b": .wanted, "c": .wanted],
      [
        pod("one", on: "a"), pod("two", on: "b", hash: "old", ready: false),
      ])
    #expect(
      plan.counts
        == .init(desired: 3, current: 2, misscheduled: 0, ready: 1, available: 1, updated: 1))
  }

  @Test("a daemon's pod may go to its node only, and tolerates the node's troubles")
  func document() {
    let pod = DaemonPod.document(
      of: set(), owner: OwnerIdentity(.daemonSets, set().metadata), node: "a", hash: "h")
    let scheduling = SchedulingPod(pod)
    let sick = SchedulingNode([
      "metadata": ["name": "a"],
      "spec": [
        "unschedulable": true,
        "taints": [
          ["key": "node.kubernetes.io/unreachable", "effect": "NoExecute"],
          ["key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"],
        ],
      ],
    ])
    #expect(scheduling.daemonPlacement(on: sick) == .wanted)
    #expect(scheduling.daemonPlacement(on: SchedulingNode(["metadata": ["name": "b"]])) == .refused)
    #expect(pod[path: "metadata", "labels", "controller-revision-hash"]?.string == "h")
  }

  @Test("taints that only refuse new pods leave those that are there")
  func taints() {
    func placement(_ effect: String) -> DaemonPlacement {
      SchedulingPod(["spec": [:]]).daemonPlacement(
        on: SchedulingNode([
          "metadata": ["name": "a"],
          "spec": ["taints": [["key": "k", "effect": Document(effect)]]],
        ]))
    }
    #expect(placement("NoSchedule") == .tolerated)
    #expect(placement("NoExecute") == .refused)
    #expect(placement("PreferNoSchedule") == .wanted)
  }
}
