import Foundations
import Resources

@testable import NodeAgent

extension Pod {
  /// A pod of one container "web", changed by `edit`.
  static func sample(_ edit: (inout Pod) -> Void = { _ in }) -> Pod {
    var pod = Pod([
      "apiVersion": "v1", "kind": "Pod",
      "metadata": [
        "name": "shop", "namespace": "town", "uid": "uid-1", "labels": ["app": "shop"],
        "resourceVersion": "1",
      ],
      "spec": [
        "nodeName": "node-1", "restartPolicy": "Always", "terminationGracePeriodSeconds": 30,
        "containers": [["name": "web", "image": "web:1"]],
      ],
    ])
    edit(&pod)
    return pod
  }
}

extension Timestamp {
  /// Seconds after an arbitrary beginning.
  static func at(_ seconds: Int) -> Timestamp { Timestamp(seconds: 1_000_000 + Int64(seconds)) }
}

extension ContainerRecord {
  /// A run of a container in sandbox "s0".
  static func run(
    _ name: String, _ state: State, id: String? = nil, restarts: Int = 0, exitCode: Int = 0,
    endedAt: Int = 0, sandbox: String = "s0"
  ) -> ContainerRecord {
    var record = ContainerRecord(
      id: ContainerID(id ?? "\(name)-\(restarts)"), name: name, sandbox: SandboxID(sandbox),
      state: state, restartCount: restarts, createdAt: .at(-60))
    record.startedAt = .at(-60)
    record.exitCode = exitCode
    if state == .exited { record.finishedAt = .at(endedAt) }
    return record
  }
}

extension SandboxRecord {
  static func sandbox(
    _ id: String = "s0", attempt: Int = 0, isReady: Bool = true
  ) -> SandboxRecord {
    SandboxRecord(
      id: SandboxID(id), attempt: attempt, isReady: isReady, createdAt: .at(-100),
      addresses: ["10.42.0.7"])
  }
}

extension PodSituation {
  /// A pod whose volumes and sandbox are ready, at moment 0.
  static func running(
    _ pod: Pod = .sample(), _ containers: [ContainerRecord] = [],
    edit: (inout PodSituation) -> Void = { _ in }
  ) -> PodSituation {
    var situation = PodSituation(pod: pod, now: .at(0))
    situation.volumes = .ready
    situation.startTime = .at(-100)
    situation.podLimits = PodAmounts(of: pod).cgroup
    situation.runtime = PodRuntimeState(sandboxes: [.sandbox()], containers: containers)
    edit(&situation)
    return situation
  }
}
