import Foundations
import Resources
import Testing

@testable import NodeAgent

@Suite struct RestartTests {
  @Test("pauses double from 10 seconds to 5 minutes, and begin again after 10 quiet minutes")
  func backoff() {
    var backoff = RestartBackoff(endedAt: .at(0))
    var pauses: [Int64] = []
    var moment = 0
    for _ in 0..<7 {
      pauses.append(backoff.pause.components.seconds)
      moment += Int(backoff.pause.components.seconds)
      #expect(
        backoff.nextStart(endedAt: .at(moment)) == Timestamp.at(moment).advanced(by: backoff.pause))
      backoff.noteRestart(endedAt: .at(moment))
    }
    #expect(pauses == [10, 20, 40, 80, 160, 300, 300])
    #expect(backoff.nextStart(endedAt: .at(moment + 600)) != nil)
    #expect(backoff.nextStart(endedAt: .at(moment + 601)) == nil)
    backoff.noteRestart(endedAt: .at(moment + 601))
    #expect(backoff.pause == .seconds(10))
  }

  @Test(
    "who runs again",
    arguments: [
      ("Always", PodContainer.Role.regular, 0, true), ("Always", .regular, 1, true),
      ("OnFailure", .regular, 0, false), ("OnFailure", .regular, 1, true),
      ("Never", .regular, 1, false), ("Always", .initial, 0, false), ("Always", .initial, 1, true),
      ("OnFailure", .initial, 1, true), ("Never", .initial, 1, false), ("Never", .sidecar, 1, true),
      ("Never", .sidecar, 0, true), ("Always", .ephemeral, 1, false),
    ])
  func decisions(_ policy: String, _ role: PodContainer.Role, _ exitCode: Int, _ expected: Bool) {
    let pod = Pod.sample { $0.spec.restartPolicy = policy }
    let container = PodContainer(role: role, container: pod.spec.containers[0])
    #expect(RestartDecision.runsAgain(container, in: pod, exitCode: exitCode) == expected)
  }

  @Test("a container's own policy and rules go before the pod's")
  func ownRules() {
    let pod = Pod.sample { $0.spec.restartPolicy = "Always" }
    let container = PodContainer(
      role: .regular,
      container: Container([
        "name": "web", "restartPolicy": "Never",
        "restartPolicyRules": [
          ["action": "Restart", "exitCodes": ["operator": "In", "values": [42]]]
        ],
      ]))
    #expect(RestartDecision.runsAgain(container, in: pod, exitCode: 42))
    #expect(!RestartDecision.runsAgain(container, in: pod, exitCode: 1))
  }
}
