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
