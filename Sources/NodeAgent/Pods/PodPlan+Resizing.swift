import ContainerRuntimeInterface
import Foundations

extension PodPlan {
  /// Limits of running containers, and of the group around them.
  mutating func planResize(_ situation: PodSituation) {
    guard !situation.busy.contains(.resize) else { return }
    let changes = situation.pod.allContainers.compactMap { container -> ContainerResize? in
      guard let run = situation.runtime.latest(container.name), run.isRunning,
        !situation.busy.contains(.kill(run.id)),
        let adjustment = situation.adjustment(of: run, container), adjustment.kind == .update
      else { return nil }
      return ContainerResize(container: run.id, limits: adjustment.limits)
    }
    let isPodLimited = situation.podLimits == PodAmounts(of: situation.pod).cgroup
    if !changes.isEmpty || !isPodLimited { steps.append(.resize(changes)) }
  }
}

extension PodSituation {
  /// Whether a container that ended begins anew.
  func runsAgain(_ container: PodContainer, after run: ContainerRecord) -> Bool {
    restarting.contains(run.id)
      || RestartDecision.runsAgain(container, in: pod, exitCode: run.exitCode)
  }

  /// What has to be done with a running container so that it has the resources granted to it.
  /// - Returns: `nil` where it has them.
  func adjustment(
    of run: ContainerRecord, _ container: PodContainer
  ) -> (kind: PodResize.Adjustment, limits: CRILinuxContainerResources)? {
    guard container.role != .ephemeral, run.isRunning, let capacity else { return nil }
    let limits = ContainerLimits.resources(
      of: container.container, in: pod, memoryCapacity: capacity.memoryCapacity,
      isUnified: capacity.isUnifiedCgroup)
    let kind = PodResize.adjustment(of: container.container, to: limits, from: run.limits)
    return kind == .none ? nil : (kind, limits)
  }

  /// How far a change of the pod's resources has come.
  var resize: ResizeProgress {
    if let refusal { return .pending(refusal) }
    guard ending == nil else { return .settled }
    let isOpen = pod.allContainers.contains { container in
      guard let run = runtime.latest(container.name) else { return false }
      return restarting.contains(run.id) || adjustment(of: run, container) != nil
    }
    return isOpen ? .inProgress(problem: resizeProblem) : .settled
  }
}
