import Resources
import Testing

@testable import Controllers

@Suite("Revisions and templates of a Deployment")
struct RevisionTests {
  @Test("a set that is the newest again gets the next number and remembers its old one")
  func rollback() {
    let set = ObjectMeta([
      "annotations": [
        "deployment.kubernetes.io/revision": "1",
        "deployment.kubernetes.io/revision-history": "0",
      ]
    ])
    let notes = DeploymentAnnotations.annotations(of: set, takingFrom: ObjectMeta(), revision: 3)
    #expect(notes["deployment.kubernetes.io/revision"] == "3")
    #expect(notes["deployment.kubernetes.io/revision-history"] == "0,1")
  }

  @Test("a set takes over the Deployment's notes, but not those about the Deployment itself")
  func takesOver() {
    let deployment = ObjectMeta([
      "annotations": [
        "kubernetes.io/change-cause": "image b", "deployment.kubernetes.io/revision": "7",
        "kubectl.kubernetes.io/last-applied-configuration": "{}",
      ]
    ])
    let notes = DeploymentAnnotations.annotations(
      of: ObjectMeta(), takingFrom: deployment, revision: 2)
    #expect(
      notes == [
        "kubernetes.io/change-cause": "image b", "deployment.kubernetes.io/revision": "2",
      ])
  }

  @Test("the hash does not depend on the order of members, and a collision changes it")
  func hash() {
    let one: Document = ["spec": ["a": 1, "b": [1, 2]], "metadata": ["labels": ["x": "y"]]]
    let other: Document = ["metadata": ["labels": ["x": "y"]], "spec": ["b": [1, 2], "a": 1]]
    #expect(
      TemplateHash.hash(of: one, collisions: 0) == TemplateHash.hash(of: other, collisions: 0))
    #expect(TemplateHash.hash(of: one, collisions: 0) != TemplateHash.hash(of: one, collisions: 1))
    let reordered: Document = ["spec": ["a": 1, "b": [2, 1]], "metadata": ["labels": ["x": "y"]]]
    #expect(
      TemplateHash.hash(of: one, collisions: 0) != TemplateHash.hash(of: reordered, collisions: 0))
  }

  @Test("templates that differ in the hash label alone are the same")
  func sameTemplate() {
    let plain = PodTemplateSpec(["metadata": ["labels": ["app": "web"]], "spec": ["x": 1]])
    let hashed = PodTemplateSpec([
      "metadata": [
        "labels": ["app": "web", "pod-template-hash": "abc"], "creationTimestamp": .null,
      ],
      "spec": ["x": 1],
    ])
    #expect(TemplateHash.isSame(plain, hashed))
    #expect(!TemplateHash.isSame(plain, PodTemplateSpec(["spec": ["x": 2]])))
  }
}
