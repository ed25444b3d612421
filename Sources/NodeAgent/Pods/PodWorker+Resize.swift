import Foundations
import Resources

extension PodWorker {
  /// The pod as the API has it: its resources change only once they are granted.
  func takeSpec(_ pod: Pod) {
    let hasBegun = !situation.runtime.sandboxes.isEmpty || situation.busy.contains(.sandbox)
    guard hasBegun, !PodResize.asksTheSame(pod, situation.pod) else {
      situation.pod = pod
      situation.wish = nil
      situation.refusal = nil
      return
    }
    situation.wish = pod
    situation.pod = PodResize.keepingResources(of: situation.pod, in: pod)
  }

  /// Grants what is wished where the node has it.
  /// - Returns: when to look again, for a wish that has to wait.
  func grantWish() -> Timestamp? {
    guard let wish = situation.wish else { return nil }
    let others = services.pods.all.map(\.pod).filter { $0.metadata.uid != uid }
    let refusal = PodResize.refusal(
      of: wish, allocatable: services.capacity.allocatable, others: others)
    let events = PodEvents(wish, sink: services.events)
    if let refusal {
      if refusal.reason != situation.refusal?.reason {
        events.tell(.warning, "Resize\(refusal.reason)", refusal.message)
      }
      situation.refusal = refusal
      return situation.now.advanced(by: Self.deferredResizePause)
    }
    situation.pod = wish
    situation.wish = nil
    situation.refusal = nil
    situation.resizeProblem = nil
    notePod()
    events.tell(.normal, "ResizeStarted", "Pod resize started: the node has granted it")
    return nil
  }

  /// Others may have gone by then. Their end is not followed: resizes that wait are rare.
  private static let deferredResizePause: Duration = .seconds(5)

  /// Changes the pod's own group and those of containers that run.
  func resize(_ changes: [ContainerResize], _ group: inout DiscardingTaskGroup) {
    let limits = PodAmounts(of: situation.pod).cgroup
    begin(.resize, &group) { services, pod in
      let place = services.configuration.cgroups.pod(
        uid: pod.metadata.uid ?? "", quality: pod.qualityOfService)
      if !changes.isEmpty {
        // The kernel takes no group's limit above its parent's: the parent's comes last.
        var open = CgroupLimits()
        open.cpuQuotaMicroseconds = -1
        open.memoryBytes = -1
        try services.limitGroup(open, place)
      }
      for change in changes {
        try await services.runtime.updateResources(of: change.container, to: change.limits)
      }
      try services.limitGroup(limits, place)
    }
  }

  func finishResize(_ outcome: PodMessage.Outcome) {
    mustRead = true
    switch outcome {
    case .done:
      situation.podLimits = PodAmounts(of: situation.pod).cgroup
      situation.resizeProblem = nil
    case .failed(let message):
      if situation.resizeProblem != message {
        PodEvents(situation.pod, sink: services.events).tell(.warning, "ResizeError", message)
      }
      situation.resizeProblem = message
    default: break
    }
  }
}
