import Foundations
import Resources
import Testing

@testable import Controllers

@Suite("Which pods nobody else deletes")
struct PodCollectionTests {
  private static let start = Timestamp(seconds: 1_000)

  private func pod(
    _ name: String, node: String? = "here", phase: String = "Running", createdAt: Int64 = 0,
    isTerminating: Bool = false
  ) -> Pod {
    var document: Document = [
      "metadata": [
        "name": Document(name), "namespace": "default",
        "creationTimestamp": Document(Timestamp(seconds: createdAt).description),
      ],
      "spec": [:], "status": ["phase": Document(phase)],
    ]
    if let node { document.set(Document(node), at: ["spec", "nodeName"]) }
    if isTerminating {
      document.set("2026-01-01T00:00:00Z", at: ["metadata", "deletionTimestamp"])
    }
    return Pod(document)
  }

  private func collection(
    _ pods: [Pod], missing: [String: Timestamp] = [:], after seconds: Int64 = 0,
    finishedMax: Int = 100
  ) -> PodCollection {
    PodCollection(
      pods, nodes: ["here"], missing: missing,
      now: Timestamp(seconds: Self.start.seconds + seconds), finishedMax: finishedMax)
  }

  private func names(_ collection: PodCollection) -> [String] {
    collection.doomed.compactMap(\.metadata.name)
  }

  @Test("a pod that was deleted before it had a node goes, one that still waits for a node stays")
  func unscheduled() {
    let pods = [pod("dead", node: nil, isTerminating: true), pod("waits", node: nil)]
    #expect(names(collection(pods)) == ["dead"])
  }

  @Test("a deleted pod on a node that is there is that node's to end")
  func nodesOwn() { #expect(names(collection([pod("a", isTerminating: true)])).isEmpty) }

  @Test("the pods of a missing node go after 40 seconds, not before")
  func quarantine() {
    let pods = [pod("lost", node: "gone"), pod("fine")]
    let first = collection(pods)
    #expect(names(first).isEmpty)
    #expect(first.missing == ["gone": Self.start])
    #expect(first.nextLook == .seconds(40))
    let early = collection(pods, missing: first.missing, after: 39)
    #expect(names(early).isEmpty)
    #expect(early.nextLook == .seconds(1))
    let late = collection(pods, missing: early.missing, after: 40)
    #expect(names(late) == ["lost"])
    #expect(late.nextLook == nil)
  }

  @Test("a node that came back is no longer counted as missing")
  func returned() {
    let result = collection([pod("a")], missing: ["here": Self.start], after: 99)
    #expect(names(result).isEmpty)
    #expect(result.missing.isEmpty)
  }

  @Test("of finished pods beyond the bound the oldest go")
  func surplus() {
    let pods = [
      pod("new", phase: "Succeeded", createdAt: 30), pod("old", phase: "Failed", createdAt: 10),
      pod("middle", phase: "Succeeded", createdAt: 20), pod("runs", createdAt: 1),
    ]
    #expect(names(collection(pods, finishedMax: 3)).isEmpty)
    #expect(names(collection(pods, finishedMax: 1)) == ["old", "middle"])
  }
}
