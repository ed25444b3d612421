import ContainerRuntimeInterface
import Foundations
import Resources

/// One container's status. Pure.
struct ContainerStatusBuilder {
  let situation: PodSituation
  let plan: PodPlan
  /// Last words, by run.
  let messages: [ContainerID: String]
  let isInitialized: Bool

  /// Source: Kubernetes documentation, "Pod Lifecycle", "Container states".
  func status(of container: PodContainer) -> ContainerStatus {
    let runs = situation.runtime.runs(of: container.name)
    let told = told(container)
    // Of a pod that has ended, its containers may be gone from the runtime to make room.
    let past = situation.ending == nil ? nil : told
    var status = ContainerStatus()
    status.name = container.name
    status.image = runs.first?.image ?? past?.image ?? container.container.image ?? ""
    status.document["imageID"] = Document(runs.first?.imageID ?? past?.imageID ?? "")
    status.document["restartCount"] = Document(runs.first?.restartCount ?? told?.restartCount ?? 0)
    status.document["ready"] = Document(isReady(container, runs.first))
    status.document["started"] = Document(hasStarted(container, runs.first))
    let (state, last) = states(of: container, runs, told)
    status.state = state
    status.lastState = last ?? ContainerState()
    if let run = runs.first {
      status.containerID = "containerd://\(run.id)"
      describe(container, run, in: &status)
    } else if let id = told?.containerID, state.terminated != nil {
      status.containerID = id
    }
    return status
  }

  private func told(_ container: PodContainer) -> ContainerStatus? {
    let status = situation.pod.status
    let statuses =
      status.containerStatuses + status.initContainerStatuses + status.ephemeralContainerStatuses
    return statuses.first { $0.name == container.name }
  }

  private func isReady(_ container: PodContainer, _ run: ContainerRecord?) -> Bool {
    // What is done stays done where the runtime has forgotten the run.
    guard let run else { return container.role == .initial && told(container)?.ready == true }
    switch container.role {
    case .initial: return run.state == .exited && run.exitCode == 0
    case .ephemeral: return false
    case .sidecar, .regular: return run.isRunning && situation.health[run.id]?.isReady == true
    }
  }

  private func hasStarted(_ container: PodContainer, _ run: ContainerRecord?) -> Bool {
    guard let run, run.isRunning, container.role != .ephemeral else { return false }
    return situation.health[run.id]?.hasStarted == true
  }

  // MARK: States

  private func states(
    of container: PodContainer, _ runs: [ContainerRecord], _ told: ContainerStatus?
  ) -> (now: ContainerState, last: ContainerState?) {
    guard let run = runs.first else { return states(ofLost: container, told) }
    let previous = runs.dropFirst().first { $0.hasEnded }.map(ended) ?? told?.lastState
    switch run.state {
    case .running:
      var state = ContainerState()
      var running = ContainerStateRunning()
      running.startedAt = run.startedAt ?? run.createdAt
      state.running = running
      return (state, previous)
    case .created: return (waiting(container), previous)
    case .exited, .unknown:
      if situation.ending == nil, plan.waiting[container.name] != nil {
        return (waiting(container), ended(run))
      }
      return (ended(run), previous)
    }
  }

  /// The runtime does not know the container: it never was, or it has gone without a word.
  private func states(
    ofLost container: PodContainer, _ told: ContainerStatus?
  ) -> (now: ContainerState, last: ContainerState?) {
    if let state = told?.state, state.terminated != nil {
      return situation.ending == nil && !isDone(container, state)
        ? (waiting(container), state) : (state, told?.lastState)
    }
    guard told?.state?.running != nil else { return (waiting(container), told?.lastState) }
    var terminated = ContainerStateTerminated()
    terminated.document["exitCode"] = Document(Self.unknownExitCode)
    terminated.reason = "ContainerStatusUnknown"
    terminated.message = "The container could not be located when the pod was terminated"
    terminated.containerID = told?.containerID
    var state = ContainerState()
    state.terminated = terminated
    return situation.ending == nil ? (waiting(container), state) : (state, told?.lastState)
  }

  /// 128 + SIGKILL, as upstream has it for ends that nobody saw.
  private static let unknownExitCode = 137

  private func isDone(_ container: PodContainer, _ state: ContainerState) -> Bool {
    guard let exitCode = state.terminated?.exitCode else { return false }
    return !RestartDecision.runsAgain(container, in: situation.pod, exitCode: exitCode)
  }

  private func waiting(_ container: PodContainer) -> ContainerState {
    var waiting = ContainerStateWaiting()
    if let reason = plan.waiting[container.name] {
      waiting.reason = reason.reason
      if !reason.message.isEmpty { waiting.message = reason.message }
    } else {
      let mustWait = !isInitialized && container.role == .regular
      waiting.reason = mustWait || isLaterInit(container) ? "PodInitializing" : "ContainerCreating"
    }
    var state = ContainerState()
    state.waiting = waiting
    return state
  }

  /// An init container whose pod has any waits for its turn under this name too.
  private func isLaterInit(_ container: PodContainer) -> Bool {
    container.role == .initial || container.role == .sidecar
  }

  private func ended(_ run: ContainerRecord) -> ContainerState {
    var terminated = ContainerStateTerminated()
    terminated.document["exitCode"] = Document(
      run.state == .unknown ? Self.unknownExitCode : run.exitCode)
    if run.state == .unknown {
      terminated.reason = "ContainerStatusUnknown"
    } else if run.reason.isEmpty {
      terminated.reason = run.exitCode == 0 ? "Completed" : "Error"
    } else {
      terminated.reason = run.reason
    }
    let message = messages[run.id] ?? run.message
    if !message.isEmpty { terminated.message = message }
    terminated.startedAt = run.startedAt
    terminated.finishedAt = run.finishedAt
    terminated.containerID = "containerd://\(run.id)"
    var state = ContainerState()
    state.terminated = terminated
    return state
  }

  // MARK: What it was given

  private func describe(
    _ container: PodContainer, _ run: ContainerRecord, in status: inout ContainerStatus
  ) {
    if run.isRunning {
      let granted = container.container.resources ?? ResourceRequirements()
      let hasAll = situation.adjustment(of: run, container) == nil
      status.resources = hasAll ? granted : told(container)?.resources ?? granted
      status.allocatedResources = granted.requests
    }
    status.volumeMounts = container.container.volumeMounts.map { mount in
      var told = VolumeMountStatus()
      told.name = mount.name
      told.mountPath = mount.mountPath
      if mount.readOnly == true {
        told.readOnly = true
        told.recursiveReadOnly =
          mount.recursiveReadOnly == "Enabled" ? "Enabled" : "Disabled"
      }
      return told
    }
    if let user = run.user {
      status.document["user"] = [
        "linux": [
          "uid": Document(Int(user.uid)), "gid": Document(Int(user.gid)),
          "supplementalGroups": Document(user.supplementalGroups.map { Document(Int($0)) }),
        ]
      ]
    }
    if container.container.lifecycle?.stopSignal != nil { status.stopSignal = run.stopSignal }
  }
}
