import Foundations
import Resources
import Testing

@testable import APIServer

@Suite struct PodPartsTests {
  private let old: Document = [
    "metadata": ["name": "p"],
    "spec": [
      "nodeName": "n",
      "containers": [
        ["name": "a", "image": "a:1", "resources": ["requests": ["cpu": "1"]]],
        ["name": "b", "image": "b:1"],
      ],
    ],
  ]

  @Test("a resize changes resources, and nothing else that is sent with them")
  func resize() {
    let sent: Document = [
      "spec": [
        "nodeName": "other",
        "containers": [
          ["name": "b", "image": "b:2", "resources": ["requests": ["cpu": "2"]]],
          ["name": "a", "image": "a:2", "resources": ["requests": ["cpu": "3"]]],
        ],
      ]
    ]
    let changed = PodParts.resized(old, with: sent)
    #expect(
      changed["spec"] == [
        "nodeName": "n",
        "containers": [
          ["name": "a", "image": "a:1", "resources": ["requests": ["cpu": "3"]]],
          ["name": "b", "image": "b:1", "resources": ["requests": ["cpu": "2"]]],
        ],
      ])
  }

  @Test("ephemeral containers come without other changes")
  func ephemeral() {
    let sent: Document = [
      "spec": ["nodeName": "other", "ephemeralContainers": [["name": "e"]]]
    ]
    let changed = PodParts.withEphemeralContainers(old, of: sent)
    #expect(changed[path: "spec", "nodeName"] == "n")
    #expect(changed[path: "spec", "ephemeralContainers"] == [["name": "e"]])
  }

  @Test("a pod with scheduling gates says so from the start, another does not")
  func schedulingGates() {
    let rules = CollectionRules.of(.pods, subresources: ["status"])
    var gated: Document = ["spec": ["schedulingGates": [["name": "example.com/quota"]]]]
    rules.onCreate(&gated)
    let conditions = gated[path: "status", "conditions"]?.elements.map { $0 } ?? []
    #expect(conditions.map { $0["reason"] } == ["SchedulingGated"])
    var free: Document = ["spec": ["schedulingGates": []]]
    rules.onCreate(&free)
    #expect(free[path: "status", "conditions"] == nil)
  }

  @Test("a pod may be given more time than it asks for, unless nothing of it runs")
  func grace() throws {
    let rules = CollectionRules.of(.pods, subresources: ["status"])
    let deletion = Deletion(resource: .pods, rules: rules, now: 100)
    func pod(_ phase: String) -> Document {
      [
        "metadata": ["name": "p"],
        "spec": ["nodeName": "n", "terminationGracePeriodSeconds": 0],
        "status": ["phase": Document(phase)],
      ]
    }
    guard
      case .mark(let marked) = try deletion.step(
        pod("Running"), DeleteOptions(gracePeriodSeconds: 60))
    else {
      Issue.record("it was removed at once")
      return
    }
    #expect(marked[path: "metadata", "deletionGracePeriodSeconds"] == 60)
    guard case .remove = try deletion.step(pod("Running"), DeleteOptions()) else {
      Issue.record("its own zero was not heeded")
      return
    }
    guard case .remove = try deletion.step(pod("Failed"), DeleteOptions(gracePeriodSeconds: 60))
    else {
      Issue.record("a pod that has ended waited")
      return
    }
  }
}
