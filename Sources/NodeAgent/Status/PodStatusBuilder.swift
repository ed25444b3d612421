import Foundations
package import Resources

/// A pod's status as its node tells it. Pure: the same situation gives the same status.
package struct PodStatusBuilder {
  let situation: PodSituation
  let plan: PodPlan
  let messages: [ContainerID: String]
  let nodeAddresses: [String]

  /// - Parameters:
  ///   - plan: made from the same situation.
  ///   - messages: containers' last words.
  ///   - nodeAddresses: the first is the pod's hostIP.
  package init(
    situation: PodSituation, plan: PodPlan, messages: [ContainerID: String],
    nodeAddresses: [String]
  ) {
    self.situation = situation
    self.plan = plan
    self.messages = messages
    self.nodeAddresses = nodeAddresses
  }

  /// The whole status, with what others have written to it kept.
  package func status() -> PodStatus {
    let pod = situation.pod
    let old = pod.status
    let progress = progress()
    let containers = ContainerStatusBuilder(
      situation: situation, plan: plan, messages: messages, isInitialized: progress.isInitialized)
    var status = old
    status.phase = phase(progress)
    status.observedGeneration = pod.metadata.generation
    status.startTime = situation.startTime ?? old.startTime
    status.qosClass = old.qosClass ?? pod.qualityOfService.rawValue
    tellAddresses(in: &status)
    if let failure = situation.ending?.failure {
      status.reason = failure.reason
      status.message = failure.message
    }
    status.initContainerStatuses = pod.initContainersInOrder.map(containers.status)
    status.containerStatuses = pod.regularContainers.map(containers.status)
      .sorted { $0.name < $1.name }
    status.ephemeralContainerStatuses = pod.ephemeralContainers.map(containers.status)
      .sorted { $0.name < $1.name }
    var conditions = PodConditions(pod: pod, old: old.conditions, now: situation.now)
    conditions.tell(
      phase: status.phase ?? "", isSandboxReady: situation.runtime.readySandbox != nil,
      initStatuses: status.initContainerStatuses, statuses: status.containerStatuses,
      unfinishedInit: progress.unfinishedInit)
    conditions.tell(situation.resize)
    if case .evicted(let message) = situation.ending { conditions.tellDisruption(message) }
    status.conditions = conditions.list
    return status
  }

  private func tellAddresses(in status: inout PodStatus) {
    if let hostIP = nodeAddresses.first {
      status.hostIP = hostIP
      status.hostIPs = nodeAddresses.map { address in
        var entry = HostIP()
        entry.ip = address
        return entry
      }
    }
    let addresses =
      situation.pod.spec.hostNetwork == true
      ? (situation.runtime.sandboxes.isEmpty ? [] : nodeAddresses)
      : situation.runtime.sandboxes.first?.addresses ?? []
    // A pod that has ended is still known by the address that it had.
    guard let first = addresses.first else { return }
    status.podIP = first
    status.podIPs = addresses.map { address in
      var entry = PodIP()
      entry.ip = address
      return entry
    }
  }

  // MARK: Phase

  struct Progress: Equatable {
    /// Init containers that are not done, by name.
    var unfinishedInit: [String] = []
    var hasFailedInit = false
    /// A regular container has been started in this pod.
    var isInitialized = false
  }

  private func progress() -> Progress {
    var progress = Progress()
    let pod = situation.pod
    for container in pod.initContainersInOrder {
      let run = situation.runtime.latest(container.name)
      if container.role == .sidecar {
        let hasStarted = run.map { situation.health[$0.id]?.hasStarted == true || $0.hasEnded }
        if hasStarted != true { progress.unfinishedInit.append(container.name) }
        continue
      }
      if let run, run.state == .exited, run.exitCode == 0 { continue }
      // Where the runtime has forgotten the run, the API remembers its success.
      if run == nil, wasDone(container.name) { continue }
      progress.unfinishedInit.append(container.name)
      if let run, run.hasEnded,
        !RestartDecision.runsAgain(container, in: pod, exitCode: run.exitCode)
      {
        progress.hasFailedInit = true
      }
    }
    let hasBegun = pod.regularContainers.contains { situation.runtime.latest($0.name) != nil }
    progress.isInitialized = progress.unfinishedInit.isEmpty || hasBegun
    return progress
  }

  private func wasDone(_ name: String) -> Bool {
    let told = situation.pod.status.initContainerStatuses.first { $0.name == name }
    return told?.state?.terminated?.exitCode == 0 && told?.state?.terminated != nil
  }

  /// Source: Kubernetes documentation, "Pod Lifecycle", "Pod phase".
  private func phase(_ progress: Progress) -> String {
    let told = situation.pod.status.phase
    // An end that was told is never taken back.
    if told == "Succeeded" || told == "Failed", let told { return told }
    if situation.ending != nil, situation.runtime.running.isEmpty,
      let phase = endPhase(progress)
    {
      return phase
    }
    if progress.hasFailedInit { return told ?? "Pending" }
    if !progress.isInitialized { return "Pending" }
    let containers = situation.pod.regularContainers
    let hasWaiting = containers.contains { container in
      guard let run = situation.runtime.latest(container.name) else { return true }
      return run.state == .created && run.restartCount == 0
    }
    return hasWaiting ? (told == "Running" ? "Running" : "Pending") : "Running"
  }

  /// `nil` where a deleted pod has ended before it began.
  private func endPhase(_ progress: Progress) -> String? {
    if situation.ending?.failure != nil { return "Failed" }
    if progress.hasFailedInit { return "Failed" }
    let ends = situation.pod.regularContainers.map { situation.runtime.latest($0.name) }
    if ends.allSatisfy({ $0?.state == .exited && $0?.exitCode == 0 }) { return "Succeeded" }
    if situation.ending?.isDeletion == true, ends.allSatisfy({ $0 == nil }),
      situation.pod.status.phase != "Running"
    {
      return nil
    }
    return "Failed"
  }
}
