import Foundations
import Resources
import Testing

@testable import NodeAgent

@Suite struct PodStatusBuilderTests {
  private func status(
    _ situation: PodSituation, messages: [ContainerID: String] = [:]
  ) -> PodStatus {
    PodStatusBuilder(
      situation: situation, plan: PodPlan(for: situation), messages: messages,
      nodeAddresses: ["192.0.2.1"]
    ).status()
  }

  private func condition(_ status: PodStatus, _ type: String) -> PodCondition? {
    status.conditions.first { $0.type == type }
  }

  private func healthy(_ situation: inout PodSituation) {
    for run in situation.runtime.running {
      situation.health[run.id] = ContainerHealth(hasStarted: true, isReady: true)
    }
  }

  @Test("a pod that begins is pending, and says what it waits for")
  func beginning() {
    let status = status(PodSituation(pod: .sample(), now: .at(0)))
    #expect(status.phase == "Pending")
    #expect(status.containerStatuses[0].state?.waiting?.reason == "ContainerCreating")
    #expect(status.hostIP == "192.0.2.1" && status.podIP == nil)
    #expect(status.qosClass == "BestEffort")
    #expect(condition(status, "PodReadyToStartContainers")?.status == "False")
    #expect(condition(status, "Initialized")?.status == "True")
    #expect(condition(status, "Ready")?.reason == "ContainersNotReady")
    #expect(condition(status, "Ready")?.message == "containers with unready status: [web]")
  }

  @Test("a pod that runs tells its addresses, runs and readiness")
  func running() {
    let status = status(.running(.sample(), [.run("web", .running)], edit: healthy))
    #expect(status.phase == "Running" && status.podIP == "10.42.0.7")
    let web = status.containerStatuses[0]
    #expect(web.ready == true && web.started == true)
    #expect(web.containerID == "containerd://web-0")
    #expect(web.state?.running?.startedAt == .at(-60))
    #expect(condition(status, "Ready")?.status == "True")
    #expect(condition(status, "ContainersReady")?.status == "True")
  }

  @Test("what a pod was is told when the runtime has forgotten its containers to make room")
  func forgotten() {
    let runs = [ContainerRecord.run("setup", .exited), .run("web", .exited)].map { run in
      var run = run
      run.imageID = "sha256:1"
      return run
    }
    let pod = Pod.sample { pod in
      pod.spec.document.set([["name": "setup"]], at: ["initContainers"])
      pod.spec.restartPolicy = "Never"
    }
    let before = status(.running(pod, runs) { $0.ending = .finished })
    let after = status(
      .running(Pod(pod.document, status: before), []) {
        $0.ending = .finished
        $0.now = .at(50)
      })
    #expect(after.containerStatuses == before.containerStatuses)
    #expect(after.initContainerStatuses == before.initContainerStatuses)
    #expect(before.initContainerStatuses[0].ready == true && after.phase == "Succeeded")
  }

  @Test("a transition's time stays while its status does")
  func transitions() {
    let first = status(.running(.sample(), [.run("web", .running)]))
    let again = status(
      .running(.sample { $0.status = first }, [.run("web", .running)]) {
        $0.now = .at(50)
        healthy(&$0)
      })
    #expect(condition(again, "Initialized")?.lastTransitionTime == .at(0))
    #expect(condition(again, "Ready")?.lastTransitionTime == .at(50))
  }

  @Test("a container in a crash loop waits, and its last end stands beside")
  func crashLoop() {
    let situation = PodSituation.running(
      .sample(), [.run("web", .exited, restarts: 2, exitCode: 3)]
    ) { $0.backoffs["web"] = RestartBackoff(endedAt: .at(-30)) }
    let web = status(situation, messages: [ContainerID("web-2"): "bye"]).containerStatuses[0]
    #expect(web.state?.waiting?.reason == "CrashLoopBackOff")
    #expect(web.lastState?.terminated?.exitCode == 3)
    #expect(web.lastState?.terminated?.reason == "Error")
    #expect(web.lastState?.terminated?.message == "bye")
    #expect(web.restartCount == 2)
    #expect(status(situation).phase == "Running")
  }

  @Test(
    "a finished pod has the phase of its exit codes", arguments: [(0, "Succeeded"), (1, "Failed")])
  func finished(_ exitCode: Int, _ phase: String) {
    let pod = Pod.sample { $0.spec.restartPolicy = "Never" }
    let status = status(
      .running(pod, [.run("web", .exited, exitCode: exitCode)]) { $0.ending = .finished })
    #expect(status.phase == phase)
    let reason = exitCode == 0 ? "PodCompleted" : "PodFailed"
    #expect(condition(status, "Ready")?.reason == reason)
    #expect(status.containerStatuses[0].state?.terminated?.exitCode == exitCode)
  }

  @Test("a failed pod keeps its phase until its containers have ended, and tells why")
  func deadline() {
    let ending = PodEnding.failed(reason: "DeadlineExceeded", message: "too long")
    let running = status(.running(.sample(), [.run("web", .running)]) { $0.ending = ending })
    #expect(running.phase == "Running" && running.reason == "DeadlineExceeded")
    let ended = status(
      .running(.sample(), [.run("web", .exited, exitCode: 143)]) { $0.ending = ending })
    #expect(ended.phase == "Failed" && ended.message == "too long")
  }

  @Test("an end that was told is never taken back")
  func terminal() {
    let pod = Pod.sample { $0.status.phase = "Succeeded" }
    #expect(status(.running(pod)).phase == "Succeeded")
  }

  @Test("init containers hold the pod back, by name")
  func initContainers() {
    let pod = Pod.sample {
      $0.spec.initContainers = [Container(["name": "one"]), Container(["name": "two"])]
    }
    let status = status(.running(pod, [.run("one", .exited)]))
    #expect(status.phase == "Pending")
    #expect(condition(status, "Initialized")?.message == "containers with incomplete status: [two]")
    #expect(status.initContainerStatuses[0].state?.terminated?.reason == "Completed")
    #expect(status.initContainerStatuses[0].ready == true)
    #expect(status.containerStatuses[0].state?.waiting?.reason == "PodInitializing")
  }

  @Test("readiness gates are others' word, and count")
  func gates() {
    let pod = Pod.sample {
      $0.spec.readinessGates = [PodReadinessGate(["conditionType": "lb"])]
    }
    let closed = status(.running(pod, [.run("web", .running)], edit: healthy))
    #expect(condition(closed, "ContainersReady")?.status == "True")
    #expect(condition(closed, "Ready")?.reason == "ReadinessGatesNotReady")
    var told = pod
    told.status.conditions = [PodCondition(["type": "lb", "status": "True"])]
    let open = status(.running(told, [.run("web", .running)], edit: healthy))
    #expect(condition(open, "Ready")?.status == "True")
  }

  @Test("a container that the runtime lost has ended, nobody knows how")
  func lost() {
    let pod = Pod.sample {
      $0.spec.restartPolicy = "Never"
      $0.status.phase = "Running"
      $0.status.containerStatuses = [
        ContainerStatus([
          "name": "web", "containerID": "containerd://x", "state": ["running": .emptyObject],
        ])
      ]
    }
    let situation = PodSituation.running(pod) {
      $0.ending = .deleted
      $0.runtime.sandboxes = []
    }
    let web = status(situation).containerStatuses[0]
    #expect(web.state?.terminated?.exitCode == 137)
    #expect(web.state?.terminated?.reason == "ContainerStatusUnknown")
  }
}

extension Pod {
  fileprivate init(_ document: Document, status: PodStatus) {
    self.init(document)
    self.status = status
  }
}
