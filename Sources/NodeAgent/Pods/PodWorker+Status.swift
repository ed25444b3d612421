import Foundations
import Resources

extension PodWorker {
  /// Writes the pod's status where it differs from what the API has. One write at a time, so that
  /// they arrive in order; what changes meanwhile goes with the next.
  func tellStatus(_ plan: PodPlan, _ group: inout DiscardingTaskGroup) {
    guard !situation.isForgotten, !status.isWriting else { return }
    let isStatic = StaticPod.isStatic(situation.pod)
    if isStatic && mirror == nil { return }
    if let retryAt = status.retryAt {
      guard retryAt <= situation.now else { return }
      status.retryAt = nil
    }
    let pod = isStatic ? mirror ?? situation.pod : situation.pod
    let fresh = PodStatusBuilder(
      situation: situation, plan: plan, messages: messages,
      nodeAddresses: services.configuration.nodeAddresses
    ).status()
    guard
      let patch = StatusPatch.make(from: pod.status, to: fresh, uid: pod.metadata.uid ?? "")
    else { return }
    status.isWriting = true
    let client = services.client
    group.addTask {
      do {
        let answer = try await client.patch(
          .pods, namespace: pod.metadata.namespace, name: pod.metadata.name ?? "",
          subresource: "status", Patch(.strategicMerge, patch))
        self.post(.statusWritten(.success(Pod(answer))))
      } catch {
        self.post(.statusWritten(.failure(error)))
      }
    }
  }

  func finishStatus(_ result: Result<Pod, any Error>) {
    status.isWriting = false
    switch result {
    case .success(let pod):
      status.failures = 0
      if StaticPod.isMirror(pod) {
        apply(.mirror(pod))
      } else if Self.version(pod) >= Self.version(situation.pod) {
        apply(.update(pod))
      }
    case .failure(let error as APIError)
    where error.code == 404 && !StaticPod.isStatic(situation.pod):
      // The watch will say so too; until then there is nobody to tell.
      status.retryAt = services.now().advanced(by: Self.retries.longest)
    case .failure:
      status.failures += 1
      status.retryAt = services.now().advanced(
        by: Self.retries.pause(afterFailures: status.failures))
    }
  }

  // MARK: Back-offs

  /// Tells of each back-off once.
  func announce(_ plan: PodPlan) {
    for (name, waiting) in plan.waiting {
      let container = situation.pod.allContainers.first { $0.name == name }
      let run = situation.runtime.latest(name)?.id.rawValue ?? ""
      let problem = situation.problems[name]?.count ?? 0
      let mark = "\(waiting.reason) \(run) \(problem)"
      guard announced[name] != mark else { continue }
      announced[name] = mark
      let pod = situation.pod
      let events = PodEvents(pod, sink: services.events)
      switch waiting.reason {
      case "CrashLoopBackOff":
        let place =
          "\(pod.metadata.name ?? "")_\(pod.metadata.namespace ?? "")(\(pod.metadata.uid ?? ""))"
        events.tell(
          .warning, "BackOff",
          "Back-off restarting failed container \(name) in pod \(place)", about: container)
      case "ImagePullBackOff":
        events.tell(
          .normal, "BackOff",
          "Back-off pulling image \"\(container?.container.image ?? "")\"", about: container)
        events.tell(.warning, "Failed", "Error: ImagePullBackOff", about: container)
      default: break
      }
    }
    for name in announced.keys where plan.waiting[name] == nil { announced[name] = nil }
  }
}
