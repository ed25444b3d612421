import Testing

@testable import Resources

@Suite("Who still sends to a pod that ends")
struct RotationTests {
  private func slice(
    _ pods: [(uid: String, isEnding: Bool)], revision: Int = 5,
    manager: String = "endpointslice-controller.k8s.io", node: String = "one"
  ) -> Document {
    let endpoints = pods.map { pod -> Document in
      [
        "addresses": ["10.0.0.1"], "nodeName": Document(node),
        "conditions": [
          "ready": Document(!pod.isEnding), "terminating": Document(pod.isEnding),
        ],
        "targetRef": ["kind": "Pod", "uid": Document(pod.uid)],
      ]
    }
    return [
      "metadata": [
        "name": "s", "namespace": "default", "resourceVersion": Document(String(revision)),
        "labels": ["endpointslice.kubernetes.io/managed-by": Document(manager)],
      ],
      "endpoints": Document(endpoints),
    ]
  }

  @Test("a pod is outside, inside, or leaving with the newest slice that has it")
  func standing() {
    func standing(_ slices: Document...) -> RotationStanding {
      RotationStanding(ofPod: "a", in: slices)
    }
    #expect(standing() == .outside)
    #expect(standing(slice([("b", true)])) == .outside)
    #expect(standing(slice([("a", false)])) == .inside)
    #expect(standing(slice([("b", false), ("a", true)], revision: 7)) == .leaving(revision: 7))
    #expect(
      standing(slice([("a", true)], revision: 7), slice([("a", true)], revision: 9))
        == .leaving(revision: 9))
    #expect(standing(slice([("a", true)]), slice([("a", false)])) == .inside)
    #expect(standing(slice([("a", false)], manager: "somebody.example")) == .outside)
  }

  @Test("a slice names the pods of one node, and tells whether one of any node ends")
  func reading() {
    let both = slice([("a", false), ("b", true)])
    #expect(RotationStanding.pods(of: both, on: "one") == ["a", "b"])
    #expect(RotationStanding.pods(of: both, on: "two").isEmpty)
    #expect(RotationStanding.hasEndingPod(both))
    #expect(!RotationStanding.hasEndingPod(slice([("a", false)])))
    #expect(!RotationStanding.hasEndingPod(slice([("a", true)], manager: "somebody.example")))
  }

  private func lease(_ node: String, _ told: [String: String]) -> Document {
    ["metadata": ["name": Document(node), "annotations": told.asDocument]]
  }

  @Test("every proxy of a ready node that has told anything is waited for until it tells enough")
  func missing() {
    let leases = [
      lease("two", ["martlet.io/proxy-acts-on": "6", "martlet.io/ingress-acts-on": "7"]),
      lease("one", ["martlet.io/proxy-acts-on": "7"]),
      lease("three", [:]),
      lease("four", ["martlet.io/proxy-acts-on": "1"]),
      lease("five", ["martlet.io/proxy-acts-on": "soon"]),
    ]
    func missing(_ revision: UInt64) -> [String] {
      RotationDuty.missing(revision, in: leases) { $0 != "four" }
    }
    #expect(missing(6) == ["proxy of five"])
    #expect(missing(7) == ["proxy of five", "proxy of two"])
    #expect(missing(8) == ["ingress of two", "proxy of five", "proxy of one", "proxy of two"])
  }
}
