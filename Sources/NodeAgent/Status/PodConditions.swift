package import Foundations
package import Resources

/// A pod's conditions, of which the node tells some and others tell the rest. Pure.
package struct PodConditions {
  let pod: Pod
  let now: Timestamp
  package private(set) var list: [PodCondition]

  package init(pod: Pod, old: [PodCondition], now: Timestamp) {
    self.pod = pod
    self.now = now
    self.list = old
  }

  /// Source: Kubernetes documentation, "Pod Lifecycle", "Pod conditions".
  package mutating func tell(
    phase: String, isSandboxReady: Bool, initStatuses: [ContainerStatus],
    statuses: [ContainerStatus], unfinishedInit: [String]
  ) {
    set("PodReadyToStartContainers", isSandboxReady)
    let isOver = phase == "Succeeded" || phase == "Failed"
    if phase == "Succeeded" {
      set("Initialized", true, "PodCompleted")
    } else if unfinishedInit.isEmpty {
      set("Initialized", true)
    } else {
      set(
        "Initialized", false, "ContainersNotInitialized",
        "containers with incomplete status: \(Self.list(unfinishedInit))")
    }
    let sidecars = Set(pod.initContainersInOrder.filter { $0.role == .sidecar }.map(\.name))
    let unready = (initStatuses.filter { sidecars.contains($0.name) } + statuses)
      .filter { $0.ready != true }.map(\.name)
    if isOver {
      let reason = phase == "Succeeded" ? "PodCompleted" : "PodFailed"
      set("Ready", false, reason)
      set("ContainersReady", false, reason)
    } else if unready.isEmpty {
      tellGates()
      set("ContainersReady", true)
    } else {
      let message = "containers with unready status: \(Self.list(unready))"
      set("Ready", false, "ContainersNotReady", message)
      set("ContainersReady", false, "ContainersNotReady", message)
    }
    set("PodScheduled", true)
  }

  /// The node ends the pod for its own sake: whoever made it may count that differently.
  package mutating func tellDisruption(_ message: String) {
    set("DisruptionTarget", true, "TerminationByKubelet", message)
  }

  /// A change of resources that is under way; nothing stands there when it is done.
  package mutating func tell(_ resize: ResizeProgress) {
    list.removeAll { condition in
      switch (condition.type, resize) {
      case ("PodResizePending", .pending), ("PodResizeInProgress", .inProgress): false
      case ("PodResizePending", _), ("PodResizeInProgress", _): true
      default: false
      }
    }
    switch resize {
    case .settled: break
    case .pending(let refusal): set("PodResizePending", true, refusal.reason, refusal.message)
    case .inProgress(let problem):
      set("PodResizeInProgress", true, problem == nil ? "" : "Error", problem ?? "")
    }
  }

  /// A pod whose containers are ready is ready once others say so too.
  private mutating func tellGates() {
    var complaints: [String] = []
    for gate in pod.spec.readinessGates {
      switch list.first(where: { $0.type == gate.conditionType })?.status {
      case "True": continue
      case nil:
        complaints.append(
          "corresponding condition of pod readiness gate \"\(gate.conditionType)\" does not exist.")
      default:
        complaints.append(
          "the status of pod readiness gate \"\(gate.conditionType)\" is not \"True\", but "
            + (list.first { $0.type == gate.conditionType }?.status ?? ""))
      }
    }
    if complaints.isEmpty {
      set("Ready", true)
    } else {
      set("Ready", false, "ReadinessGatesNotReady", complaints.joined(separator: ", "))
    }
  }

  /// `[a b]`, as tools show it.
  private static func list(_ names: [String]) -> String {
    "[\(names.joined(separator: " "))]"
  }

  /// The time of transition changes only with the status.
  private mutating func set(
    _ type: String, _ isTrue: Bool, _ reason: String = "", _ message: String = ""
  ) {
    let status = isTrue ? "True" : "False"
    let position = list.firstIndex { $0.type == type }
    var condition = position.map { list[$0] } ?? PodCondition()
    if condition.status != status { condition.lastTransitionTime = now }
    condition.type = type
    condition.status = status
    condition.reason = reason.isEmpty ? nil : reason
    condition.message = message.isEmpty ? nil : message
    condition.observedGeneration = pod.metadata.generation
    if let position { list[position] = condition } else { list.append(condition) }
  }
}
