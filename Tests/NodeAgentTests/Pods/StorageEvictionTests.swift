import Foundations
import Resources
import Testing

@testable import NodeAgent

@Suite struct StorageEvictionTests {
  private func pod(_ limits: [String: String], volumes: Document = []) -> Pod {
    .sample { pod in
      pod.spec.document.set(
        Document(
          limits.sorted { $0.key < $1.key }.map { name, limit -> Document in
            let amounts: Document = limit.isEmpty ? [:] : ["ephemeral-storage": Document(limit)]
            return ["name": Document(name), "resources": ["limits": amounts]]
          }), at: ["containers"])
      pod.spec.document.set(volumes, at: ["volumes"])
    }
  }

  private func use(
    _ containers: [String: Int], volumes: [String: Int] = [:]
  ) -> StorageUse {
    var use = StorageUse()
    use.written = containers
    use.emptyDirectories = volumes
    return use
  }

  @Test("a pod without limits is not even measured")
  func unlimited() {
    #expect(!StorageEviction.isLimited(pod(["web": ""])))
    #expect(StorageEviction.reason(for: pod(["web": ""]), using: use(["web": 1 << 40])) == nil)
    #expect(
      !StorageEviction.isLimited(
        pod(
          ["web": ""],
          volumes: [["name": "v", "emptyDir": ["medium": "Memory", "sizeLimit": "1Mi"]]])
      ))
  }

  @Test("a container may use what it is limited to, and not a byte more")
  func container() {
    let pod = pod(["a": "1Ki", "b": "1Mi"])
    #expect(StorageEviction.isLimited(pod))
    #expect(StorageEviction.reason(for: pod, using: use(["a": 1024])) == nil)
    #expect(
      StorageEviction.reason(for: pod, using: use(["a": 1025]))
        == "Container a exceeded its local ephemeral storage limit \"1Ki\".")
  }

  @Test("volumes and containers together stay within the sum of the limits")
  func whole() {
    let pod = pod(["a": "1Ki", "b": "1Ki"])
    #expect(StorageEviction.reason(for: pod, using: use(["a": 1000], volumes: ["v": 1048])) == nil)
    #expect(
      StorageEviction.reason(for: pod, using: use(["a": 1000], volumes: ["v": 1049]))
        == "Pod ephemeral local storage usage exceeds the total limit of containers 2Ki.")
  }

  @Test("a volume on disk stays within its own limit")
  func volume() {
    let pod = pod(["a": ""], volumes: [["name": "v", "emptyDir": ["sizeLimit": "1Ki"]]])
    #expect(StorageEviction.reason(for: pod, using: use([:], volumes: ["v": 1024])) == nil)
    #expect(
      StorageEviction.reason(for: pod, using: use([:], volumes: ["v": 1025]))
        == "Usage of EmptyDir volume \"v\" exceeds the limit \"1Ki\".")
  }

  @Test("an evicted pod has a second left, fails, and says why")
  func eviction() {
    let situation = PodSituation.running(.sample(), [.run("web", .running)]) {
      $0.ending = .evicted(message: "too much")
      $0.endingSince = .at(0)
    }
    let plan = PodPlan(for: situation)
    guard case .kill(let order) = plan.steps.first else {
      Issue.record("it was not stopped")
      return
    }
    #expect(order.grace == .seconds(2))  // the least that a stop is given
    var ended = situation
    ended.runtime = PodRuntimeState(
      sandboxes: [.sandbox()], containers: [.run("web", .exited, exitCode: 137)])
    let status = PodStatusBuilder(
      situation: ended, plan: PodPlan(for: ended), messages: [:], nodeAddresses: []
    ).status()
    #expect(status.phase == "Failed" && status.reason == "Evicted")
    #expect(status.message == "too much")
    let condition = status.conditions.first { $0.type == "DisruptionTarget" }
    #expect(condition?.status == "True" && condition?.reason == "TerminationByKubelet")
  }
}
