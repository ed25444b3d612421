import Resources
import Testing

@testable import NodeAgent

@Suite struct StatusPatchTests {
  @Test("nothing new, nothing told")
  func same() {
    let status = PodStatus(["phase": "Running"])
    #expect(StatusPatch.make(from: status, to: status, uid: "u") == nil)
  }

  @Test("only what changed is told, and what is gone is named")
  func difference() {
    let old = PodStatus([
      "phase": "Pending", "message": "wait", "hostIP": "h",
      "conditions": [
        ["type": "A", "status": "True"], ["type": "B", "status": "False", "reason": "r"],
      ],
      "podIPs": [["ip": "1"]],
    ])
    let new = PodStatus([
      "phase": "Running", "hostIP": "h",
      "conditions": [["type": "A", "status": "True"], ["type": "B", "status": "True"]],
      "podIPs": [["ip": "2"]],
    ])
    #expect(
      StatusPatch.make(from: old, to: new, uid: "u") == [
        "metadata": ["uid": "u"],
        "status": [
          "phase": "Running", "message": .null,
          "conditions": [["type": "B", "status": "True", "reason": .null]],
          "podIPs": [["$patch": "replace"], ["ip": "2"]],
        ],
      ])
  }
}
