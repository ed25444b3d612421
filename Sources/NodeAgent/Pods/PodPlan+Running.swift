import Foundations
import Resources

extension PodPlan {
  /// What the pod needs next. Pure: the same situation gives the same plan.
  package init(for situation: PodSituation) {
    self.init()
    if situation.ending != nil {
      planEnding(situation)
    } else if let ending = Self.dueEnding(situation) {
      steps = [.end(ending)]
    } else {
      planRunning(situation)
    }
  }

  /// Whether the pod has reached an end of its own.
  private static func dueEnding(_ situation: PodSituation) -> PodEnding? {
    if let deadline = deadline(of: situation), deadline <= situation.now {
      return .failed(
        reason: "DeadlineExceeded",
        message: "Pod was active on the node longer than the specified deadline")
    }
    return Self.isFinished(situation) ? .finished : nil
  }

  private static func deadline(of situation: PodSituation) -> Timestamp? {
    guard let seconds = situation.pod.spec.activeDeadlineSeconds,
      let start = situation.startTime
    else { return nil }
    return start.advanced(by: .seconds(seconds))
  }

  /// Every container has ended for good, or an init container has failed for good.
  private static func isFinished(_ situation: PodSituation) -> Bool {
    let pod = situation.pod
    for container in pod.initContainersInOrder where container.role == .initial {
      if let run = situation.runtime.latest(container.name), run.hasEnded, run.exitCode != 0,
        !situation.runsAgain(container, after: run)
      {
        return true
      }
    }
    return !pod.regularContainers.isEmpty
      && pod.regularContainers.allSatisfy { container in
        guard let run = situation.runtime.latest(container.name), run.hasEnded else { return false }
        return !situation.runsAgain(container, after: run)
      }
  }

  // MARK: A pod that runs

  private mutating func planRunning(_ situation: PodSituation) {
    if let deadline = Self.deadline(of: situation) { wake(at: deadline) }
    if !planVolumes(situation) { return }
    guard let sandbox = planSandbox(situation) else { return }
    planResize(situation)
    planEphemeral(situation, sandbox)
    if planInit(situation, sandbox) {
      for container in situation.pod.regularContainers { plan(container, situation, sandbox) }
    }
    planRemovals(situation)
  }

  /// - Returns: whether containers may go on.
  private mutating func planVolumes(_ situation: PodSituation) -> Bool {
    switch situation.volumes {
    case .ready: return true
    case .missing: break
    case .failed(let retryAt) where retryAt > situation.now:
      wake(at: retryAt)
      return false
    case .failed: break
    }
    if !situation.busy.contains(.volumes) { steps.append(.prepareVolumes) }
    return false
  }

  /// - Returns: the sandbox where it is ready.
  private mutating func planSandbox(_ situation: PodSituation) -> SandboxID? {
    let runtime = situation.runtime
    if let sandbox = runtime.readySandbox { return sandbox.id }
    guard !situation.busy.contains(.sandbox) else { return nil }
    // The sandbox has died under its containers: they end with it, and begin again in a new one.
    let leftovers = Set(runtime.running.compactMap(\.sandbox))
    let stale = runtime.sandboxes.filter { $0.isReady || leftovers.contains($0.id) }
    if !stale.isEmpty {
      for sandbox in stale where !situation.busy.contains(.stopSandbox(sandbox.id)) {
        steps.append(.stopSandbox(sandbox.id))
      }
      return nil
    }
    if let problem = situation.sandboxProblem, problem.retryAt > situation.now {
      wake(at: problem.retryAt)
      return nil
    }
    steps.append(.runSandbox(attempt: runtime.sandboxes.first.map { $0.attempt + 1 } ?? 0))
    return nil
  }

  private mutating func planEphemeral(_ situation: PodSituation, _ sandbox: SandboxID) {
    for container in situation.pod.ephemeralContainers
    where situation.runtime.latest(container.name) == nil {
      start(container, situation, after: nil)
    }
  }

  /// - Returns: whether every init container is done.
  private mutating func planInit(_ situation: PodSituation, _ sandbox: SandboxID) -> Bool {
    let wasInitialized = situation.pod.regularContainers.contains { container in
      situation.runtime.latest(container.name)?.sandbox == sandbox
    }
    for container in situation.pod.initContainersInOrder {
      if container.role == .initial {
        if wasInitialized { continue }
        guard let run = current(container, situation, sandbox), run.hasEnded, run.exitCode == 0
        else {
          plan(container, situation, sandbox)
          return false
        }
      } else {
        plan(container, situation, sandbox)
        if wasInitialized { continue }
        guard let run = current(container, situation, sandbox), run.isRunning,
          situation.health[run.id]?.hasStarted == true
        else { return false }
      }
    }
    return true
  }

  private func current(
    _ container: PodContainer, _ situation: PodSituation, _ sandbox: SandboxID
  ) -> ContainerRecord? {
    situation.runtime.latest(container.name).flatMap { $0.sandbox == sandbox ? $0 : nil }
  }

  /// One container: start it, start it again, or kill it for what its probes say.
  private mutating func plan(
    _ container: PodContainer, _ situation: PodSituation, _ sandbox: SandboxID
  ) {
    let last = situation.runtime.latest(container.name)
    guard let run = last, run.sandbox == sandbox else {
      // What succeeded in an earlier sandbox is not repeated, where it need not be.
      if let last, container.role == .regular, last.hasEnded,
        !situation.runsAgain(container, after: last)
      {
        return
      }
      return start(container, situation, after: last?.id)
    }
    switch run.state {
    case .running: checkRunning(run, container, situation)
    case .created:
      // Left over from a start that was interrupted: it never ran.
      if !situation.busy.contains(.start(container.name)),
        !situation.busy.contains(.remove(run.id))
      {
        steps.append(.remove(run.id))
      }
    case .exited, .unknown:
      if situation.busy.contains(.start(container.name)) { return }
      guard situation.runsAgain(container, after: run) else { return }
      let ended = run.finishedAt ?? run.createdAt
      if let backoff = situation.backoffs[container.name],
        let due = backoff.nextStart(endedAt: ended), due > situation.now
      {
        waiting[container.name] = Self.crashLoop(backoff, container, situation.pod)
        wake(at: due)
      } else {
        start(container, situation, after: run.id)
      }
    }
  }

  static func crashLoop(
    _ backoff: RestartBackoff, _ container: PodContainer, _ pod: Pod
  ) -> WaitingReason {
    let seconds = backoff.pause.components.seconds
    let pause =
      seconds < 60 ? "\(seconds)s" : "\(seconds / 60)m\(seconds % 60)s"
    return WaitingReason(
      "CrashLoopBackOff",
      "back-off \(pause) restarting failed container=\(container.name) "
        + "pod=\(pod.metadata.name ?? "")_\(pod.metadata.namespace ?? "")"
        + "(\(pod.metadata.uid ?? ""))")
  }

  private mutating func checkRunning(
    _ run: ContainerRecord, _ container: PodContainer, _ situation: PodSituation
  ) {
    guard !situation.busy.contains(.kill(run.id)), container.role != .ephemeral else { return }
    let grace = Duration.seconds(situation.pod.spec.terminationGracePeriodSeconds ?? 30)
    if !run.hash.isEmpty, run.hash != ContainerConfiguration.hash(of: container.container) {
      kill(
        run, grace, "Container \(run.name) definition changed, will be restarted", isRestart: true)
    } else if situation.adjustment(of: run, container)?.kind == .restart {
      kill(run, grace, "Container \(run.name) resize requires restart", isRestart: true)
    } else if let complaint = situation.health[run.id]?.mustRestart {
      kill(run, complaint.grace ?? grace, "Container \(run.name) \(complaint.message)")
    }
  }

  private mutating func kill(
    _ run: ContainerRecord, _ grace: Duration, _ message: String, isRestart: Bool = false
  ) {
    steps.append(
      .kill(
        KillOrder(
          container: run.id, name: run.name, grace: grace, message: message, isRestart: isRestart)))
  }

  /// Starts a container unless another one of the pod is being started or it has to wait.
  private mutating func start(
    _ container: PodContainer, _ situation: PodSituation, after: ContainerID?
  ) {
    if let problem = situation.problems[container.name] {
      waiting[container.name] = Self.waitingReason(problem, container, situation.now)
      if problem.retryAt > situation.now {
        wake(at: problem.retryAt)
        let change = problem.since.advanced(by: Self.freshProblem)
        if change > situation.now { wake(at: change) }
        return
      }
    }
    let isStarting = situation.busy.contains { if case .start = $0 { true } else { false } }
    let willStart = steps.contains { if case .start = $0 { true } else { false } }
    guard !isStarting, !willStart else { return }
    let count = Self.restartCount(of: container.name, situation)
    steps.append(.start(container.name, restartCount: count, after: after))
  }

  /// Goes on from what the API knows where the runtime has forgotten everything.
  private static func restartCount(of name: String, _ situation: PodSituation) -> Int {
    if let last = situation.runtime.latest(name) { return last.restartCount + 1 }
    let status = situation.pod.status
    let told = (status.containerStatuses + status.initContainerStatuses).first { $0.name == name }
    guard let told, told.containerID != nil else { return 0 }
    return told.restartCount + 1
  }

  /// For so long an image's problem is told in full, then as a back-off.
  private static let freshProblem: Duration = .seconds(2)

  static func waitingReason(
    _ problem: StartProblem, _ container: PodContainer, _ now: Timestamp
  ) -> WaitingReason {
    if problem.reason == "ErrImagePull", problem.since.distance(to: now) >= freshProblem {
      return WaitingReason(
        "ImagePullBackOff",
        "Back-off pulling image \"\(container.container.image ?? "")\": ErrImagePull: "
          + problem.message)
    }
    return WaitingReason(problem.reason, problem.message)
  }

  /// Keeps of each container its last run and the one before, whose log people may ask for.
  private mutating func planRemovals(_ situation: PodSituation) {
    var kept: [String: Int] = [:]
    for run in situation.runtime.containers {
      kept[run.name, default: 0] += 1
      if kept[run.name, default: 0] > Self.keptRunsMax, run.hasEnded,
        !situation.busy.contains(.remove(run.id))
      {
        steps.append(.remove(run.id))
      }
    }
  }

  private static let keptRunsMax = 2
}
