import Foundations
import Resources

extension PodPlan {
  /// Stops everything, then takes everything away.
  mutating func planEnding(_ situation: PodSituation) {
    if !situation.runtime.running.isEmpty {
      if !planLeave(situation) { planKills(situation) }
      return
    }
    guard !isStarting(situation) else { return }
    let ready = situation.runtime.sandboxes.filter(\.isReady)
    guard ready.isEmpty else {
      for sandbox in ready where !situation.busy.contains(.stopSandbox(sandbox.id)) {
        steps.append(.stopSandbox(sandbox.id))
      }
      return
    }
    // Volumes are taken away only when nobody is making them.
    guard !situation.busy.contains(.volumes), !situation.busy.contains(.sandbox) else { return }
    guard situation.isTornDown else {
      if !situation.busy.contains(.tearDown) { steps.append(.tearDown) }
      return
    }
    switch situation.ending {
    case .deleted where !situation.isForgotten:
      if !situation.busy.contains(.delete) { steps.append(.delete) }
    case .deleted, .removed: steps.append(.forget)
    default: break  // finished: its containers and logs stay until somebody deletes it
    }
  }

  /// A start that was begun is cancelled; until it says so, something may still come to run.
  private func isStarting(_ situation: PodSituation) -> Bool {
    situation.busy.contains {
      switch $0 {
      case .start, .sandbox: true
      default: false
      }
    }
  }

  /// Only what was deleted in the API leaves the rotation before it stops.
  /// - Returns: whether containers have to go on meanwhile, their preStop hooks not begun.
  private mutating func planLeave(_ situation: PodSituation) -> Bool {
    guard situation.isInRotation, situation.ending == .deleted, let since = situation.endingSince
    else { return false }
    let limit = since.advanced(by: RotationLimit.of(grace: Self.grace(of: situation)))
    guard limit > situation.now else { return false }
    if !situation.busy.contains(.leaveRotation) { steps.append(.leaveRotation(by: limit)) }
    wake(at: limit)
    return true
  }

  /// Containers at once; sidecars when all others have ended, the last one first.
  private mutating func planKills(_ situation: PodSituation) {
    let deadline = (situation.endingSince ?? situation.now).advanced(by: Self.grace(of: situation))
    let sidecars = situation.pod.initContainersInOrder.filter { $0.role == .sidecar }.map(\.name)
    let running = situation.runtime.running
    let others = running.filter { !sidecars.contains($0.name) }
    let isOverdue = deadline <= situation.now
    var due = others
    if others.isEmpty || isOverdue {
      let last = sidecars.last { name in running.contains { $0.name == name } }
      due += running.filter { run in
        sidecars.contains(run.name) && (isOverdue || run.name == last)
      }
    } else if sidecars.contains(where: { name in running.contains { $0.name == name } }) {
      wake(at: deadline)
    }
    for run in due { kill(run, by: deadline, situation) }
  }

  /// For the last ones, when the others have taken all the time. Source: kubelet's
  /// minimumGracePeriodInSeconds.
  private static let graceMin: Duration = .seconds(2)

  private mutating func kill(
    _ run: ContainerRecord, by deadline: Timestamp, _ situation: PodSituation
  ) {
    let left = situation.now.distance(to: deadline)
    let isForced = Self.grace(of: situation) == .zero
    let grace = isForced ? .zero : max(left, Self.graceMin)
    if situation.busy.contains(.kill(run.id)) {
      // Already on its way: told again only if it has to be quicker now.
      guard let promised = situation.killDeadlines[run.id],
        situation.now.advanced(by: grace + .seconds(1)) < promised
      else { return }
    }
    steps.append(
      .kill(
        KillOrder(
          container: run.id, name: run.name, grace: grace,
          message: "Stopping container \(run.name)")))
  }

  /// Source: kubelet's immediateEvictionGracePeriodSeconds.
  private static let evictionGrace: Duration = .seconds(1)

  /// What the deletion says, else the pod itself.
  static func grace(of situation: PodSituation) -> Duration {
    let pod = situation.pod
    let own = pod.spec.terminationGracePeriodSeconds ?? 30
    switch situation.ending {
    case .evicted: return min(.seconds(max(0, own)), evictionGrace)
    case .deleted: return .seconds(max(0, pod.metadata.deletionGracePeriodSeconds ?? own))
    case .removed where pod.metadata.deletionTimestamp != nil:
      return .seconds(max(0, pod.metadata.deletionGracePeriodSeconds ?? own))
    default: return .seconds(max(0, own))
    }
  }
}
