import Resources
import Testing

@testable import Scheduling

@Suite("Pods near others, away from others, and spread")
struct SurroundingsTests {
  /// Two zones of two nodes each: a1 and a2, b1 and b2.
  private func cluster(_ pods: [(SchedulingPod, node: String)] = []) -> ClusterSnapshot {
    var cluster = Sample.cluster(
      ["a1", "a2", "b1", "b2"].map {
        Sample.node($0, labels: ["zone": String($0.prefix(1)), "host": $0])
      })
    for (pod, node) in pods { cluster.place(pod, on: node) }
    return cluster
  }

  private func term(
    _ app: String, _ topology: String = "zone", _ more: Document = [:]
  ) -> Document {
    var term: Document = [
      "labelSelector": ["matchLabels": ["app": Document(app)]], "topologyKey": Document(topology),
    ]
    for (name, value) in more.members { term[name] = value }
    return term
  }

  private func pod(
    _ name: String, app: String, near: [Document] = [], away: [Document] = [],
    namespace: String = "default"
  ) -> SchedulingPod {
    let required = "requiredDuringSchedulingIgnoredDuringExecution"
    return Sample.pod(
      name, labels: ["app": app], namespace: namespace,
      [
        "affinity": [
          "podAffinity": Document([(required, Document(near))]),
          "podAntiAffinity": Document([(required, Document(away))]),
        ]
      ])
  }

  /// The nodes that take a pod, or the message where none does.
  private func fitting(_ pod: SchedulingPod, _ cluster: ClusterSnapshot) -> String {
    let surroundings = cluster.surroundings(of: pod)
    let fitting = cluster.nodes.filter {
      cluster.reasons(against: $0, for: pod, in: surroundings, with: nil).isEmpty
    }
    if !fitting.isEmpty { return fitting.map(\.name).joined(separator: " ") }
    var start = 0
    return cluster.place(pod, startingAt: &start).message
  }

  @Test("a pod goes where the pods are that it must be near, and nowhere while there are none")
  func affinity() {
    let web = pod("web", app: "web", near: [term("db")])
    #expect(
      fitting(web, cluster())
        == "0/4 nodes are available: 4 node(s) didn't match pod affinity rules.")
    #expect(fitting(web, cluster([(pod("db", app: "db"), "a1")])) == "a1 a2")
  }

  @Test("the first of a group that wants to be together goes anywhere, the others go there")
  func firstOfGroup() {
    let first = pod("w1", app: "web", near: [term("web")])
    let second = pod("w2", app: "web", near: [term("web")])
    #expect(fitting(first, cluster()) == "a1 a2 b1 b2")
    #expect(fitting(second, cluster([(first, "b1")])) == "b1 b2")
  }

  @Test("pods that must not meet do not, whichever of them says so")
  func antiAffinity() {
    let shy = pod("shy", app: "shy", away: [term("web")])
    let web = pod("web", app: "web")
    #expect(fitting(shy, cluster([(web, "a1")])) == "b1 b2")
    #expect(fitting(web, cluster([(shy, "a1")])) == "b1 b2")
    let alone = pod("x2", app: "x", away: [term("x", "host")])
    let others = ["a1", "a2", "b1", "b2"].map {
      (pod("x-\($0)", app: "x", away: [term("x", "host")]), $0)
    }
    #expect(
      fitting(alone, cluster(others))
        == "0/4 nodes are available: 4 node(s) didn't match pod anti-affinity rules.")
  }

  @Test("a term means its own namespace, those listed, or those a selector chooses")
  func namespaces() {
    var cluster = cluster([(pod("db", app: "db", namespace: "data"), "a1")])
    cluster.namespaceLabels = ["data": ["team": "data"], "default": [:]]
    func near(_ more: Document) -> SchedulingPod {
      pod("web", app: "web", near: [term("db", "zone", more)])
    }
    #expect(fitting(near([:]), cluster).hasPrefix("0/4"))
    #expect(fitting(near(["namespaces": ["data"]]), cluster) == "a1 a2")
    #expect(fitting(near(["namespaceSelector": [:]]), cluster) == "a1 a2")
    let team: Document = ["namespaceSelector": ["matchLabels": ["team": "data"]]]
    #expect(fitting(near(team), cluster) == "a1 a2")
    let other: Document = ["namespaceSelector": ["matchLabels": ["team": "web"]]]
    #expect(fitting(near(other), cluster).hasPrefix("0/4"))
  }

  @Test("matchLabelKeys take the pod's own values")
  func matchLabelKeys() {
    func pod(_ name: String, version: String, keys: [Document]) -> SchedulingPod {
      Sample.pod(
        name, labels: ["app": "web", "version": version],
        [
          "affinity": [
            "podAntiAffinity": [
              "requiredDuringSchedulingIgnoredDuringExecution": [
                term("web", "zone", ["matchLabelKeys": Document(keys)])
              ]
            ]
          ]
        ])
    }
    let old = Sample.pod("old", labels: ["app": "web", "version": "1"])
    #expect(fitting(pod("new", version: "2", keys: []), cluster([(old, "a1")])) == "b1 b2")
    #expect(
      fitting(pod("new", version: "2", keys: ["version"]), cluster([(old, "a1")]))
        == "a1 a2 b1 b2")
    #expect(fitting(pod("new", version: "1", keys: ["version"]), cluster([(old, "a1")])) == "b1 b2")
  }

  @Test("a wish moves a pod where it can be had")
  func preferred() {
    func wishing(_ kind: String) -> SchedulingPod {
      Sample.pod(
        "p",
        [
          "affinity": Document([
            (
              kind,
              [
                "preferredDuringSchedulingIgnoredDuringExecution": [
                  ["weight": 100, "podAffinityTerm": term("web")]
                ]
              ] as Document
            )
          ])
        ])
    }
    let cluster = cluster([(pod("web", app: "web"), "b1")])
    var start = 0
    #expect(
      ["b1", "b2"].map(Placement.node)
        .contains(cluster.place(wishing("podAffinity"), startingAt: &start)))
    #expect(
      ["a1", "a2"].map(Placement.node)
        .contains(cluster.place(wishing("podAntiAffinity"), startingAt: &start)))
  }

  // MARK: Spreading

  private func spread(
    _ topology: String = "zone", _ more: Document = [:], _ spec: Document = [:]
  ) -> SchedulingPod {
    var constraint: Document = [
      "maxSkew": 1, "topologyKey": Document(topology), "whenUnsatisfiable": "DoNotSchedule",
      "labelSelector": ["matchLabels": ["app": "web"]],
    ]
    for (name, value) in more.members { constraint[name] = value }
    var spec = spec
    spec["topologySpreadConstraints"] = Document([constraint])
    return Sample.pod("new", labels: ["app": "web"], spec)
  }

  @Test("no place gets more than maxSkew pods more than the emptiest")
  func maxSkew() {
    let one = [(pod("1", app: "web"), node: "a1")]
    #expect(fitting(spread(), cluster(one)) == "b1 b2")
    #expect(fitting(spread("zone", ["maxSkew": 2]), cluster(one)) == "a1 a2 b1 b2")
    #expect(fitting(spread("host"), cluster(one)) == "a2 b1 b2")
    #expect(
      fitting(spread("rack"), cluster(one))
        == "0/4 nodes are available: 4 node(s) didn't match pod topology spread constraints "
        + "(missing required label).")
  }

  @Test("with fewer places than minDomains, another counts as empty")
  func minDomains() {
    let both = [(pod("1", app: "web"), node: "a1"), (pod("2", app: "web"), node: "b1")]
    #expect(fitting(spread("zone", ["minDomains": 2]), cluster(both)) == "a1 a2 b1 b2")
    #expect(
      fitting(spread("zone", ["minDomains": 3]), cluster(both))
        == "0/4 nodes are available: 4 node(s) didn't match pod topology spread constraints.")
  }

  @Test("places that the pod cannot go to do not count, unless told to")
  func nodeAffinityPolicy() {
    let one = [(pod("1", app: "web"), node: "a1")]
    let onlyA: Document = ["nodeSelector": ["zone": "a"]]
    #expect(fitting(spread("zone", [:], onlyA), cluster(one)) == "a1 a2")
    #expect(
      fitting(spread("zone", ["nodeAffinityPolicy": "Ignore"], onlyA), cluster(one))
        == "0/4 nodes are available: 2 node(s) didn't match Pod's node affinity/selector, "
        + "2 node(s) didn't match pod topology spread constraints.")
  }

  @Test("a soft constraint chooses the emptier place")
  func scheduleAnyway() {
    let soft = spread("zone", ["whenUnsatisfiable": "ScheduleAnyway"])
    let cluster = cluster([(pod("1", app: "web"), "a1"), (pod("2", app: "web"), "a2")])
    #expect(fitting(soft, cluster) == "a1 a2 b1 b2")
    var start = 0
    #expect(
      ["b1", "b2"].map(Placement.node).contains(cluster.place(soft, startingAt: &start)))
  }

  @Test("preemption removes a less urgent pod that stands in the way by affinity")
  func preemption() {
    let low = Sample.pod("low", labels: ["app": "web"])
    let cluster = cluster([(low, "a1"), (pod("b", app: "web"), "b1")])
    let urgent = Sample.pod(
      "urgent", priority: 10,
      [
        "nodeSelector": ["host": "a1"],
        "affinity": [
          "podAntiAffinity": ["requiredDuringSchedulingIgnoredDuringExecution": [term("web")]]
        ],
      ])
    guard case .evict(let node, let victims) = cluster.preemption(for: urgent, budgets: []) else {
      Issue.record("nobody was to go")
      return
    }
    #expect(node == "a1")
    #expect(victims.map(\.key.name) == ["low"])
  }

  @Test("a pod parked for want of another is woken by that pod's placement, not by any other's")
  func wakes() {
    let web = pod("web", app: "web", near: [term("db")])
    var queue = SchedulingQueue()
    queue.upsert(web)
    _ = queue.next(now: .zero)
    queue.park(web.key, reasons: [.podAffinity], now: .zero)
    queue.wake(placementOf: pod("x", app: "x"), namespaceLabels: [:], now: .zero)
    #expect(queue.next(now: .seconds(20)) == nil)
    queue.wake(placementOf: pod("db", app: "db"), namespaceLabels: [:], now: .seconds(20))
    #expect(queue.next(now: .seconds(21))?.key.name == "web")
  }
}
