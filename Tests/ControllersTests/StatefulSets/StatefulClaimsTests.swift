import Resources
import Testing

@testable import Controllers

@Suite("Who takes a stateful pod's claims along")
struct StatefulClaimsTests {
  private let set = OwnerIdentity(
    .statefulSets, ObjectMeta(["name": "web", "namespace": "default", "uid": "set"]))
  private let pod = OwnerIdentity(
    .pods, ObjectMeta(["name": "web-1", "namespace": "default", "uid": "pod"]))

  private func owners(
    deleted: String, scaled: String, condemned: Bool, present: [Document] = []
  ) -> [String]? {
    StatefulClaims.references(
      of: ["metadata": ["ownerReferences": Document(present)]], set: set,
      pod: condemned ? pod : nil,
      policy: StatefulSetPersistentVolumeClaimRetentionPolicy([
        "whenDeleted": Document(deleted), "whenScaled": Document(scaled),
      ]))?.compactMap { $0["uid"]?.string }
  }

  @Test("nobody where claims are retained")
  func retained() {
    #expect(owners(deleted: "Retain", scaled: "Retain", condemned: true) == nil)
    #expect(
      owners(deleted: "Retain", scaled: "Retain", condemned: false, present: [set.reference])
        == [])
  }

  @Test("the set where its end takes them along, the pod where scaling does")
  func policies() {
    #expect(owners(deleted: "Delete", scaled: "Retain", condemned: true) == ["set"])
    #expect(owners(deleted: "Retain", scaled: "Delete", condemned: true) == ["pod"])
    #expect(owners(deleted: "Retain", scaled: "Delete", condemned: false) == nil)
    #expect(owners(deleted: "Delete", scaled: "Delete", condemned: true) == ["pod"])
    #expect(owners(deleted: "Delete", scaled: "Delete", condemned: false) == ["set"])
  }

  @Test("a pod that is wanted again does not take its claim along any more")
  func wantedAgain() {
    #expect(
      owners(deleted: "Retain", scaled: "Delete", condemned: false, present: [pod.reference]) == [])
  }

  @Test("claims of another controller, or of a set that is gone, are left alone")
  func strangers() {
    let other: Document = ["kind": "Thing", "name": "x", "uid": "x", "controller": true]
    #expect(owners(deleted: "Delete", scaled: "Delete", condemned: false, present: [other]) == nil)
    var gone = set.reference
    gone["uid"] = "older"
    #expect(owners(deleted: "Retain", scaled: "Retain", condemned: false, present: [gone]) == nil)
  }

  @Test("a claim has its pod's name, and the labels by which the set selects")
  func document() {
    let claim = StatefulClaims.document(
      of: PersistentVolumeClaim([
        "metadata": ["name": "data"], "spec": ["accessModes": ["ReadWriteOnce"]],
        "status": ["phase": "Pending"],
      ]),
      set: StatefulSet([
        "metadata": ["name": "web", "namespace": "default", "uid": "set"],
        "spec": ["selector": ["matchLabels": ["app": "web"]]],
      ]), ordinal: 2)
    #expect(ObjectKey(claim) == ObjectKey(namespace: "default", name: "data-web-2"))
    #expect(claim[path: "metadata", "labels", "app"]?.string == "web")
    #expect(claim["status"] == nil && claim[path: "metadata", "ownerReferences"] == nil)
  }
}
