import Foundations
import Resources
import Testing

@testable import Controllers

@Suite("Who owns whom, and whom to look at when something changes")
struct OwnerGraphTests {
  private func node(
    _ uid: String, owners: [String] = [], finalizers: [String] = [], isTerminating: Bool = false
  ) -> OwnerGraph.Node {
    var metadata: Document = ["name": Document(uid), "namespace": "default", "uid": Document(uid)]
    metadata["ownerReferences"] = Document(
      owners.map { owner -> Document in
        [
          "apiVersion": "v1", "kind": "ConfigMap", "name": Document(owner),
          "uid": Document(owner), "blockOwnerDeletion": true,
        ]
      })
    metadata["finalizers"] = Document(finalizers.map { Document($0) })
    if isTerminating { metadata["deletionTimestamp"] = "2026-01-01T00:00:00Z" }
    return OwnerGraph.Node(["metadata": metadata], .configMaps)
  }

  private func waiting(_ uid: String) -> OwnerGraph.Node {
    node(uid, finalizers: ["foregroundDeletion"], isTerminating: true)
  }

  @Test("an object without owners that nobody deletes needs no look")
  func plain() {
    var graph = OwnerGraph()
    #expect(graph.upsert(node("a")) == [])
  }

  @Test("what is owned is looked at when it comes, and again when its owner is gone")
  func owned() {
    var graph = OwnerGraph()
    _ = graph.upsert(node("owner"))
    #expect(graph.upsert(node("child", owners: ["owner"])) == ["child"])
    #expect(graph.dependents("owner").map(\.uid) == ["child"])
    #expect(graph.remove(uid: "owner") == ["child"])
    #expect(graph.node("owner") == nil)
  }

  @Test("a child may be seen before its owner")
  func childFirst() {
    var graph = OwnerGraph()
    _ = graph.upsert(node("child", owners: ["owner"]))
    _ = graph.upsert(node("owner"))
    #expect(graph.dependents("owner").map(\.uid) == ["child"])
  }

  @Test("an owner that waits is looked at when a child of its goes")
  func childGoes() {
    var graph = OwnerGraph()
    _ = graph.upsert(waiting("owner"))
    _ = graph.upsert(node("child", owners: ["owner"]))
    #expect(graph.remove(uid: "child") == ["owner"])
    #expect(graph.dependents("owner").isEmpty)
  }

  @Test("an owner that waits is looked at when a child lets go of it")
  func childLetsGo() {
    var graph = OwnerGraph()
    _ = graph.upsert(waiting("owner"))
    _ = graph.upsert(node("other"))
    _ = graph.upsert(node("child", owners: ["owner", "other"]))
    #expect(graph.upsert(node("child", owners: ["other"])).sorted() == ["child", "owner"])
    #expect(graph.dependents("owner").isEmpty)
    #expect(graph.dependents("other").map(\.uid) == ["child"])
  }

  @Test("only an object that is deleted and has the finalizer waits for its dependents")
  func waits() {
    #expect(waiting("a").isWaitingForDependents)
    #expect(!node("a", finalizers: ["foregroundDeletion"]).isWaitingForDependents)
    #expect(!node("a", finalizers: ["orphan"], isTerminating: true).isWaitingForDependents)
  }
}
