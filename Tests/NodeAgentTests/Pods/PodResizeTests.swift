import ContainerRuntimeInterface
import Foundations
import Resources
import Testing

@testable import NodeAgent

@Suite struct PodResizeTests {
  private static let capacity = NodeCapacity(memoryCapacity: 8 << 30)

  /// A pod of one container "web" with these resources.
  private func pod(
    _ resources: Document, policy: Document = [], uid: String = "uid-1"
  ) -> Pod {
    .sample { pod in
      pod.metadata.uid = uid
      pod.spec.containers = [
        Container([
          "name": "web", "image": "web:1", "resources": resources, "resizePolicy": policy,
        ])
      ]
    }
  }

  private func limits(_ pod: Pod) -> CRILinuxContainerResources {
    ContainerLimits.resources(
      of: pod.spec.containers[0], in: pod, memoryCapacity: 8 << 30, isUnified: false)
  }

  /// A situation in which "web" runs with the limits of `old`, and `pod` is granted.
  private func situation(
    _ pod: Pod, has old: Pod, _ edit: (inout PodSituation) -> Void = { _ in }
  ) -> PodSituation {
    var run = ContainerRecord.run("web", .running)
    run.limits = limits(old)
    run.hash = ContainerConfiguration.hash(of: pod.spec.containers[0])
    return .running(pod, [run]) {
      $0.capacity = Self.capacity
      edit(&$0)
    }
  }

  private let small: Document = ["requests": ["cpu": "100m", "memory": "32Mi"]]
  private let large: Document = [
    "requests": ["cpu": "200m", "memory": "64Mi"], "limits": ["cpu": "1"],
  ]

  // MARK: Granting

  @Test("only CPU and memory count, and equal amounts are the same however they are written")
  func sameness() {
    #expect(
      PodResize.asksTheSame(
        pod(["requests": ["cpu": "1"]]), pod(["requests": ["cpu": "1000m"]])))
    #expect(!PodResize.asksTheSame(pod(small), pod(large)))
    #expect(
      PodResize.asksTheSame(
        pod(small), pod(["requests": ["cpu": "100m", "memory": "32Mi", "x/y": 1]])))
  }

  @Test("everything but the resources of an ungranted pod is taken over")
  func keeping() {
    var wish = pod(large)
    wish.spec.activeDeadlineSeconds = 7
    let kept = PodResize.keepingResources(of: pod(small), in: wish)
    #expect(kept.spec.containers[0].resources == pod(small).spec.containers[0].resources)
    #expect(kept.spec.activeDeadlineSeconds == 7)
  }

  @Test("a wish larger than the node is infeasible, one larger than what is left has to wait")
  func refusals() {
    let allocatable = ["cpu": Quantity(1), "memory": Quantity(1 << 30)]
    let other = pod(["requests": ["cpu": "900m"]], uid: "uid-2")
    func refusal(_ cpu: String, _ others: [Pod]) -> ResizeProgress.Refusal? {
      PodResize.refusal(
        of: pod(["requests": ["cpu": Document(cpu)]]), allocatable: allocatable, others: others)
    }
    #expect(refusal("1", []) == nil)
    #expect(refusal("1001m", [])?.reason == "Infeasible")
    #expect(refusal("100m", [other]) == nil)
    #expect(refusal("101m", [other])?.reason == "Deferred")
    var ended = other
    ended.status.phase = "Succeeded"
    #expect(refusal("1", [ended]) == nil)
  }

  @Test("a node that begins again takes as granted what it had told")
  func adoption() {
    var wish = pod(large)
    wish.status = PodStatus([
      "containerStatuses": [
        ["name": "web", "state": ["running": .emptyObject], "resources": small]
      ]
    ])
    #expect(PodResize.asksTheSame(PodResize.granted(toldBy: wish), pod(small)))
    wish.status = PodStatus()
    #expect(PodResize.asksTheSame(PodResize.granted(toldBy: wish), pod(large)))
  }

  // MARK: Carrying out

  @Test("a running container gets its new limits without a restart")
  func update() {
    let situation = situation(pod(large), has: pod(small))
    let plan = PodPlan(for: situation)
    #expect(
      plan.steps == [
        .resize([ContainerResize(container: ContainerID("web-0"), limits: limits(pod(large)))])
      ])
    #expect(situation.resize == .inProgress(problem: nil))
  }

  @Test("nothing is done where the runtime has the limits already")
  func settled() {
    let situation = situation(pod(large), has: pod(large))
    #expect(PodPlan(for: situation).steps == [])
    #expect(situation.resize == .settled)
  }

  @Test("a container whose policy says so is restarted, whatever the pod's restart policy")
  func restart() {
    let policy: Document = [["resourceName": "cpu", "restartPolicy": "RestartContainer"]]
    let wish = pod(large, policy: policy)
    let running = situation(wish, has: pod(small))
    guard case .kill(let order) = PodPlan(for: running).steps.first else {
      Issue.record("it was not restarted")
      return
    }
    #expect(order.isRestart)
    let ended = PodSituation.running(
      wish, [.run("web", .exited, exitCode: 0, endedAt: 0)]
    ) {
      $0.capacity = Self.capacity
      $0.pod.spec.restartPolicy = "OnFailure"
      $0.restarting = [ContainerID("web-0")]
    }
    #expect(ended.resize == .inProgress(problem: nil))
    #expect(
      PodPlan(for: ended).steps == [
        .start("web", restartCount: 1, after: ContainerID("web-0"))
      ])
  }

  @Test("the pod's own group follows, also where no container changes")
  func podGroup() {
    let situation = situation(pod(large), has: pod(large)) { $0.podLimits = nil }
    #expect(PodPlan(for: situation).steps == [.resize([])])
  }

  // MARK: Telling

  @Test("the status tells the resources that a container has, and those that it was granted")
  func status() {
    var wish = pod(large)
    wish.status = PodStatus([
      "containerStatuses": [["name": "web", "resources": small]]
    ])
    func status(_ situation: PodSituation) -> PodStatus {
      PodStatusBuilder(
        situation: situation, plan: PodPlan(for: situation), messages: [:], nodeAddresses: []
      ).status()
    }
    let under = status(situation(wish, has: pod(small)))
    #expect(under.containerStatuses[0].resources == ResourceRequirements(small))
    #expect(under.containerStatuses[0].allocatedResources["cpu"] == Quantity(milli: 200))
    #expect(under.conditions.contains { $0.type == "PodResizeInProgress" && $0.status == "True" })
    wish.status = under
    let done = status(situation(wish, has: pod(large)))
    #expect(done.containerStatuses[0].resources == ResourceRequirements(large))
    #expect(!done.conditions.contains { $0.type.hasPrefix("PodResize") })
    let pending = status(
      situation(wish, has: pod(large)) { $0.refusal = .deferred("cpu is scarce") })
    let condition = pending.conditions.first { $0.type == "PodResizePending" }
    #expect(condition?.reason == "Deferred" && condition?.message == "cpu is scarce")
  }

  @Test("a condition that is over is taken away")
  func patch() {
    let old = PodStatus([
      "conditions": [
        ["type": "Ready", "status": "True"], ["type": "PodResizeInProgress", "status": "True"],
      ]
    ])
    let new = PodStatus(["conditions": [["type": "Ready", "status": "True"]]])
    let patch = StatusPatch.make(from: old, to: new, uid: "u")
    #expect(
      patch?[path: "status", "conditions"]
        == [["type": "PodResizeInProgress", "$patch": "delete"]])
  }
}

@Suite struct PodAmountsTests {
  private func pod(_ spec: Document) -> Pod { Pod(["spec": spec]) }

  @Test("a pod takes its containers and sidecars together, or its largest start")
  func requests() {
    let amounts = PodAmounts(
      of: pod([
        "initContainers": [
          [
            "name": "s", "restartPolicy": "Always",
            "resources": ["requests": ["cpu": "100m", "memory": "1Gi"]],
          ],
          ["name": "i", "resources": ["requests": ["cpu": "500m", "memory": "1Mi"]]],
        ],
        "containers": [
          ["name": "a", "resources": ["requests": ["cpu": "200m"]]],
          ["name": "b", "resources": ["requests": ["cpu": "50m"]]],
        ],
      ]))
    #expect(amounts.requests["cpu"] == Quantity(milli: 600))
    #expect(amounts.requests["memory"] == Quantity((1 << 30) + (1 << 20)))
  }

  @Test("the whole is limited only where each part is")
  func limits() {
    let one: Document = ["name": "a", "resources": ["limits": ["cpu": "1", "memory": "1Mi"]]]
    let open: Document = ["name": "b", "resources": ["limits": ["cpu": "500m"]]]
    let cgroup = PodAmounts(of: pod(["containers": [one, open]])).cgroup
    #expect(cgroup.cpuQuotaMicroseconds == 150_000)
    #expect(cgroup.memoryBytes == -1)
    let stated = PodAmounts(
      of: pod(["containers": [one, open], "resources": ["limits": ["memory": "2Mi"]]])
    ).cgroup
    #expect(stated.memoryBytes == 2 << 20)
  }
}
