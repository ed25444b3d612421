import Resources
import Testing

@testable import APIServer

@Suite struct GenerationTests {
  private let preparation = ObjectPreparation(
    resource: .pods, rules: CollectionRules.of(.pods, subresources: ["status", "binding"]))

  private func pod(_ spec: Document) -> Document {
    ["metadata": ["name": "p", "generation": 1], "spec": spec]
  }

  private func counted(_ old: Document, _ new: Document, _ subresource: String?) -> Int? {
    preparation.generationCounted(old, new, subresource: subresource)[
      path: "metadata", "generation"]?.integer
  }

  @Test("a pod's generation counts changes of what somebody wants, and not the node it is given")
  func binding() {
    let old = pod(["activeDeadlineSeconds": 5])
    let bound = pod(["activeDeadlineSeconds": 5, "nodeName": "n1"])
    #expect(counted(old, bound, "binding") == 1)
    #expect(counted(old, pod(["activeDeadlineSeconds": 4]), nil) == 2)
    #expect(counted(old, pod(["activeDeadlineSeconds": 5]), nil) == 1)
    #expect(counted(old, pod(["ephemeralContainers": [["name": "e"]]]), "ephemeralcontainers") == 2)
  }
}

@Suite struct GenerationRuleTests {
  private func preparation(_ resource: ResourceType) -> ObjectPreparation {
    ObjectPreparation(
      resource: resource, rules: CollectionRules.of(resource, subresources: ["status"]))
  }

  private func counted(_ resource: ResourceType, _ old: Document, _ new: Document) -> Int? {
    preparation(resource).generationCounted(old, new)[path: "metadata", "generation"]?.integer
  }

  @Test("annotations of a Deployment count, its labels do not")
  func deployment() {
    let old: Document = ["metadata": ["generation": 3]]
    #expect(
      counted(.deployments, old, ["metadata": ["generation": 3, "annotations": ["a": "b"]]]) == 4)
    #expect(
      counted(.deployments, old, ["metadata": ["generation": 3, "labels": ["a": "b"]]]) == 3)
  }

  @Test("an empty list is no other wish than none")
  func emptiness() {
    let old: Document = ["metadata": ["generation": 3], "spec": ["a": 1]]
    let new: Document = ["metadata": ["generation": 3], "spec": ["a": 1, "b": .emptyArray]]
    #expect(counted(.deployments, old, new) == 3)
    #expect(GenerationRule.ofCustomResources.areSame(old["spec"], new["spec"]) == false)
  }

  @Test(
    "in a definition an empty object says something, as of its subresources, and a list does not")
  func emptyObjects() {
    let old: Document = ["metadata": ["generation": 3], "spec": ["versions": [["name": "v1"]]]]
    var new = old
    new["spec"]?["versions"]?[0]["selectableFields"] = .emptyArray
    #expect(counted(.customResourceDefinitions, old, new) == 3)
    let scale: Document = ["specReplicasPath": ".spec.n"]
    new["spec"]?["versions"]?[0]["subresources"] = ["scale": scale]
    var wider = new
    wider["spec"]?["versions"]?[0]["subresources"] = ["scale": scale, "status": [:]]
    #expect(counted(.customResourceDefinitions, wider, new) == 4)
  }
}
