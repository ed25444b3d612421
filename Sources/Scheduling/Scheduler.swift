import Foundations
package import Resources
import Synchronization

/// Gives every pod without a node one: watches pods and nodes, decides on a snapshot, and binds.
package final class Scheduler: Sendable {
  let client: any ClusterClient
  private let pods: Informer
  private let nodes: Informer
  let claims: Informer
  let volumes: Informer
  private let classes: Informer
  let events: any EventSink
  let name: String
  let state: Mutex<State>
  let signal = AsyncSignal()

  struct State {
    var snapshot = ClusterSnapshot()
    var queue = SchedulingQueue()
    var budgets: [ObjectKey: DisruptionBudget] = [:]
    var start = 0
  }

  /// - Parameters:
  ///   - pods, nodes, namespaces, services, budgets, claims, volumes, classes: informers of all of
  ///     each kind, run by the caller.
  ///   - name: which `spec.schedulerName` is ours.
  package init(
    client: any ClusterClient, pods: Informer, nodes: Informer, namespaces: Informer,
    services: Informer, budgets: Informer, claims: Informer, volumes: Informer, classes: Informer,
    events: any EventSink, name: String = "default-scheduler"
  ) {
    self.client = client
    self.pods = pods
    self.nodes = nodes
    self.claims = claims
    self.volumes = volumes
    self.classes = classes
    self.events = events
    self.name = name
    self.state = Mutex(State())
    pods.onChange { [weak self] in self?.take(podChange: $0) }
    nodes.onChange { [weak self] in self?.take(nodeChange: $0) }
    namespaces.onChange { [weak self] in self?.take(namespaceChange: $0) }
    services.onChange { [weak self] in self?.take(serviceChange: $0) }
    budgets.onChange { [weak self] in self?.take(budgetChange: $0) }
    for informer in [claims, volumes, classes] {
      informer.onChange { [weak self] in self?.take(storageChange: $0, of: informer.resource) }
    }
  }

  /// Bindings under way at once. Each waits for one commit; the store groups them.
  private static let bindingsMax = 256

  /// Schedules until the task is cancelled.
  package func run() async {
    do {
      for informer in [pods, nodes, claims, volumes, classes] {
        try await informer.waitUntilSynced()
      }
    } catch {
      return  // Cancelled.
    }
    await withDiscardingTaskGroup { group in
      let places = Semaphore(Self.bindingsMax)
      while !Task.isCancelled {
        let (work, pauseEnd) = decideNext()
        guard let work else {
          await signal.wait(until: pauseEnd.map { Self.start + $0 })
          continue
        }
        await places.acquire()
        group.addTask {
          if case .bind(let pod, let node, let decisions) = work, !decisions.isEmpty {
            // Provisioners take their time: others need the place meanwhile.
            places.release()
            guard await self.bindVolumes(decisions, of: pod, on: node) else { return }
            await places.acquire()
          }
          await self.carryOut(work)
          places.release()
        }
      }
    }
  }

  private static let start = ContinuousClock.now
  static func now() -> Duration { start.duration(to: .now) }

  /// What a decision asks to be done.
  private enum Work: Sendable {
    case bind(SchedulingPod, node: String, volumes: [VolumeDecision])
    case report(SchedulingPod, message: String)
    case preempt(SchedulingPod, message: String, PreemptionWork)
  }

  private func decideNext() -> (Work?, Duration?) {
    state.withLock { state in
      guard let pod = state.queue.next(now: Self.now()) else {
        return (nil, state.queue.nextPauseEnd)
      }
      let placement = state.snapshot.place(pod, startingAt: &state.start)
      switch placement {
      case .node(let node):
        // Counted at once, so that the next pod sees the room as taken.
        let volumes = state.snapshot.chooseVolumes(for: pod, on: node)
        state.snapshot.place(pod, on: node)
        return (.bind(pod, node: node, volumes: volumes), nil)
      case .nowhere(let reasons, let nodeCount):
        state.queue.park(pod.key, reasons: Set(reasons.keys), now: Self.now())
        guard nodeCount > 0 else { return (.report(pod, message: placement.message), nil) }
        switch state.decidePreemption(for: pod) {
        case .nothing(let why):
          return (.report(pod, message: "\(placement.message) \(why)"), nil)
        case .evict(let work): return (.preempt(pod, message: placement.message, work), nil)
        }
      }
    }
  }

  private func carryOut(_ work: Work) async {
    switch work {
    case .bind(let pod, let node, _): await bind(pod, to: node)
    case .report(let pod, let message): await reportUnschedulable(pod, message)
    case .preempt(let pod, let message, let work):
      if await preempt(for: pod, work) {
        await reportUnschedulable(pod, message, nominated: work.node)
      } else {
        await reportUnschedulable(pod, message)
        signal.wake()
      }
    }
  }

  private func bind(_ pod: SchedulingPod, to node: String) async {
    let binding: Document = [
      "apiVersion": "v1", "kind": "Binding",
      "metadata": [
        "name": Document(pod.key.name), "namespace": Document(pod.key.namespace),
        "uid": Document(pod.uid),
      ],
      "target": ["apiVersion": "v1", "kind": "Node", "name": Document(node)],
    ]
    do {
      _ = try await client.create(
        .pods, namespace: pod.key.namespace, name: pod.key.name, subresource: "binding", binding,
        options: WriteOptions(fieldManager: "martlet-scheduler"))
      state.withLock { $0.queue.remove(pod.key) }
      events.record(
        ObjectEventNote(
          about: .pods, pod.key, uid: pod.uid, kind: .normal, reason: "Scheduled",
          message: "Successfully assigned \(pod.key) to \(node)", action: "Binding"))
    } catch {
      state.withLock { state in
        state.snapshot.forget(pod.key)
        let isGone = (error as? APIError)?.reason == .notFound
        if isGone {
          state.queue.remove(pod.key)
        } else {
          state.queue.retryLater(pod.key, now: Self.now())
        }
      }
      signal.wake()
    }
  }

  /// Says on the pod and in an event why it has no node. Told again only when the message changes.
  private func reportUnschedulable(
    _ pod: SchedulingPod, _ message: String, nominated: String? = nil
  ) async {
    events.record(
      ObjectEventNote(
        about: .pods, pod.key, uid: pod.uid, kind: .warning, reason: "FailedScheduling",
        message: message, action: "Scheduling"))
    guard let current = pods[pod.key] else { return }
    let isNominationTold =
      nominated == nil || current[path: "status", "nominatedNodeName"]?.string == nominated
    if isNominationTold && Self.says(message, current) { return }
    let condition: Document = [
      "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
      "message": Document(message), "lastProbeTime": .null,
      "lastTransitionTime": Document(Timestamp.now().description),
      "observedGeneration": current[path: "metadata", "generation"] ?? .null,
    ]
    var status: Document = ["conditions": [condition]]
    if let nominated { status["nominatedNodeName"] = Document(nominated) }
    // A patch of a pod that is gone by now has nothing to tell anyone.
    _ = try? await client.patch(
      .pods, namespace: pod.key.namespace, name: pod.key.name, subresource: "status",
      Patch(.strategicMerge, ["status": status]))
  }

  private static func says(_ message: String, _ pod: Document) -> Bool {
    pod[path: "status", "conditions"]?.elements.contains {
      $0["type"]?.string == "PodScheduled" && $0["message"]?.string == message
    } ?? false
  }

  // MARK: What changes

  private func take(podChange change: Informer.Change) {
    let pod = SchedulingPod(change.object)
    state.withLock { state in
      if case .removed = change {
        state.giveBack(pod.key)
      } else if pod.isFinished {
        state.giveBack(pod.key)
      } else if !pod.nodeName.isEmpty {
        state.queue.remove(pod.key)
        state.snapshot.place(pod, on: pod.nodeName)
        if Self.isNewNeighbour(change) {
          state.queue.wake(
            placementOf: pod, namespaceLabels: state.snapshot.namespaceLabels, now: Self.now())
        }
      } else if pod.schedulerName == name && !pod.isTerminating && pod.schedulingGates.isEmpty {
        state.takeNomination(of: pod, change)
        if Self.matters(change) { state.queue.upsert(pod) }
      } else {
        // On its way out before it had a node: nothing is to be placed any more.
        state.giveBack(pod.key)
      }
    }
    signal.wake()
  }

  /// Our own note on the pod that it fits nowhere is no reason to try again.
  private static func matters(_ change: Informer.Change) -> Bool {
    guard case .updated(let old, let new) = change else { return true }
    return old["spec"] != new["spec"]
      || old[path: "metadata", "labels"] != new[path: "metadata", "labels"]
  }

  private func take(nodeChange change: Informer.Change) {
    state.withLock { state in
      switch change {
      case .removed(let node): state.snapshot.removeNode(ObjectKey(node).name)
      case .added(let node):
        state.snapshot.upsertNode(node)
        state.queue.wake(.node, now: Self.now())
      case .updated(let old, let node):
        state.snapshot.upsertNode(node)
        // Heartbeats change conditions only: they help nobody.
        let isHelpful =
          old["spec"] != node["spec"]
          || old[path: "metadata", "labels"] != node[path: "metadata", "labels"]
          || old[path: "status", "allocatable"] != node[path: "status", "allocatable"]
        if isHelpful { state.queue.wake(.node, now: Self.now()) }
      }
    }
    signal.wake()
  }

  /// Whether other pods may see a pod on a node with other eyes than before.
  private static func isNewNeighbour(_ change: Informer.Change) -> Bool {
    guard case .updated(let old, let new) = change else { return true }
    return old[path: "spec", "nodeName"] != new[path: "spec", "nodeName"]
      || old[path: "metadata", "labels"] != new[path: "metadata", "labels"]
  }

  private func take(namespaceChange change: Informer.Change) {
    let name = ObjectKey(change.object).name
    state.withLock { state in
      if case .removed = change {
        state.snapshot.namespaceLabels[name] = nil
      } else {
        state.snapshot.namespaceLabels[name] =
          change.object[path: "metadata", "labels"].flatMap([String: String].init(value:)) ?? [:]
      }
    }
  }

  private func take(serviceChange change: Informer.Change) {
    let service = change.object
    var selector: [String: String] = [:]
    if case .removed = change {
    } else {
      selector =
        service[path: "spec", "selector"].flatMap([String: String].init(value:)) ?? [:]
    }
    state.withLock { $0.snapshot.setService(ObjectKey(service), selector: selector) }
  }

  private func take(budgetChange change: Informer.Change) {
    let budget = DisruptionBudget(change.object)
    state.withLock { state in
      if case .removed = change {
        state.budgets[budget.key] = nil
      } else {
        state.budgets[budget.key] = budget
      }
    }
  }
}

extension Scheduler.State {
  /// A pod that ended or is on its way out without a node leaves its room to others.
  fileprivate mutating func giveBack(_ key: ObjectKey) {
    queue.remove(key)
    let wasNominated = snapshot.nominations.remove(key)
    let wasPlaced = snapshot.forget(key)
    if wasNominated || wasPlaced { queue.wake(.podRemoval, now: Scheduler.now()) }
  }
}
