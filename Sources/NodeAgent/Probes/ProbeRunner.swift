package import Foundations
import Resources
import Synchronization

/// Looks at the running containers of one pod as their probes ask, and tells what it finds.
package final class ProbeRunner: Sendable {
  /// What is looked at.
  package struct Subject: Sendable {
    package var id: ContainerID
    package var container: PodContainer
    package var startedAt: Timestamp
    package var podIP: String

    package init(
      id: ContainerID, container: PodContainer, startedAt: Timestamp, podIP: String
    ) {
      self.id = id
      self.container = container
      self.startedAt = startedAt
      self.podIP = podIP
    }
  }

  /// What a probe found.
  package enum Finding: Equatable, Sendable {
    case started
    case ready(Bool)
    case mustRestart(ContainerHealth.Complaint)
    /// One failure, which may not yet count.
    case note(reason: String, message: String)
  }

  /// Is told of every look at a container, by its name: what was looked for, how long it took, and
  /// whether it was found.
  package typealias Counting =
    @Sendable (_ container: String, ProbeKind, Duration, _ isSuccess: Bool) -> Void

  private struct State {
    var running: [ContainerID: AsyncSignal] = [:]
    var waiting: [(Subject, AsyncSignal)] = []
  }

  private let check: ContainerCheck
  private let clock: any Clock<Duration>
  private let now: @Sendable () -> Timestamp
  private let tell: @Sendable (ContainerID, Finding) -> Void
  private let count: Counting
  private let state = Mutex(State())
  private let signal = AsyncSignal()

  /// - Parameter tell: called with every finding, in order for each container; must not block.
  package init(
    check: ContainerCheck, clock: any Clock<Duration> = ContinuousClock(),
    now: @escaping @Sendable () -> Timestamp = { Timestamp.now() },
    count: @escaping Counting = { _, _, _, _ in },
    tell: @escaping @Sendable (ContainerID, Finding) -> Void
  ) {
    self.check = check
    self.clock = clock
    self.now = now
    self.count = count
    self.tell = tell
  }

  /// Begins to look at a container; nothing happens where that is done already.
  package func add(_ subject: Subject) {
    state.withLock { state in
      guard state.running[subject.id] == nil else { return }
      let stop = AsyncSignal()
      state.running[subject.id] = stop
      state.waiting.append((subject, stop))
    }
    signal.wake()
  }

  /// Looks no longer at any but these.
  package func keepOnly(_ kept: Set<ContainerID>) {
    let stopped = state.withLock { state in
      let gone = state.running.filter { !kept.contains($0.key) }
      for id in gone.keys { state.running[id] = nil }
      return gone.values.map(\.self)
    }
    for stop in stopped { stop.wake() }
  }

  /// Looks until the task is cancelled.
  package func run() async {
    await withDiscardingTaskGroup { group in
      while !Task.isCancelled {
        let fresh = state.withLock { state in
          defer { state.waiting = [] }
          return state.waiting
        }
        for (subject, stop) in fresh {
          group.addTask {
            await withDiscardingTaskGroup { probes in
              probes.addTask { await self.look(at: subject) }
              await stop.wait()
              probes.cancelAll()
            }
          }
        }
        await signal.wait()
      }
    }
  }

  private func look(at subject: Subject) async {
    let container = subject.container.container
    if let probe = container.startupProbe {
      guard await waitForStart(probe, subject) else { return }
    }
    tell(subject.id, .started)
    await withDiscardingTaskGroup { group in
      if let probe = container.livenessProbe {
        group.addTask { await self.watchLiveness(probe, subject) }
      }
      if let probe = container.readinessProbe {
        group.addTask { await self.watchReadiness(probe, subject) }
      } else {
        tell(subject.id, .ready(true))
      }
    }
  }

  /// - Returns: whether the container has started.
  private func waitForStart(_ probe: Probe, _ subject: Subject) async -> Bool {
    let settings = ProbeSettings(probe)
    var counter = ProbeCounter(settings, initial: nil)
    await waitForFirst(settings, subject)
    while !Task.isCancelled {
      switch counter.note(isSuccess: await look(.startup, probe, settings, subject)) {
      case true: return true
      case false:
        tell(subject.id, .mustRestart(complaint(.startup, settings)))
        return false
      case nil: await pause(settings.period)
      }
    }
    return false
  }

  private func watchLiveness(_ probe: Probe, _ subject: Subject) async {
    let settings = ProbeSettings(probe)
    var counter = ProbeCounter(settings, initial: true)
    await waitForFirst(settings, subject)
    while !Task.isCancelled {
      if counter.note(isSuccess: await look(.liveness, probe, settings, subject)) == false {
        tell(subject.id, .mustRestart(complaint(.liveness, settings)))
        return  // the container is as good as gone
      }
      await pause(settings.period)
    }
  }

  private func watchReadiness(_ probe: Probe, _ subject: Subject) async {
    let settings = ProbeSettings(probe)
    var counter = ProbeCounter(settings, initial: false)
    await waitForFirst(settings, subject)
    while !Task.isCancelled {
      if let verdict = counter.note(
        isSuccess: await look(.readiness, probe, settings, subject))
      {
        tell(subject.id, .ready(verdict))
      }
      await pause(settings.period)
    }
  }

  private func complaint(
    _ kind: ProbeKind, _ settings: ProbeSettings
  ) -> ContainerHealth.Complaint {
    ContainerHealth.Complaint(
      message: "failed \(kind.rawValue.lowercased()) probe, will be restarted",
      grace: settings.grace)
  }

  private func look(
    _ kind: ProbeKind, _ probe: Probe, _ settings: ProbeSettings, _ subject: Subject
  ) async -> Bool {
    let container = subject.container.container
    guard let target = ProbeTarget(probe, container: container, podIP: subject.podIP) else {
      note(kind, "failed: the probe names no port of the container", subject)
      return false
    }
    let start = ContinuousClock.now
    let result = await check.perform(target, in: subject.id, timeout: settings.timeout)
    guard !Task.isCancelled else { return true }  // nobody listens any more
    count(container.name, kind, ContinuousClock.now - start, result.isSuccess)
    switch result {
    case .success: break
    case .warning(let message):
      tell(
        subject.id,
        .note(reason: "ProbeWarning", message: "\(kind.rawValue) probe warning: \(message)"))
    case .failure(let message): note(kind, "failed: \(message)", subject)
    }
    return result.isSuccess
  }

  private func note(_ kind: ProbeKind, _ message: String, _ subject: Subject) {
    tell(subject.id, .note(reason: "Unhealthy", message: "\(kind.rawValue) probe \(message)"))
  }

  private func waitForFirst(_ settings: ProbeSettings, _ subject: Subject) async {
    let due = subject.startedAt.advanced(by: settings.initialDelay)
    let left = now().distance(to: due)
    if left > .zero { await pause(left) }
  }

  private func pause(_ duration: Duration) async {
    do { try await clock.sleep(for: duration) } catch { return }  // cancelled: the caller looks
  }
}
