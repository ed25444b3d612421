import Resources
import Testing

@testable import Scheduling

@Suite("Pods of one workload or Service spread without being told to")
struct DefaultSpreadTests {
  private func pod(
    _ name: String, owner: (kind: String, uid: String)? = nil, labels: [String: String] = [:],
    isEnding: Bool = false, spec: Document = [:]
  ) -> SchedulingPod {
    var pod: Document = [
      "metadata": [
        "name": Document(name), "namespace": "default", "uid": Document(name),
        "labels": labels.asDocument,
      ],
      "spec": spec, "status": [:],
    ]
    if let owner {
      pod.set(
        [["kind": Document(owner.kind), "uid": Document(owner.uid), "controller": true]],
        at: ["metadata", "ownerReferences"])
    }
    if isEnding {
      pod.set("2026-01-01T00:00:00Z", at: ["metadata", "deletionTimestamp"])
    }
    return SchedulingPod(pod)
  }

  /// Places pods one after the other, each counted where it went.
  private func placing(_ pods: [SchedulingPod], on cluster: inout ClusterSnapshot) -> [String] {
    var start = 0
    return pods.map { pod in
      guard case .node(let node) = cluster.place(pod, startingAt: &start) else { return "nowhere" }
      cluster.place(pod, on: node)
      return node
    }
  }

  private static let zone = "topology.kubernetes.io/zone"

  @Test(
    "replicas go to both nodes, although one has far more room",
    arguments: ["ReplicaSet", "ReplicationController", "StatefulSet"])
  func workloads(_ kind: String) {
    var cluster = Sample.cluster([
      Sample.node("large", cpu: "16", memory: "32Gi"), Sample.node("small", cpu: "10"),
    ])
    let pods = (1...4).map { pod("web-\($0)", owner: (kind, "w")) }
    let places = placing(pods, on: &cluster)
    #expect(places.count { $0 == "small" } == 2, "\(places)")
  }

  @Test("pods of nobody, of a Job, and of another workload are no reason to go elsewhere")
  func others() {
    func place(_ pod: SchedulingPod, beside other: SchedulingPod) -> [String] {
      var cluster = Sample.cluster([
        Sample.node("large", cpu: "16", memory: "32Gi"), Sample.node("small", cpu: "2"),
      ])
      cluster.place(other, on: "large")
      return placing([pod], on: &cluster)
    }
    let web = pod("web", owner: ("ReplicaSet", "w"))
    #expect(place(pod("web-2", owner: ("ReplicaSet", "w")), beside: web) == ["small"])
    #expect(place(pod("x", owner: ("ReplicaSet", "x")), beside: web) == ["large"])
    #expect(place(pod("x"), beside: pod("y")) == ["large"])
    let job = pod("job", owner: ("Job", "j"))
    #expect(place(pod("job-2", owner: ("Job", "j")), beside: job) == ["large"])
    let ending = pod("old", owner: ("ReplicaSet", "w"), isEnding: true)
    #expect(place(web, beside: ending) == ["large"])
  }

  @Test("zones are spread over before the nodes in them")
  func zones() {
    var cluster = Sample.cluster(
      [("a1", "a"), ("a2", "a"), ("b1", "b")].map {
        Sample.node($0.0, labels: [Self.zone: $0.1])
      })
    cluster.place(pod("1", owner: ("ReplicaSet", "w")), on: "a1")
    #expect(placing([pod("2", owner: ("ReplicaSet", "w"))], on: &cluster) == ["b1"])
    #expect(placing([pod("3", owner: ("ReplicaSet", "w"))], on: &cluster) == ["a2"])
  }

  @Test("pods without a workload spread by the Services that select them, as these change")
  func services() {
    var cluster = Sample.cluster([
      Sample.node("large", cpu: "16", memory: "32Gi"), Sample.node("small", cpu: "2"),
    ])
    let key = ObjectKey(namespace: "default", name: "web")
    cluster.place(pod("1", labels: ["app": "web"]), on: "large")
    func next(_ cluster: ClusterSnapshot) -> [String] {
      var cluster = cluster
      return placing([pod("2", labels: ["app": "web"])], on: &cluster)
    }
    #expect(next(cluster) == ["large"])
    cluster.setService(key, selector: ["app": "web"])
    #expect(next(cluster) == ["small"])
    // Pods that come and go after the Service are counted as well.
    cluster.place(pod("3", labels: ["app": "web"]), on: "small")
    cluster.forget(ObjectKey(namespace: "default", name: "1"))
    #expect(next(cluster) == ["large"])
    cluster.place(pod("1", labels: ["app": "web"]), on: "large")
    cluster.forget(ObjectKey(namespace: "default", name: "3"))
    cluster.setService(key, selector: ["app": "db"])
    #expect(next(cluster) == ["large"])
    cluster.setService(key, selector: ["app": "web"])
    cluster.setService(key, selector: [:])
    #expect(next(cluster) == ["large"])
  }

  @Test("what a pod states itself counts instead")
  func own() {
    var cluster = Sample.cluster([
      Sample.node("large", cpu: "16", memory: "32Gi"), Sample.node("small", cpu: "2"),
    ])
    cluster.place(pod("1", owner: ("ReplicaSet", "w"), labels: ["app": "web"]), on: "large")
    let stating = pod(
      "2", owner: ("ReplicaSet", "w"), labels: ["app": "web"],
      spec: [
        "topologySpreadConstraints": [
          [
            "maxSkew": 5, "topologyKey": "nowhere", "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": ["matchLabels": ["app": "web"]],
          ]
        ]
      ])
    #expect(placing([stating], on: &cluster) == ["large"])
  }
}
