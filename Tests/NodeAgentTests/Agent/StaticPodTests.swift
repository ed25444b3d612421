import Foundations
import Resources
import Testing

@testable import NodeAgent

@Suite struct StaticPodTests {
  private let manifest: Document = [
    "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "web"],
    "spec": ["containers": [["name": "c", "image": "web:1"]]],
  ]

  private func make(_ manifest: Document, file: String = "/m/web.yaml") throws -> Pod {
    try StaticPod.make(of: manifest, file: file, nodeName: "n1", seenAt: .at(0))
  }

  @Test("a manifest makes a pod of its node, with defaults, that nothing drives away")
  func pod() throws {
    let pod = try make(manifest)
    #expect(pod.metadata.name == "web-n1" && pod.metadata.namespace == "default")
    #expect(pod.spec.nodeName == "n1" && pod.spec.restartPolicy == "Always")
    #expect(pod.metadata.uid?.utf8.count == 32)
    #expect(StaticPod.isStatic(pod) && !StaticPod.isMirror(pod))
    #expect(pod.spec.tolerations.last?.operator == "Exists")
  }

  @Test("another manifest, or the same one in another file, is another pod")
  func identity() throws {
    var other = manifest
    other.set("v2", at: ["metadata", "labels", "version"])
    let uid = try make(manifest).metadata.uid
    #expect(try make(manifest).metadata.uid == uid)
    #expect(try make(other).metadata.uid != uid)
    #expect(try make(manifest, file: "/m/other.yaml").metadata.uid != uid)
  }

  @Test("what is no pod says so")
  func problems() {
    var kind = manifest
    kind["kind"] = "Deployment"
    #expect(throws: StaticPod.Problem.self) { try make(kind) }
    var nameless = manifest
    nameless["metadata"] = nil
    #expect(throws: StaticPod.Problem.self) { try make(nameless) }
    var empty = manifest
    empty["spec"] = .emptyObject
    #expect(throws: StaticPod.Problem.self) { try make(empty) }
  }

  @Test("a mirror points at its original and goes with its node")
  func mirror() throws {
    let pod = try make(manifest)
    let mirror = StaticPod.mirror(of: pod, nodeUID: "node-uid")
    #expect(StaticPod.isMirror(mirror) && !StaticPod.isStatic(mirror))
    #expect(StaticPod.original(of: mirror) == pod.metadata.uid)
    #expect(mirror.metadata.uid == nil)
    #expect(mirror.metadata.ownerReferences.first?.uid == "node-uid")
  }

  @Test("mirrors follow their pods: missing ones are made, stale and stray ones go")
  func steps() throws {
    let pod = try make(manifest)
    let shown = StaticPod.mirror(of: pod, nodeUID: "u")
    #expect(StaticPod.mirrorSteps(wanted: [pod], mirrors: []) == [.create(pod)])
    #expect(StaticPod.mirrorSteps(wanted: [pod], mirrors: [shown]) == [])
    #expect(StaticPod.mirrorSteps(wanted: [], mirrors: [shown]) == [.delete(shown)])
    var changed = pod
    changed.metadata.uid = "another"
    // Its successor is made once it is gone.
    #expect(StaticPod.mirrorSteps(wanted: [changed], mirrors: [shown]) == [.delete(shown)])
    var dying = shown
    dying.metadata.deletionTimestamp = .at(0)
    #expect(StaticPod.mirrorSteps(wanted: [pod], mirrors: [dying]) == [.delete(dying)])
  }
}
