import Foundations
import Resources
import Testing

@testable import Controllers

@Suite("What a StatefulSet needs next")
struct StatefulSetPlanTests {
  private static let now = Timestamp(seconds: 1_000_000)

  private func set(
    _ replicas: Int, parallel: Bool = false, partition: Int = 0, start: Int = 0,
    strategy: Document? = nil
  ) -> StatefulSet {
    StatefulSet([
      "metadata": ["name": "web", "namespace": "default", "uid": "web", "generation": 3],
      "spec": [
        "replicas": Document(replicas), "serviceName": "nginx",
        "podManagementPolicy": parallel ? "Parallel" : "OrderedReady",
        "ordinals": ["start": Document(start)],
        "updateStrategy": strategy
          ?? ["type": "RollingUpdate", "rollingUpdate": ["partition": Document(partition)]],
      ],
    ])
  }

  private func pod(
    _ ordinal: Int, _ revision: String = "new", ready: Bool = true, phase: String = "Running",
    terminating: Bool = false, labelled: Bool = true
  ) -> StatefulPod {
    let name = "web-\(ordinal)"
    var metadata: Document = [
      "name": Document(name), "namespace": "default", "uid": Document(name),
      "labels": [
        "controller-revision-hash": Document(revision),
        "statefulset.kubernetes.io/pod-name": labelled ? Document(name) : "other",
      ],
    ]
    if terminating { metadata["deletionTimestamp"] = Document(Self.now.description) }
    let pod = StatefulPod(
      Pod([
        "metadata": metadata,
        "status": [
          "phase": Document(phase),
          "conditions": [["type": "Ready", "status": ready ? "True" : "False"]],
        ],
      ]), set: "web", minReadySeconds: 0, now: Self.now)
    guard let pod else { preconditionFailure("the name is one of the set's") }
    return pod
  }

  private func steps(_ set: StatefulSet, _ pods: [StatefulPod]) -> [StatefulSetPlan.Step] {
    StatefulSetPlan(set: set, pods: pods, updateRevision: "new").steps
  }

  private func delete(_ ordinal: Int) -> StatefulSetPlan.Step {
    .delete(ObjectKey(namespace: "default", name: "web-\(ordinal)"))
  }

  @Test("in order, one pod is started at a time, once those before it are ready")
  func ordered() {
    #expect(steps(set(3), []) == [.create(ordinal: 0, isUpdated: true)])
    #expect(steps(set(3), [pod(0, ready: false)]) == [])
    #expect(steps(set(3), [pod(0)]) == [.create(ordinal: 1, isUpdated: true)])
    #expect(steps(set(3), [pod(0), pod(2)]) == [.create(ordinal: 1, isUpdated: true)])
  }

  @Test("in parallel, all are started at once, whatever the others do")
  func parallel() {
    #expect(
      steps(set(3, parallel: true), [pod(1, ready: false)])
        == [.create(ordinal: 0, isUpdated: true), .create(ordinal: 2, isUpdated: true)])
  }

  @Test("ordinals begin where the set says, and pods below that go")
  func startOrdinal() {
    #expect(
      steps(set(2, parallel: true, start: 3), [])
        == [.create(ordinal: 3, isUpdated: true), .create(ordinal: 4, isUpdated: true)])
    #expect(steps(set(1, start: 3), [pod(0), pod(3)]) == [delete(0)])
  }

  @Test("a pod that ended is taken away, once")
  func ended() {
    #expect(steps(set(2), [pod(0, phase: "Failed"), pod(1)]) == [delete(0)])
    #expect(steps(set(1), [pod(0, phase: "Succeeded")]) == [delete(0)])
    #expect(steps(set(1), [pod(0, phase: "Failed", terminating: true)]) == [])
  }

  @Test("in order, the highest goes first, one by one, and not while another is unavailable")
  func shrinking() {
    #expect(steps(set(1), [pod(0), pod(1), pod(2)]) == [delete(2)])
    #expect(steps(set(1), [pod(0), pod(1), pod(2, terminating: true)]) == [])
    #expect(steps(set(1), [pod(0, ready: false), pod(1), pod(2)]) == [])
    #expect(steps(set(1), [pod(0), pod(1, ready: false), pod(2)]) == [delete(2)])
    #expect(steps(set(1), [pod(0), pod(1, ready: false), pod(2, ready: false)]) == [])
    #expect(
      steps(set(0, parallel: true), [pod(0), pod(1, ready: false)]) == [delete(1), delete(0)])
  }

  @Test("an update replaces the highest first and waits for it")
  func updating() {
    let old = [pod(0, "old"), pod(1, "old"), pod(2, "old")]
    #expect(steps(set(3), old) == [delete(2)])
    #expect(steps(set(3), [old[0], old[1], pod(2)]) == [delete(1)])
    #expect(steps(set(3, parallel: true), [old[0], old[1], pod(2, ready: false)]) == [])
    #expect(steps(set(3), [pod(0), pod(1), pod(2)]) == [])
  }

  @Test("a partition holds pods below it back, and gives new ones the template before")
  func partition() {
    #expect(steps(set(3, partition: 2), [pod(0, "old"), pod(1, "old"), pod(2)]) == [])
    #expect(
      steps(set(3, partition: 2), [pod(0, "old"), pod(2)])
        == [.create(ordinal: 1, isUpdated: false)])
    #expect(steps(set(2, partition: 9), [pod(0, "old"), pod(1, "old")]) == [])
  }

  @Test("OnDelete replaces nothing by itself")
  func onDelete() {
    let onDelete = set(2, strategy: ["type": "OnDelete"])
    #expect(steps(onDelete, [pod(0, "old"), pod(1, "old")]) == [])
    #expect(steps(onDelete, [pod(0, "old")]) == [.create(ordinal: 1, isUpdated: true)])
  }

  @Test("more than one may be missing where the strategy says so")
  func maxUnavailable() {
    let two = set(
      3, strategy: ["type": "RollingUpdate", "rollingUpdate": ["maxUnavailable": 2]])
    #expect(
      steps(two, [pod(0, "old"), pod(1, "old"), pod(2, "old")]) == [delete(2), delete(1)])
  }

  @Test("a lost name label is given back")
  func identity() {
    #expect(
      steps(set(1), [pod(0, labelled: false)])
        == [.label(ObjectKey(namespace: "default", name: "web-0"))])
  }

  @Test("the status counts by revision, and an update that is through becomes the current one")
  func status() {
    func status(_ pods: [StatefulPod]) -> StatefulSetStatus {
      StatefulSetPlan.status(
        of: set(2), pods: pods, currentRevision: "old", updateRevision: "new", collisions: nil)
    }
    let midway = status([pod(0, "old"), pod(1, ready: false)])
    #expect(midway.currentRevision == "old" && midway.updateRevision == "new")
    #expect(midway.currentReplicas == 1 && midway.updatedReplicas == 1)
    #expect(midway.replicas == 2 && midway.readyReplicas == 1 && midway.availableReplicas == 1)
    #expect(midway.observedGeneration == 3)
    let through = status([pod(0), pod(1)])
    #expect(through.currentRevision == "new" && through.currentReplicas == 2)
    #expect(status([]).document["availableReplicas"]?.integer == 0)
  }

  @Test(
    "only names of the set give an ordinal",
    arguments: [
      ("web-0", 0), ("web-12", 12), ("web-", nil), ("web-a", nil), ("web", nil), ("web-1-2", nil),
      ("other-1", nil), ("web--1", nil),
    ] as [(String, Int?)])
  func ordinal(_ name: String, _ ordinal: Int?) {
    #expect(StatefulPod.ordinal(of: name, set: "web") == ordinal)
  }

  @Test("a pod knows its name, its place, its Service and its claims")
  func document() {
    var set = set(1)
    set.spec.document["volumeClaimTemplates"] = [["metadata": ["name": "data"]]]
    let pod = StatefulPod.document(
      of: set,
      template: PodTemplateSpec([
        "spec": [
          "volumes": [["name": "data", "emptyDir": [:]], ["name": "tmp", "emptyDir": [:]]]
        ]
      ]), owner: OwnerIdentity(.statefulSets, set.metadata), ordinal: 4, revision: "web-abc")
    #expect(pod[path: "spec", "hostname"]?.string == "web-4")
    #expect(pod[path: "spec", "subdomain"]?.string == "nginx")
    #expect(pod[path: "metadata", "labels", "apps.kubernetes.io/pod-index"]?.string == "4")
    #expect(pod[path: "metadata", "labels", "controller-revision-hash"]?.string == "web-abc")
    #expect(
      pod[path: "spec", "volumes"] == [
        ["name": "data", "persistentVolumeClaim": ["claimName": "data-web-4"]],
        ["name": "tmp", "emptyDir": [:]],
      ])
  }
}
