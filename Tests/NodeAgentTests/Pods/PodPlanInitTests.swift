import Foundations
import Resources
import Testing

@testable import NodeAgent

@Suite struct PodPlanInitTests {
  /// Init containers "one" and "two", and a sidecar "mesh" between them.
  private let pod = Pod.sample {
    $0.spec.initContainers = [
      Container(["name": "one"]), Container(["name": "mesh", "restartPolicy": "Always"]),
      Container(["name": "two"]),
    ]
  }

  private func steps(
    _ runs: [ContainerRecord], _ edit: (inout PodSituation) -> Void = { _ in }
  ) -> [PodStep] {
    PodPlan(for: .running(pod, runs, edit: edit)).steps
  }

  private func start(_ name: String) -> [PodStep] { [.start(name, restartCount: 0, after: nil)] }

  private func started(_ situation: inout PodSituation) {
    situation.health[ContainerID("mesh-0")] = ContainerHealth(hasStarted: true)
  }

  @Test("each waits for the end of the one before, or for a sidecar's start")
  func order() {
    let one = ContainerRecord.run("one", .exited)
    let mesh = ContainerRecord.run("mesh", .running)
    #expect(steps([]) == start("one"))
    #expect(steps([.run("one", .running)]).isEmpty)
    #expect(steps([one]) == start("mesh"))
    #expect(steps([one, mesh]).isEmpty)
    #expect(steps([one, mesh], started) == start("two"))
    #expect(steps([one, mesh, .run("two", .running)], started).isEmpty)
    #expect(steps([one, mesh, .run("two", .exited)], started) == start("web"))
  }

  @Test("one that fails runs again, or ends the pod")
  func failure() {
    let failed = ContainerRecord.run("one", .exited, exitCode: 1)
    #expect(steps([failed]) == [.start("one", restartCount: 1, after: failed.id)])
    #expect(
      steps([failed]) { $0.pod.spec.restartPolicy = "Never" } == [.end(.finished)])
  }

  @Test("once the pod runs, only sidecars are looked after")
  func later() {
    let web = ContainerRecord.run("web", .running)
    let mesh = ContainerRecord.run("mesh", .exited, exitCode: 1)
    #expect(steps([web, mesh]) == [.start("mesh", restartCount: 1, after: mesh.id)])
  }

  @Test("in a new sandbox they all run again")
  func newSandbox() {
    let runs = [
      ContainerRecord.run("one", .exited), .run("mesh", .exited, exitCode: 137),
      .run("two", .exited), .run("web", .exited, exitCode: 137),
    ]
    let steps = steps(runs) {
      $0.runtime.sandboxes = [.sandbox("s1", attempt: 1), .sandbox(isReady: false)]
    }
    #expect(steps == [.start("one", restartCount: 1, after: ContainerID("one-0"))])
  }
}
