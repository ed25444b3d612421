import Resources
import Testing

@testable import APIServer

@Suite struct StatusWriteTests {
  private func written(_ resource: ResourceType, _ old: Document, _ sent: Document) throws
    -> Document
  {
    try ObjectPreparation(
      resource: resource, rules: CollectionRules.of(resource, subresources: ["status"])
    ).updated(old, with: sent, subresource: "status")
  }

  @Test("who tells of a pod may label it, and not say whose it is")
  func podMetadata() throws {
    let owner: Document = ["apiVersion": "v1", "kind": "Node", "name": "n", "uid": "u"]
    let old: Document = ["metadata": ["name": "p", "ownerReferences": [owner]]]
    let new = try written(.pods, old, ["metadata": ["name": "p", "labels": ["a": "b"]]])
    #expect(new["metadata"] == ["name": "p", "labels": ["a": "b"], "ownerReferences": [owner]])
  }

  @Test("what a writer of a pod's status does not know stays")
  func podStatus() throws {
    let old: Document = [
      "metadata": ["name": "p"],
      "status": [
        "qosClass": "Burstable", "observedGeneration": 2,
        "conditions": [["type": "Ready", "status": "True", "observedGeneration": 2]],
      ],
    ]
    let sent: Document = [
      "metadata": ["name": "p"],
      "status": ["conditions": [["type": "Ready", "status": "False"], ["type": "Other"]]],
    ]
    let status = try written(.pods, old, sent)["status"]
    #expect(status?["qosClass"] == "Burstable")
    #expect(status?["observedGeneration"] == 2)
    #expect(
      status?["conditions"] == [
        ["type": "Ready", "status": "False", "observedGeneration": 2], ["type": "Other"],
      ])
  }

  @Test("a volume's phase tells since when it is what it is")
  func volume() throws {
    let time: Document = "2026-01-01T00:00:00Z"
    let old: Document = [
      "metadata": ["name": "v"], "status": ["phase": "Bound", "lastPhaseTransitionTime": time],
    ]
    func lastChange(_ status: Document) throws -> Document? {
      try written(.persistentVolumes, old, ["metadata": ["name": "v"], "status": status])[
        path: "status", "lastPhaseTransitionTime"]
    }
    #expect(try lastChange(["phase": "Bound"]) == time)
    #expect(try lastChange(["phase": "Released", "lastPhaseTransitionTime": time]) != time)
    #expect(
      try lastChange(["phase": "Released", "lastPhaseTransitionTime": "2026-02-02T00:00:00Z"])
        == "2026-02-02T00:00:00Z")
  }
}
