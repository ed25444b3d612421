import Resources
import Testing

@testable import Scheduling

@Suite("What a pod's claims mean for its place")
struct VolumeTests {
  private func claim(
    _ name: String, size: String = "1Gi", class storageClass: String = "local",
    volume: String = "", mode: String = "ReadWriteOnce", node: String? = nil
  ) -> Document {
    var annotations: Document = volume.isEmpty ? [:] : [StorageAnnotations.bindCompleted: "yes"]
    if let node { annotations[StorageAnnotations.selectedNode] = Document(node) }
    return [
      "metadata": [
        "name": Document(name), "namespace": "default", "uid": Document(name),
        "annotations": annotations,
      ],
      "spec": [
        "storageClassName": Document(storageClass), "volumeName": Document(volume),
        "accessModes": [Document(mode)],
        "resources": ["requests": ["storage": Document(size)]],
      ],
    ]
  }

  private func volume(_ name: String, size: String = "1Gi", on host: String) -> Document {
    [
      "metadata": ["name": Document(name)],
      "spec": [
        "capacity": ["storage": Document(size)], "storageClassName": "local",
        "accessModes": ["ReadWriteOnce"],
        "nodeAffinity": [
          "required": [
            "nodeSelectorTerms": [
              [
                "matchExpressions": [
                  ["key": "host", "operator": "In", "values": [Document(host)]]
                ]
              ]
            ]
          ]
        ],
      ],
      "status": ["phase": "Available"],
    ]
  }

  private func storageClass(_ name: String, provisioner: String, waits: Bool = true) -> Document {
    [
      "metadata": ["name": Document(name)], "provisioner": Document(provisioner),
      "volumeBindingMode": waits ? "WaitForFirstConsumer" : "Immediate",
    ]
  }

  private func pod(_ name: String, claims: [String]) -> SchedulingPod {
    Sample.pod(
      name,
      [
        "volumes": Document(
          claims.map { claim -> Document in
            [
              "name": Document(claim), "persistentVolumeClaim": ["claimName": Document(claim)],
            ]
          })
      ])
  }

  private func cluster(_ hosts: [String] = ["a", "b"], _ classes: [Document]? = nil)
    -> ClusterSnapshot
  {
    var cluster = Sample.cluster(hosts.map { Sample.node($0, labels: ["host": $0]) })
    for found in classes ?? [storageClass("local", provisioner: StorageProvisioner.none)] {
      cluster.storage.upsert(storageClass: found)
    }
    return cluster
  }

  private func place(_ pod: SchedulingPod, _ cluster: ClusterSnapshot) -> String {
    var start = 0
    return cluster.place(pod, startingAt: &start).message
  }

  @Test("a bound volume is followed to where it is")
  func bound() {
    var cluster = cluster()
    cluster.storage.upsert(claim: claim("c", volume: "v"))
    cluster.storage.upsert(volume: volume("v", on: "b"))
    #expect(place(pod("p", claims: ["c"]), cluster) == "assigned to b")
    cluster.storage.upsert(volume: volume("v", on: "nowhere"))
    #expect(
      place(pod("p", claims: ["c"]), cluster)
        == "0/2 nodes are available: 2 node(s) didn't match PersistentVolume's node affinity.")
    cluster.storage.removeVolume("v")
    #expect(
      place(pod("p", claims: ["c"]), cluster)
        == "0/2 nodes are available: 2 node(s) unavailable due to one or more pvc(s) bound to "
        + "non-existent pv(s).")
  }

  @Test("claims that are not ready are told once, whatever the nodes are like")
  func notReady() {
    var cluster = cluster()
    let pod = pod("p", claims: ["c"])
    #expect(
      place(pod, cluster)
        == "0/2 nodes are available: persistentvolumeclaim \"c\" not found.")
    cluster.storage.upsert(claim: claim("c", class: "fast"))
    #expect(
      place(pod, cluster)
        == "0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims.")
    var leaving = claim("c", volume: "v")
    leaving.set("2026-11-26T20:00:00Z", at: ["metadata", "deletionTimestamp"])
    cluster.storage.upsert(claim: leaving)
    #expect(
      place(pod, cluster)
        == "0/2 nodes are available: persistentvolumeclaim \"c\" is being deleted.")
    var lost = claim("c", volume: "v")
    lost.set("Lost", at: ["status", "phase"])
    cluster.storage.upsert(claim: lost)
    #expect(
      place(pod, cluster)
        == "0/2 nodes are available: persistentvolumeclaim \"c\" bound to non-existent "
        + "persistentvolume \"v\".")
  }

  @Test("a pod whose claims are not ready has nobody go for it")
  func noPreemption() {
    var cluster = cluster()
    cluster.place(Sample.pod("low", priority: -1), on: "a")
    guard case .nothing(let why) = cluster.preemption(for: pod("p", claims: ["c"]), budgets: [])
    else {
      Issue.record("nothing can be done")
      return
    }
    #expect(
      why == "preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.")
  }

  @Test("claims that wait get the smallest volumes of the node, the smallest claim first")
  func delayed() {
    var cluster = cluster()
    cluster.storage.upsert(claim: claim("large", size: "3Gi"))
    cluster.storage.upsert(claim: claim("small", size: "1Gi"))
    cluster.storage.upsert(volume: volume("a1", size: "1Gi", on: "a"))
    cluster.storage.upsert(volume: volume("a2", size: "2Gi", on: "a"))
    cluster.storage.upsert(volume: volume("b3", size: "3Gi", on: "b"))
    let both = pod("p", claims: ["large", "small"])
    #expect(
      place(both, cluster)
        == "0/2 nodes are available: 2 node(s) didn't find available persistent volumes to bind.")
    cluster.storage.upsert(volume: volume("b4", size: "4Gi", on: "b"))
    #expect(place(both, cluster) == "assigned to b")
    let decisions = cluster.chooseVolumes(for: both, on: "b")
    let key = { ObjectKey(namespace: "default", name: $0) }
    #expect(
      decisions == [.bind(key("small"), volume: "b3"), .bind(key("large"), volume: "b4")])

    // What is decided is taken, until it turns out otherwise.
    cluster.storage.upsert(claim: claim("other", size: "4Gi"))
    #expect(place(pod("q", claims: ["other"]), cluster) != "assigned to b")
    cluster.storage.forgetChoices(of: decisions.map(\.claim))
    #expect(place(pod("q", claims: ["other"]), cluster) == "assigned to b")
  }

  @Test("a volume that is kept for a claim is its only one")
  func reserved() {
    var cluster = cluster()
    cluster.storage.upsert(claim: claim("c"))
    cluster.storage.upsert(volume: volume("free", on: "a"))
    var kept = volume("kept", on: "b")
    kept.set(["namespace": "default", "name": "c"], at: ["spec", "claimRef"])
    cluster.storage.upsert(volume: kept)
    #expect(place(pod("p", claims: ["c"]), cluster) == "assigned to b")
  }

  @Test("where a class makes volumes, the claim goes to the pod's node, and stays there")
  func provisioned() {
    var made = storageClass("local", provisioner: "example.com/disks")
    made["allowedTopologies"] = [
      ["matchLabelExpressions": [["key": "host", "values": ["b", "c"]]]]
    ]
    var cluster = cluster(["a", "b", "c"], [made])
    cluster.storage.upsert(claim: claim("c"))
    let key = ObjectKey(namespace: "default", name: "c")
    let first = pod("p", claims: ["c"])
    var start = 0
    guard case .node(let node) = cluster.place(first, startingAt: &start) else {
      Issue.record("it fits")
      return
    }
    #expect(["b", "c"].contains(node))
    #expect(cluster.chooseVolumes(for: first, on: "c") == [.provision(key)])
    #expect(place(pod("q", claims: ["c"]), cluster) == "assigned to c")

    cluster.storage.upsert(claim: claim("d", node: "b"))
    #expect(place(pod("r", claims: ["d"]), cluster) == "assigned to b")
    cluster.storage.upsert(claim: claim("d", node: "gone"))
    #expect(
      place(pod("r", claims: ["d"]), cluster)
        == "0/3 nodes are available: 3 node(s) didn't find available persistent volumes to bind.")
  }

  @Test("a claim for one pod only refuses a second, until the first is gone")
  func onePod() {
    var cluster = cluster()
    cluster.storage.upsert(claim: claim("c", volume: "v", mode: "ReadWriteOncePod"))
    cluster.storage.upsert(volume: volume("v", on: "a"))
    let (first, second) = (pod("p", claims: ["c"]), pod("q", claims: ["c"]))
    cluster.place(first, on: "a")
    #expect(place(first, cluster) == "assigned to a")
    #expect(
      place(second, cluster)
        == "0/2 nodes are available: 2 node(s) unavailable due to PersistentVolumeClaim with "
        + "ReadWriteOncePod access mode already in-use by another pod.")
    cluster.forget(first.key)
    #expect(place(second, cluster) == "assigned to a")
  }

  @Test("a pod's own claim must have been made for it")
  func ephemeral() {
    var cluster = cluster()
    let pod = Sample.pod("p", ["volumes": [["name": "s", "ephemeral": [:]]]])
    #expect(
      place(pod, cluster)
        == "0/2 nodes are available: waiting for ephemeral volume controller to create the "
        + "persistentvolumeclaim \"p-s\".")
    cluster.storage.upsert(claim: claim("p-s", volume: "v"))
    cluster.storage.upsert(volume: volume("v", on: "a"))
    #expect(
      place(pod, cluster)
        == "0/2 nodes are available: PVC default/p-s was not created for pod default/p "
        + "(pod is not owner).")
    var own = claim("p-s", volume: "v")
    own.set(
      [["kind": "Pod", "name": "p", "uid": "p", "controller": true]],
      at: ["metadata", "ownerReferences"])
    cluster.storage.upsert(claim: own)
    #expect(place(pod, cluster) == "assigned to a")
  }

  @Test("a change of storage brings back who waits for it, and nobody else")
  func wakes() {
    var queue = SchedulingQueue()
    for (name, reason) in [
      ("waits", FilterReason.volumeBindConflict), ("unready", .claims("why")),
      ("large", .insufficient("cpu")),
    ] {
      queue.upsert(Sample.pod(name))
      let taken = queue.next(now: .zero)
      #expect(taken?.key.name == name)
      queue.park(ObjectKey(namespace: "default", name: name), reasons: [reason], now: .zero)
    }
    queue.wake(.storage, now: .zero)
    let woken = [queue.next(now: .seconds(20)), queue.next(now: .seconds(20))]
      .compactMap { $0?.key.name }
    #expect(Set(woken) == ["waits", "unready"])
    let more = queue.next(now: .seconds(20))
    #expect(more == nil)
  }
}
