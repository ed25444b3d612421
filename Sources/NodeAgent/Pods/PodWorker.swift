import Foundations
package import Resources
import Synchronization

/// Keeps one pod as it should be, from the moment its node hears of it until nothing of it is left.
/// It does nothing but wait while nothing changes.
///
/// Shape: a loop that takes messages, decides by `PodPlan`, and starts work, which reports back by
/// messages. All state belongs to the loop. The mailbox is bounded by what can be going on at once:
/// a few messages for each container.
package actor PodWorker {
  package nonisolated let uid: String
  nonisolated let services: NodeServices
  nonisolated let mailbox = Mutex([PodMessage]())
  nonisolated let signal = AsyncSignal()
  nonisolated let probes: ProbeRunner

  var situation: PodSituation
  var inspector: RuntimeInspector
  var mustRead = true
  var readFailures = 0
  var volumes = VolumeMaterializer.Outcome()
  var volumeFailures = 0
  var sandboxFailures = 0
  /// Volumes show something old.
  var mustRefreshVolumes = false
  /// Raised to interrupt the start that is going on.
  var startStop: AsyncSignal?
  /// Last words, by run.
  var messages: [ContainerID: String] = [:]
  /// Back-offs of which an event told, by container.
  var announced: [String: String] = [:]
  var status = StatusProgress()
  /// The API's picture of a static pod.
  var mirror: Pod?
  /// The soonest timer that runs.
  var timerAt: Timestamp?
  var isOver = false

  struct StatusProgress {
    var isWriting = false
    var failures = 0
    var retryAt: Timestamp?
  }

  package init(pod: Pod, services: NodeServices) {
    let uid = pod.metadata.uid ?? ""
    self.uid = uid
    self.services = services
    situation = PodSituation(pod: PodResize.granted(toldBy: pod), now: services.now())
    situation.capacity = services.capacity
    if !PodResize.asksTheSame(situation.pod, pod) { situation.wish = pod }
    situation.startTime = pod.status.startTime ?? services.now()
    inspector = RuntimeInspector(runtime: services.runtime, podUID: uid)
    let mailbox = PodMailbox()
    let tally = services.pods.probes
    let key = pod.metadata.key
    probes = ProbeRunner(
      check: services.check, clock: services.clock, now: services.now,
      count: { tally.add($2, isSuccess: $3, $1, of: $0, in: key, uid: uid) },
      tell: { mailbox.worker?.post(.found($0, $1)) })
    if pod.isFinished {
      situation.ending = .finished
    } else if pod.status.phase != "Running" {
      // A pod on its way out whose sandbox has stopped holds nothing: the scheduler may have given
      // its place away before its last trace here is gone.
      let others = services.pods.all.filter { entry in
        entry.pod.metadata.uid != uid
          && !(entry.pod.metadata.isTerminating && entry.sandbox == nil)
      }.map(\.pod)
      let refusal = PodAdmission.refusal(
        of: pod, allocatable: services.capacity.allocatable, others: others,
        pressures: Set(services.pressure.causes.keys))
      situation.ending = refusal
      if case .failed(let reason, let message) = refusal {
        PodEvents(pod, sink: services.events).tell(.warning, reason, message)
      }
    }
    // Known at once, so that the next pod counts it.
    services.pods.put(
      NodePods.Entry(
        pod: situation.pod, runtime: situation.runtime,
        logDirectory: PodPaths(pod: pod, configuration: services.configuration).logs))
    mailbox.attach(self)
  }

  /// Lets the probes reach the worker that made them.
  private final class PodMailbox: Sendable {
    private struct Reference { weak var worker: PodWorker? }
    private let reference = Mutex(Reference())
    var worker: PodWorker? { reference.withLock { $0.worker } }
    func attach(_ worker: PodWorker) { reference.withLock { $0.worker = worker } }
  }

  // MARK: Telling it

  /// The pod as the API has it now.
  package nonisolated func update(_ pod: Pod) { post(.update(pod)) }

  /// The API's picture of this static pod, which is told how it is.
  package nonisolated func update(mirror: Pod?) { post(.mirror(mirror)) }

  /// The pod's API object is gone: everything of it has to go.
  package nonisolated func remove() { post(.removed) }

  /// The node will not keep the pod.
  package nonisolated func evict(_ message: String) { post(.evict(message)) }

  /// The runtime says that something of the pod changed.
  package nonisolated func runtimeChanged() { post(.runtimeChanged) }

  nonisolated func post(_ message: PodMessage) {
    mailbox.withLock { $0.append(message) }
    signal.wake()
  }

  // MARK: The loop

  /// Returns when nothing of the pod is left, or when the task is cancelled, in which case its
  /// containers go on.
  package func run() async {
    await withDiscardingTaskGroup { group in
      group.addTask { await self.probes.run() }
      while !Task.isCancelled, !isOver {
        let messages = mailbox.withLock { mailbox in
          defer { mailbox = [] }
          return mailbox
        }
        for message in messages { apply(message) }
        if mustRead { await readRuntime(&group) }
        if !mustRead { step(&group) }
        if !isOver, mailbox.withLock({ $0.isEmpty }) { await signal.wait() }
      }
      group.cancelAll()
    }
    guard isOver else { return }
    services.references.follow([], for: uid) {}
    services.pods.remove(situation.pod)
  }

  /// Decides and begins what is to be done.
  private func step(_ group: inout DiscardingTaskGroup) {
    situation.now = services.now()
    let resizeAt = situation.ending == nil ? grantWish() : nil
    let plan = PodPlan(for: situation)
    announce(plan)
    tellStatus(plan, &group)
    for step in plan.steps { perform(step, &group) }
    refreshVolumes(&group)
    var wakeAt = plan.wakeAt
    for moment in [volumes.refreshAt, status.retryAt, resizeAt].compactMap(\.self) {
      wakeAt = wakeAt.map { min($0, moment) } ?? moment
    }
    if let wakeAt { wake(at: wakeAt, &group) }
  }

  /// A pause before the next look at a runtime that does not answer.
  private func readRuntime(_ group: inout DiscardingTaskGroup) async {
    do {
      var inspector = inspector
      situation.runtime = try await inspector.read()
      self.inspector = inspector
      mustRead = false
      readFailures = 0
      noteRuntime()
    } catch {
      readFailures += 1
      let pause = Self.retries.pause(afterFailures: readFailures)
      wake(at: services.now().advanced(by: pause), &group)
    }
  }

  static let retries = BackoffPolicy(first: .milliseconds(500), longest: .seconds(30))

  /// Timers are few: a later one is not needed while a sooner one runs.
  func wake(at moment: Timestamp, _ group: inout DiscardingTaskGroup) {
    if let timerAt, timerAt <= moment { return }
    timerAt = moment
    let pause = max(.milliseconds(1), services.now().distance(to: moment))
    let clock = services.clock
    group.addTask {
      do { try await clock.sleep(for: pause) } catch { return }
      self.post(.tick)
    }
  }
}
