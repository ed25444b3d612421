import Foundations
import Resources
import Testing

@testable import NodeAgent

@Suite struct PodPlanRunningTests {
  private func steps(_ situation: PodSituation) -> [PodStep] { PodPlan(for: situation).steps }

  @Test("volumes come first, then the sandbox, then the container")
  func beginning() {
    var situation = PodSituation(pod: .sample(), now: .at(0))
    #expect(steps(situation) == [.prepareVolumes])
    situation.busy = [.volumes]
    #expect(steps(situation).isEmpty)
    situation.busy = []
    situation.volumes = .ready
    #expect(steps(situation) == [.runSandbox(attempt: 0)])
    situation.busy = [.sandbox]
    #expect(steps(situation).isEmpty)
    situation.busy = []
    situation.runtime = PodRuntimeState(sandboxes: [.sandbox()])
    situation.podLimits = PodAmounts(of: .sample()).cgroup
    #expect(steps(situation) == [.start("web", restartCount: 0, after: nil)])
    situation.busy = [.start("web")]
    #expect(steps(situation).isEmpty)
  }

  @Test("volumes and sandboxes that failed are tried again when their time has come")
  func retries() {
    var situation = PodSituation(pod: .sample(), now: .at(0))
    situation.volumes = .failed(retryAt: .at(5))
    #expect(PodPlan(for: situation).wakeAt == .at(5))
    situation.now = .at(5)
    #expect(steps(situation) == [.prepareVolumes])
    situation.volumes = .ready
    situation.sandboxProblem = SandboxProblem(message: "no", retryAt: .at(6))
    #expect(PodPlan(for: situation).wakeAt == .at(6))
    #expect(steps(situation).isEmpty)
    situation.now = .at(6)
    #expect(steps(situation) == [.runSandbox(attempt: 0)])
  }

  @Test("containers start one after the other")
  func order() {
    let pod = Pod.sample {
      $0.spec.containers.append(Container(["name": "log", "image": "log:1"]))
    }
    #expect(steps(.running(pod)) == [.start("web", restartCount: 0, after: nil)])
    #expect(
      steps(.running(pod, [.run("web", .running)]))
        == [.start("log", restartCount: 0, after: nil)])
    #expect(steps(.running(pod, [.run("web", .running), .run("log", .running)])).isEmpty)
  }

  @Test("a container that ended runs again at once the first time, and then after its pause")
  func restarts() {
    var situation = PodSituation.running(.sample(), [.run("web", .exited, exitCode: 1)])
    #expect(
      steps(situation) == [.start("web", restartCount: 1, after: ContainerID("web-0"))])
    situation.backoffs["web"] = RestartBackoff(endedAt: .at(-20))
    let plan = PodPlan(for: situation)
    #expect(plan.steps.isEmpty)
    #expect(plan.wakeAt == .at(10))
    #expect(
      plan.waiting["web"]
        == WaitingReason(
          "CrashLoopBackOff",
          "back-off 10s restarting failed container=web pod=shop_town(uid-1)"))
    situation.now = .at(10)
    #expect(
      steps(situation) == [.start("web", restartCount: 1, after: ContainerID("web-0"))])
    situation.busy = [.start("web")]
    #expect(PodPlan(for: situation) == PodPlan())
  }

  @Test("a container that cannot be started waits under its problem's name")
  func problems() {
    var situation = PodSituation.running()
    situation.problems["web"] = StartProblem(
      reason: "ErrImagePull", message: "no such host", since: .at(0), retryAt: .at(10))
    var plan = PodPlan(for: situation)
    #expect(plan.steps.isEmpty)
    #expect(plan.waiting["web"] == WaitingReason("ErrImagePull", "no such host"))
    #expect(plan.wakeAt == .at(2))
    situation.now = .at(2)
    plan = PodPlan(for: situation)
    #expect(plan.waiting["web"]?.reason == "ImagePullBackOff")
    #expect(plan.wakeAt == .at(10))
    situation.now = .at(10)
    #expect(steps(situation) == [.start("web", restartCount: 0, after: nil)])
  }

  @Test("a container with another image, or a failed probe, is killed")
  func kills() {
    var stale = ContainerRecord.run("web", .running)
    stale.hash = "old"
    #expect(
      steps(.running(.sample(), [stale])) == [
        .kill(
          KillOrder(
            container: stale.id, name: "web", grace: .seconds(30),
            message: "Container web definition changed, will be restarted", isRestart: true))
      ])
    var situation = PodSituation.running(.sample(), [.run("web", .running)])
    situation.health[ContainerID("web-0")] = ContainerHealth(
      mustRestart: .init(message: "failed liveness probe, will be restarted", grace: .seconds(3)))
    #expect(
      steps(situation) == [
        .kill(
          KillOrder(
            container: ContainerID("web-0"), name: "web", grace: .seconds(3),
            message: "Container web failed liveness probe, will be restarted"))
      ])
    situation.busy = [.kill(ContainerID("web-0"))]
    #expect(steps(situation).isEmpty)
  }

  @Test("of each container the last run and the one before are kept")
  func removals() {
    let runs = (0..<4).map {
      ContainerRecord.run("web", $0 == 3 ? .running : .exited, restarts: $0)
    }
    #expect(
      steps(.running(.sample(), runs))
        == [.remove(ContainerID("web-1")), .remove(ContainerID("web-0"))])
  }

  @Test("a run that never began is removed before the next")
  func interrupted() {
    #expect(
      steps(.running(.sample(), [.run("web", .created)])) == [.remove(ContainerID("web-0"))])
  }

  @Test("when the sandbox has died, what is left of it ends and all begins again")
  func deadSandbox() {
    var situation = PodSituation.running(.sample(), [.run("web", .running)])
    situation.runtime.sandboxes = [.sandbox(isReady: false)]
    #expect(steps(situation) == [.stopSandbox(SandboxID("s0"))])
    situation.runtime.containers = [.run("web", .exited, exitCode: 137)]
    #expect(steps(situation) == [.runSandbox(attempt: 1)])
    situation.runtime.sandboxes = [.sandbox("s1", attempt: 1), .sandbox(isReady: false)]
    #expect(
      steps(situation) == [.start("web", restartCount: 1, after: ContainerID("web-0"))])
  }

  @Test("a pod past its deadline fails")
  func deadline() {
    let pod = Pod.sample { $0.spec.activeDeadlineSeconds = 150 }
    let plan = PodPlan(for: .running(pod, [.run("web", .running)]))
    #expect(plan.steps.isEmpty && plan.wakeAt == .at(50))
    let late = PodSituation.running(pod, [.run("web", .running)]) { $0.now = .at(50) }
    #expect(
      steps(late) == [
        .end(
          .failed(
            reason: "DeadlineExceeded",
            message: "Pod was active on the node longer than the specified deadline"))
      ])
  }

  @Test(
    "a pod whose containers have all ended for good is finished",
    arguments: [
      ("Never", 1, true), ("Never", 0, true), ("OnFailure", 0, true), ("OnFailure", 1, false),
      ("Always", 0, false),
    ])
  func finished(_ policy: String, _ exitCode: Int, _ isFinished: Bool) {
    let pod = Pod.sample { $0.spec.restartPolicy = policy }
    let plan = PodPlan(for: .running(pod, [.run("web", .exited, exitCode: exitCode)]))
    #expect((plan.steps == [.end(.finished)]) == isFinished)
  }

  @Test("an ephemeral container starts beside the others, once")
  func ephemeral() {
    let pod = Pod.sample {
      $0.spec.ephemeralContainers = [EphemeralContainer(["name": "debug", "image": "d:1"])]
    }
    #expect(
      steps(.running(pod, [.run("web", .running)]))
        == [.start("debug", restartCount: 0, after: nil)])
    #expect(
      steps(.running(pod, [.run("web", .running), .run("debug", .exited, exitCode: 1)])).isEmpty)
  }

  @Test("counts go on from what the API knows when the runtime has forgotten")
  func forgottenRuns() {
    let pod = Pod.sample {
      $0.status.containerStatuses = [
        ContainerStatus(["name": "web", "restartCount": 4, "containerID": "containerd://x"])
      ]
    }
    #expect(steps(.running(pod)) == [.start("web", restartCount: 5, after: nil)])
  }
}
