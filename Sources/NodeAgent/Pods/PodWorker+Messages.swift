import Foundations
import Resources

extension PodWorker {
  /// Takes in what happened. Decides nothing.
  func apply(_ message: PodMessage) {
    switch message {
    case .update(let pod): take(pod)
    case .mirror(let pod): take(mirror: pod)
    case .removed:
      situation.isForgotten = true
      end(.removed)
    case .evict(let message): evict(for: message)
    case .runtimeChanged: mustRead = true
    case .referencesChanged:
      mustRefreshVolumes = true
      situation.problems = situation.problems.filter {
        $0.value.reason != "CreateContainerConfigError"
      }
      if case .failed = situation.volumes { situation.volumes = .missing }
    case .found(let id, let finding): take(finding, of: id)
    case .finished(let work, let outcome): finish(work, outcome)
    case .statusWritten(let result): finishStatus(result)
    case .tick: timerAt = nil
    }
  }

  private func take(_ pod: Pod) {
    let old = situation.pod
    guard Self.version(pod) >= Self.version(old) else { return }
    takeSpec(pod)
    if pod.metadata.isTerminating { end(.deleted) }
    if old.metadata.labels != pod.metadata.labels
      || old.metadata.annotations != pod.metadata.annotations
    {
      mustRefreshVolumes = true
    }
    if old.spec != pod.spec { situation.problems = [:] }
    notePod()
  }

  private func evict(for message: String) {
    guard situation.ending == nil else { return }
    PodEvents(situation.pod, sink: services.events).tell(.warning, "Evicted", message)
    end(.evicted(message: message))
  }

  private func take(mirror fresh: Pod?) {
    if let fresh, let mirror, fresh.metadata.uid == mirror.metadata.uid,
      Self.version(fresh) < Self.version(mirror)
    {
      return
    }
    mirror = fresh
    if let fresh {
      situation.pod.status = fresh.status
      situation.pod.metadata.generation = fresh.metadata.generation
      notePod()
    }
  }

  /// Newer objects have higher versions; only equality is promised, but this server is ours.
  static func version(_ pod: Pod) -> Int { pod.metadata.resourceVersion.flatMap(Int.init) ?? 0 }

  func end(_ ending: PodEnding) {
    if let present = situation.ending, !present.yields(to: ending) { return }
    // A pod that ended on its own has stopped already: its grace begins with the deletion.
    if situation.endingSince == nil || ending.isDeletion {
      situation.endingSince = services.now()
    }
    situation.ending = ending
    situation.isInRotation =
      ending == .deleted && services.rotation?.mayBeInside(uid) ?? false
    startStop?.wake()
  }

  private func take(_ finding: ProbeRunner.Finding, of id: ContainerID) {
    guard let run = situation.runtime.containers.first(where: { $0.id == id }), run.isRunning
    else { return }
    switch finding {
    case .started: situation.health[id, default: ContainerHealth()].hasStarted = true
    case .ready(let isReady):
      situation.health[id, default: ContainerHealth()].isReady = isReady
    case .mustRestart(let complaint):
      situation.health[id, default: ContainerHealth()].mustRestart = complaint
    case .note(let reason, let message):
      let container = situation.pod.allContainers.first { $0.name == run.name }
      PodEvents(situation.pod, sink: services.events)
        .tell(.warning, reason, message, about: container)
    }
  }

  // MARK: The runtime

  /// After the runtime's words were read.
  func noteRuntime() {
    let runtime = situation.runtime
    let running = Set(runtime.running.map(\.id))
    probes.keepOnly(running)
    situation.health = situation.health.filter { running.contains($0.key) }
    situation.killDeadlines = situation.killDeadlines.filter { running.contains($0.key) }
    // A new run has taken the place of those.
    situation.restarting = situation.restarting.filter { id in
      runtime.containers.contains { $0.id == id && runtime.latest($0.name)?.id == id }
    }
    readLastWords()
    beginProbes()
    notePod()
  }

  /// For those who ask about the node's pods.
  func notePod() {
    services.pods.put(
      NodePods.Entry(
        pod: situation.pod, runtime: situation.runtime,
        logDirectory: PodPaths(pod: situation.pod, configuration: services.configuration).logs))
  }

  private func readLastWords() {
    let present = Set(situation.runtime.containers.map(\.id))
    messages = messages.filter { present.contains($0.key) }
    for run in situation.runtime.containers where run.hasEnded && messages[run.id] == nil {
      messages[run.id] = TerminationMessage.read(of: run) ?? run.message
    }
  }

  private func beginProbes() {
    let address =
      situation.pod.spec.hostNetwork == true
      ? services.configuration.nodeAddresses.first
      : situation.runtime.readySandbox?.addresses.first
    for container in situation.pod.allContainers where container.role != .ephemeral {
      guard let run = situation.runtime.latest(container.name), run.isRunning,
        !situation.busy.contains(.start(container.name))
      else { continue }
      adoptHealth(of: run)
      guard container.role != .initial else { continue }
      probes.add(
        ProbeRunner.Subject(
          id: run.id, container: container, startedAt: run.startedAt ?? run.createdAt,
          podIP: address ?? ""))
    }
  }

  /// A container that ran before this process began is as well as the API says, until a probe
  /// says otherwise.
  private func adoptHealth(of run: ContainerRecord) {
    guard situation.health[run.id] == nil else { return }
    let status = situation.pod.status
    let told = (status.containerStatuses + status.initContainerStatuses).first {
      $0.containerID == "containerd://\(run.id)"
    }
    situation.health[run.id] = ContainerHealth(
      hasStarted: told?.started ?? false, isReady: told?.ready ?? false)
  }

  // MARK: Work that ended

  private func finish(_ work: PodWork, _ outcome: PodMessage.Outcome) {
    situation.busy.remove(work)
    let now = services.now()
    switch work {
    case .volumes: finishVolumes(outcome, now)
    case .sandbox:
      mustRead = true
      if case .failed(let message) = outcome {
        sandboxFailures += 1
        let pause = Self.retries.pause(afterFailures: sandboxFailures)
        situation.sandboxProblem = SandboxProblem(
          message: message, retryAt: now.advanced(by: pause))
        PodEvents(situation.pod, sink: services.events).tell(
          .warning, "FailedCreatePodSandBox", "Failed to create pod sandbox: \(message)")
      } else {
        sandboxFailures = 0
        situation.sandboxProblem = nil
        situation.podLimits = PodAmounts(of: situation.pod).cgroup
      }
    case .start(let name): finishStart(name, outcome, now)
    case .kill(let id):
      mustRead = true
      if case .failed(let message) = outcome {
        PodEvents(situation.pod, sink: services.events).tell(
          .warning, "FailedKillPod", "error killing pod: \(message)")
      }
      situation.killDeadlines[id] = nil
    case .stopSandbox, .remove: mustRead = true
    case .resize: finishResize(outcome)
    case .leaveRotation:
      situation.isInRotation = false
      if case .failed(let late) = outcome {
        PodEvents(situation.pod, sink: services.events).tell(
          .warning, "StoppingInRotation",
          "The pod is told to end although it may still be sent requests: \(late) did not "
            + "acknowledge in time that it is out of rotation")
      }
    case .tearDown:
      if case .done = outcome { situation.isTornDown = true }
    case .delete:
      if case .done = outcome { situation.isForgotten = true }
    }
  }

  private func finishVolumes(_ outcome: PodMessage.Outcome, _ now: Timestamp) {
    switch outcome {
    case .volumes(let fresh):
      volumes = fresh
      volumeFailures = 0
      situation.volumes = .ready
    case .failed(let message):
      volumeFailures += 1
      let pause = Self.volumeRetries.pause(afterFailures: volumeFailures)
      let retryAt = now.advanced(by: pause)
      if situation.volumes == .ready {
        volumes.refreshAt = retryAt  // what stands, stands
      } else {
        situation.volumes = .failed(retryAt: retryAt)
      }
      PodEvents(situation.pod, sink: services.events).tell(.warning, "FailedMount", message)
    default: break
    }
  }

  /// Source: kubelet's exponential back-off of volume operations.
  static let volumeRetries = BackoffPolicy(first: .milliseconds(500), longest: .seconds(122))
  /// Source: kubelet's back-off of image pulls.
  static let pullRetries = BackoffPolicy(first: .seconds(10), longest: .seconds(300))
  /// For what a change of the configuration mends, which is noticed at once where it is watched.
  static let setupRetry: Duration = .seconds(10)

  private func finishStart(_ name: String, _ outcome: PodMessage.Outcome, _ now: Timestamp) {
    mustRead = true
    startStop = nil
    switch outcome {
    case .notStarted(let error):
      let before = situation.problems[name]
      let count = before?.reason == error.reason ? (before?.count ?? 0) + 1 : 1
      let pause: Duration =
        switch error.reason {
        case "ErrImagePull": Self.pullRetries.pause(afterFailures: count)
        // The runtime holds a run that ended: the restart's own back-off counts.
        case "RunContainerError": .zero
        default: Self.setupRetry
        }
      situation.problems[name] = StartProblem(
        reason: error.reason, message: error.description, since: now,
        retryAt: now.advanced(by: pause), count: count)
    case .hookFailed(let id):
      situation.problems[name] = nil
      situation.health[id, default: ContainerHealth()].mustRestart = ContainerHealth.Complaint(
        message: "failed postStart hook")
    case .done: situation.problems[name] = nil
    default: break
    }
  }
}
