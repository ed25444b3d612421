import Foundations
import Resources
import Testing

@testable import NodeAgent

@Suite struct PodPlanEndingTests {
  private func ending(
    _ runs: [ContainerRecord], grace: Int? = 30, pod: Pod = .sample(),
    edit: (inout PodSituation) -> Void = { _ in }
  ) -> PodSituation {
    .running(pod, runs) {
      $0.pod.metadata.deletionGracePeriodSeconds = grace
      $0.ending = .deleted
      $0.endingSince = .at(0)
      edit(&$0)
    }
  }

  private func kill(_ name: String, _ grace: Int) -> PodStep {
    .kill(
      KillOrder(
        container: ContainerID("\(name)-0"), name: name, grace: .seconds(grace),
        message: "Stopping container \(name)"))
  }

  private func steps(_ situation: PodSituation) -> [PodStep] { PodPlan(for: situation).steps }

  @Test("all goes in order: containers, sandbox, volumes, the API object, traces")
  func order() {
    let web = ContainerRecord.run("web", .running)
    #expect(steps(ending([web])) == [kill("web", 30)])
    #expect(steps(ending([web]) { $0.busy = [.kill(web.id)] }).isEmpty)
    let ended = ContainerRecord.run("web", .exited)
    #expect(steps(ending([ended])) == [.stopSandbox(SandboxID("s0"))])
    func later(_ edit: @escaping (inout PodSituation) -> Void) -> [PodStep] {
      steps(
        ending([ended]) {
          $0.runtime.sandboxes = [.sandbox(isReady: false)]
          edit(&$0)
        })
    }
    #expect(later { _ in } == [.tearDown])
    #expect(later { $0.busy = [.volumes] }.isEmpty)
    #expect(later { $0.isTornDown = true } == [.delete])
    #expect(
      later {
        $0.isTornDown = true
        $0.isForgotten = true
      } == [.forget])
    #expect(
      later {
        $0.ending = .removed
        $0.isTornDown = true
      } == [.forget])
    #expect(
      later {
        $0.ending = .finished
        $0.isTornDown = true
      }.isEmpty)
  }

  @Test("the grace is the deletion's, else the pod's, and runs from the deletion")
  func grace() {
    let web = ContainerRecord.run("web", .running)
    #expect(steps(ending([web], grace: 7)) == [kill("web", 7)])
    #expect(steps(ending([web], grace: nil)) == [kill("web", 30)])
    #expect(steps(ending([web], grace: 7) { $0.now = .at(4) }) == [kill("web", 3)])
    #expect(steps(ending([web], grace: 7) { $0.now = .at(60) }) == [kill("web", 2)])
    #expect(steps(ending([web], grace: 0)) == [kill("web", 0)])
  }

  @Test("a pod in rotation leaves it before anything stops, within half of its grace")
  func rotation() {
    let web = ContainerRecord.run("web", .running)
    func plan(_ grace: Int, at now: Int = 0, _ edit: (inout PodSituation) -> Void = { _ in })
      -> PodPlan
    {
      PodPlan(
        for: ending([web], grace: grace) {
          $0.isInRotation = true
          $0.now = .at(now)
          edit(&$0)
        })
    }
    #expect(plan(30).steps == [.leaveRotation(by: .at(10))])
    #expect(plan(30).wakeAt == .at(10))
    #expect(plan(8).steps == [.leaveRotation(by: .at(4))])
    // Under way: nothing else is done, but for the time that is over.
    let waiting = plan(30) { $0.busy = [.leaveRotation] }
    #expect(waiting.steps.isEmpty && waiting.wakeAt == .at(10))
    #expect(plan(30, at: 10) { $0.busy = [.leaveRotation] }.steps == [kill("web", 20)])
    // Left: what the wait took is the pod's loss.
    #expect(plan(30, at: 1) { $0.isInRotation = false }.steps == [kill("web", 29)])
    // Whoever wants it gone now gets it.
    #expect(plan(0).steps == [kill("web", 0)])
    #expect(plan(0) { $0.busy = [.leaveRotation] }.steps == [kill("web", 0)])
    // Only a deletion in the API puts an end to being in rotation first.
    for other in [PodEnding.removed, .evicted(message: ""), .failed(reason: "", message: "")] {
      let steps = plan(30) { $0.ending = other }.steps
      #expect(steps.contains { if case .kill = $0 { true } else { false } }, "\(other)")
    }
    // What does not run is told nothing.
    let ended = ending([.run("web", .exited)]) { $0.isInRotation = true }
    #expect(steps(ended) == [.stopSandbox(SandboxID("s0"))])
  }

  @Test("a second deletion with less grace makes it quicker, one with more does not")
  func shorter() {
    let web = ContainerRecord.run("web", .running)
    func again(_ grace: Int) -> [PodStep] {
      steps(
        ending([web], grace: grace) {
          $0.busy = [.kill(web.id)]
          $0.killDeadlines[web.id] = .at(30)
        })
    }
    #expect(again(5) == [kill("web", 5)])
    #expect(again(0) == [kill("web", 0)])
    #expect(again(60).isEmpty)
  }

  @Test("sidecars end after the others, the last one first, and at once when time is up")
  func sidecars() {
    let pod = Pod.sample {
      $0.spec.initContainers = [
        Container(["name": "a", "restartPolicy": "Always"]),
        Container(["name": "b", "restartPolicy": "Always"]),
      ]
    }
    let a = ContainerRecord.run("a", .running)
    let b = ContainerRecord.run("b", .running)
    let web = ContainerRecord.run("web", .running)
    #expect(steps(ending([a, b, web], pod: pod)) == [kill("web", 30)])
    #expect(PodPlan(for: ending([a, b, web], pod: pod)).wakeAt == .at(30))
    #expect(steps(ending([a, b, .run("web", .exited)], pod: pod)) == [kill("b", 30)])
    let last = [a, ContainerRecord.run("b", .exited), .run("web", .exited)]
    #expect(steps(ending(last, pod: pod)) == [kill("a", 30)])
    let late = ending([a, b, web], pod: pod) { $0.now = .at(30) }
    #expect(Set(steps(late).map { "\($0)" }).count == 3)
  }

  @Test("a start that is going on is waited for")
  func starting() {
    #expect(steps(ending([]) { $0.busy = [.start("web")] }).isEmpty)
    #expect(steps(ending([]) { $0.busy = [.sandbox] }).isEmpty)
  }

  @Test("an ending gives way to a stronger one only")
  func strength() {
    let failed = PodEnding.failed(reason: "x", message: "y")
    let order: [PodEnding] = [.finished, failed, .deleted, .removed]
    for (weak, present) in order.enumerated() {
      for (strong, other) in order.enumerated() {
        #expect(present.yields(to: other) == (strong > weak))
      }
    }
  }
}
