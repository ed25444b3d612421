import Foundations
import Resources
import Testing

@testable import Controllers

@Suite("Which objects an owner takes in and lets go")
struct AdoptionTests {
  private func pod(
    _ name: String, app: String, owner: String? = nil, terminating: Bool = false
  ) -> Document {
    var metadata: Document = [
      "name": Document(name), "namespace": "default", "labels": ["app": Document(app)],
    ]
    if let owner {
      metadata["ownerReferences"] = [
        [
          "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "set", "uid": Document(owner),
          "controller": true,
        ]
      ]
    }
    if terminating { metadata["deletionTimestamp"] = "2026-01-01T00:00:00Z" }
    return ["metadata": metadata]
  }

  private func adoption(_ pods: [Document], terminating: Bool = false) -> [[String]] {
    let plan = Adoption(
      candidates: pods, ownerUID: "me", selector: LabelSelector(labels: ["app": "web"]),
      isTerminating: terminating)
    return [plan.owned, plan.toAdopt, plan.toRelease].map { $0.map { ObjectKey($0).name } }
  }

  @Test("orphans that match are adopted, owned pods that no longer match are released")
  func claims() {
    let pods = [
      pod("mine", app: "web", owner: "me"), pod("orphan", app: "web"),
      pod("other", app: "db"), pod("left", app: "db", owner: "me"),
      pod("theirs", app: "web", owner: "you"),
    ]
    #expect(adoption(pods) == [["mine"], ["orphan"], ["left"]])
  }

  @Test("pods on their way out are not adopted; whoever waits for them is told that they left")
  func terminatingPods() {
    let pods = [
      pod("orphan", app: "web", terminating: true),
      pod("left", app: "db", owner: "me", terminating: true),
    ]
    #expect(adoption(pods) == [[], [], ["left"]])
  }

  @Test("a finalizer comes with the ownership and goes with it, and others stay")
  func finalizers() {
    let owner = OwnerIdentity(
      .jobs, ObjectMeta(["name": "set", "namespace": "default", "uid": "me"]))
    var orphan = pod("orphan", app: "web")
    orphan.set(["example.com/theirs"], at: ["metadata", "finalizers"])
    orphan.set("7", at: ["metadata", "resourceVersion"])
    orphan.set("u", at: ["metadata", "uid"])
    let adopted = orphan.merging(Adoption.adopted(orphan, by: owner, finalizer: "ours").body)
    #expect(adopted[path: "metadata", "finalizers"] == ["example.com/theirs", "ours"])
    #expect(adopted[path: "metadata", "ownerReferences"] == [owner.reference])
    let released = adopted.merging(
      Adoption.released(adopted, from: "me", finalizer: "ours").body)
    #expect(released == orphan)
    let plain = adopted.merging(Adoption.released(adopted, from: "me").body)
    #expect(plain[path: "metadata", "finalizers"] == ["example.com/theirs", "ours"])
  }

  @Test("an owner on its way out keeps what it has and takes nothing")
  func terminatingOwner() {
    let pods = [pod("left", app: "db", owner: "me"), pod("orphan", app: "web")]
    #expect(adoption(pods, terminating: true) == [["left"], [], []])
  }
}
