import Resources
import Testing

@testable import Scheduling

@Suite("Which node a pod gets")
struct PlacementTests {
  private func place(_ pod: SchedulingPod, _ nodes: [Document]) -> Placement {
    var start = 0
    return Sample.cluster(nodes).place(pod, startingAt: &start)
  }

  @Test("the node with the most room is taken")
  func leastAllocated() {
    var cluster = Sample.cluster([Sample.node("full"), Sample.node("empty")])
    cluster.place(Sample.pod("old", requests: ["cpu": "2", "memory": "4Gi"]), on: "full")
    var start = 0
    let pod = Sample.pod("new", requests: ["cpu": "100m", "memory": "64Mi"])
    #expect(cluster.place(pod, startingAt: &start) == .node("empty"))
  }

  @Test("exactly what is free fits, one more does not")
  func exactFit() {
    let node = Sample.node("n", cpu: "2", memory: "1Gi")
    #expect(place(Sample.pod("p", requests: ["cpu": "2", "memory": "1Gi"]), [node]) == .node("n"))
    #expect(place(Sample.pod("p", requests: ["cpu": "2001m"]), [node]) != .node("n"))
  }

  @Test("what a pod took is free again once it ended")
  func givesBack() {
    var cluster = Sample.cluster([Sample.node("n", cpu: "1")])
    let old = Sample.pod("old", requests: ["cpu": "1"])
    let new = Sample.pod("new", requests: ["cpu": "1"])
    var start = 0
    cluster.place(old, on: "n")
    #expect(cluster.place(new, startingAt: &start) != .node("n"))
    let tookSomething = cluster.forget(old.key)
    let tookAgain = cluster.forget(old.key)
    #expect(tookSomething)
    #expect(!tookAgain)
    #expect(cluster.place(new, startingAt: &start) == .node("n"))
  }

  @Test("a pod seen before its node counts once the node comes")
  func podBeforeNode() {
    var cluster = ClusterSnapshot()
    cluster.place(Sample.pod("old", requests: ["cpu": "1"]), on: "n")
    cluster.upsertNode(Sample.node("n", cpu: "1"))
    #expect(cluster.nodes.first?.used.milliCPU == 1000)
  }

  @Test("pods that ask for nothing are spread over nodes that are alike")
  func spreadsModest() {
    var cluster = Sample.cluster([Sample.node("a", cpu: "2"), Sample.node("b", cpu: "2")])
    var start = 0
    var counts: [String: Int] = [:]
    for number in 0..<6 {
      let pod = Sample.pod("p\(number)")
      guard case .node(let name) = cluster.place(pod, startingAt: &start) else { continue }
      cluster.place(pod, on: name)
      counts[name, default: 0] += 1
    }
    #expect(counts == ["a": 3, "b": 3])
  }

  @Test("without nodes it says so")
  func noNodes() {
    #expect(place(Sample.pod("p"), []).message == "no nodes available to schedule pods")
  }

  @Test("the message counts the nodes of each reason, in Kubernetes' words")
  func message() {
    let taint: Document = ["key": "k", "value": "v", "effect": "NoSchedule"]
    let placement = place(
      Sample.pod("p", requests: ["cpu": "3", "memory": "9Gi"], ["nodeSelector": ["disk": "ssd"]]),
      [
        Sample.node("a", cpu: "1", labels: ["disk": "ssd"]),
        Sample.node("b", cpu: "1", labels: ["disk": "ssd"]),
        Sample.node("c"), Sample.node("d", taints: [taint]),
        Sample.node("e", unschedulable: true),
      ])
    #expect(
      placement.message == """
        0/5 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, \
        1 node(s) had untolerated taint(s), 1 node(s) were unschedulable, 2 Insufficient cpu, \
        2 Insufficient memory.
        """)
  }

  @Test("nodes that differ in their taints alone are counted together")
  func taintsTogether() {
    func node(_ name: String) -> Document {
      Sample.node(name, taints: [["key": Document(name), "effect": "NoExecute"]])
    }
    #expect(
      place(Sample.pod("p"), [node("a"), node("b")]).message
        == "0/2 nodes are available: 2 node(s) had untolerated taint(s).")
  }

  @Test("a soft taint is avoided, but no obstacle")
  func softTaint() {
    let soft = Sample.node("soft", taints: [["key": "k", "effect": "PreferNoSchedule"]])
    #expect(place(Sample.pod("p"), [soft, Sample.node("plain")]) == .node("plain"))
    #expect(place(Sample.pod("p"), [soft]) == .node("soft"))
  }

  @Test(
    "tolerations",
    arguments: [
      (["key": "k", "operator": "Equal", "value": "v", "effect": "NoSchedule"], true),
      (["key": "k", "value": "v"], true),
      (["key": "k", "value": "other"], false),
      (["key": "k", "operator": "Exists"], true),
      (["operator": "Exists"], true),
      (["key": "k", "operator": "Exists", "effect": "NoExecute"], false),
    ] as [(Document, Bool)])
  func tolerations(_ toleration: Document, fits: Bool) {
    let node = Sample.node(
      "n", taints: [["key": "k", "value": "v", "effect": "NoSchedule"]])
    let pod = Sample.pod("p", ["tolerations": Document([toleration])])
    #expect((place(pod, [node]) == .node("n")) == fits)
  }

  @Test(
    "node affinity's operators",
    arguments: [
      ("In", ["a", "b"], true), ("In", ["c"], false), ("NotIn", ["c"], true),
      ("NotIn", ["a"], false), ("Exists", [], true), ("DoesNotExist", [], false),
    ] as [(String, [String], Bool)])
  func affinity(_ operation: String, values: [String], fits: Bool) {
    let term: Document = [
      "matchExpressions": [
        [
          "key": "zone", "operator": Document(operation),
          "values": Document(values.map { Document($0) }),
        ]
      ]
    ]
    let pod = Sample.pod("p", required([term]))
    #expect((place(pod, [Sample.node("n", labels: ["zone": "a"])]) == .node("n")) == fits)
  }

  @Test("one matching term is enough, an empty one matches nothing")
  func terms() {
    let named: Document = [
      "matchFields": [["key": "metadata.name", "operator": "In", "values": ["n"]]]
    ]
    #expect(place(Sample.pod("p", required([[:], named])), [Sample.node("n")]) == .node("n"))
    #expect(place(Sample.pod("p", required([[:]])), [Sample.node("n")]) != .node("n"))
  }

  private func required(_ terms: [Document]) -> Document {
    [
      "affinity": [
        "nodeAffinity": [
          "requiredDuringSchedulingIgnoredDuringExecution": [
            "nodeSelectorTerms": Document(terms)
          ]
        ]
      ]
    ]
  }

  @Test("a host port is taken once per address and protocol")
  func hostPorts() {
    func pod(_ name: String, address: String = "", transport: String = "TCP") -> SchedulingPod {
      Sample.pod(
        name,
        [
          "containers": [
            [
              "name": "c",
              "ports": [
                [
                  "hostPort": 80, "containerPort": 80, "hostIP": Document(address),
                  "protocol": Document(transport),
                ]
              ],
            ]
          ]
        ])
    }
    var cluster = Sample.cluster([Sample.node("n")])
    cluster.place(pod("first", address: "127.0.0.1"), on: "n")
    var start = 0
    #expect(
      cluster.place(pod("any"), startingAt: &start).message
        == "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports."
    )
    #expect(cluster.place(pod("udp", transport: "UDP"), startingAt: &start) == .node("n"))
    #expect(cluster.place(pod("other", address: "127.0.0.2"), startingAt: &start) == .node("n"))
  }

  @Test("a node takes no more pods than it says")
  func podCount() {
    var cluster = Sample.cluster([Sample.node("n", pods: 1)])
    cluster.place(Sample.pod("first"), on: "n")
    var start = 0
    #expect(
      cluster.place(Sample.pod("second"), startingAt: &start).message
        == "0/1 nodes are available: 1 Too many pods.")
  }

  @Test("extended resources are counted by name")
  func extended() {
    let pod = Sample.pod("p", requests: ["example.com/gpu": "2"])
    #expect(place(pod, [Sample.node("n", extended: ["example.com/gpu": "2"])]) == .node("n"))
    #expect(
      place(pod, [Sample.node("n")]).message
        == "0/1 nodes are available: 1 Insufficient example.com/gpu.")
  }
}
