package import Foundations
package import Resources
import Scheduling
import Synchronization

/// Keeps one pod of a DaemonSet on every node that it is for.
package final class DaemonSetController: Controller {
  package let name = "daemonset-controller"
  package let queue = KeyedQueue<ObjectKey>()
  private let client: any ClusterClient
  private let sets: Informer
  private let pods: Informer
  private let nodes: Informer
  private let events: any EventSink
  private let control: PodControl
  private let adoption: AdoptionControl
  private let history: RevisionHistory
  private let failures = Mutex(FailureBackoff<String>())
  private let now: @Sendable () -> Timestamp

  /// Most pods created or deleted at once. Source: upstream's BurstReplicas.
  private static let burst = 250

  package init(
    client: any ClusterClient, informers: InformerSet, events: any EventSink,
    now: @escaping @Sendable () -> Timestamp = { .now() }
  ) {
    self.client = client
    self.events = events
    self.now = now
    sets = informers[.daemonSets]
    pods = informers[.pods]
    nodes = informers[.nodes]
    control = PodControl(client: client, events: events, pods: pods, manager: name)
    adoption = AdoptionControl(client: client, informer: pods)
    history = RevisionHistory(
      client: client, informers: informers, hashLabel: DaemonPod.hashLabel)
    pods.indexByNamespace()
    sets.indexByNamespace()
    sets.onChange { [queue] in queue.add(ObjectKey($0.object)) }
    pods.onChange { [weak self] in self?.podChanged($0) }
    nodes.onChange { [weak self] in self?.nodeChanged($0) }
  }

  private func podChanged(_ change: Informer.Change) {
    queue.addOwners(ofKind: .daemonSets, concernedBy: change, among: sets) {
      DaemonSet($0).ownSelector
    }
  }

  /// A node's heartbeat changes nothing for daemons: its labels and taints do.
  private func nodeChanged(_ change: Informer.Change) {
    if case .updated(let old, let new) = change,
      old[path: "metadata", "labels"] == new[path: "metadata", "labels"],
      old["spec"] == new["spec"]
    {
      return
    }
    for set in sets.objects { queue.add(ObjectKey(set)) }
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    guard let set = sets[key].map({ DaemonSet($0) }), !set.metadata.isTerminating else {
      return nil
    }
    let owner = OwnerIdentity(.daemonSets, set.metadata)
    guard let selector = set.ownSelector, !selector.isEmpty else {
      events.record(
        owner.note(
          .warning, "SelectingAll",
          "This daemon set is selecting all pods. A non-empty selector is required."))
      return nil
    }
    let ledger = try await ledger(of: set, owner, selector)
    let owned = try await adoption.claim(for: owner, selector: selector, isTerminating: false)
    let plan = plan(set, owned.map { Pod($0) }, ledger)
    var failure: (any Error)?
    var again: Duration?
    do {
      again = try await carryOut(plan, set, owner, ledger)
    } catch {
      failure = error
    }
    try await history.cleanUp(ledger, keeping: set.spec.revisionHistoryLimit ?? 10) { revision in
      let hash = revision.metadata.labels[DaemonPod.hashLabel]
      return owned.contains {
        $0[path: "metadata", "labels", DaemonPod.hashLabel]?.string == hash
      }
    }
    // Counted anew: the steps above have changed the pods.
    let after = pods.objects(Informer.byNamespace, key.namespace).map { Pod($0) }
      .filter { $0.metadata.controllerReference?.uid == owner.uid }
    let wait = try await writeStatus(set, after, ledger)
    if let failure { throw failure }
    return [again, wait].compactMap(\.self).min()
  }

  private func ledger(of set: DaemonSet, _ owner: OwnerIdentity, _ selector: LabelSelector)
    async throws -> RevisionLedger
  {
    var collisions = set.status.collisionCount
    do {
      return try await history.ledger(
        of: owner, metadata: set.metadata, selector: selector, template: set.spec.template,
        collisions: &collisions)
    } catch {
      if collisions != set.status.collisionCount {
        var status = set.status
        status.collisionCount = collisions
        try await write(status, of: set)
      }
      throw error
    }
  }

  private func plan(_ set: DaemonSet, _ owned: [Pod], _ ledger: RevisionLedger) -> DaemonSetPlan {
    var template: Document = ["spec": set.spec.template.spec.document]
    DaemonPod.tolerateDaemonTaints(&template)
    let wanted = SchedulingPod(template)
    let hashes = ledger.currentValues { $0.metadata.labels[DaemonPod.hashLabel] }
    let moment = now()
    return DaemonSetPlan(
      set: set,
      nodes: nodes.objects.map {
        let node = SchedulingNode($0)
        return (name: node.name, placement: wanted.daemonPlacement(on: node))
      },
      pods: owned.map {
        DaemonPod(
          $0, hashes: hashes, minReadySeconds: set.spec.minReadySeconds ?? 0, now: moment)
      })
  }

  /// - Returns: when a pod that ended may be replaced.
  private func carryOut(
    _ plan: DaemonSetPlan, _ set: DaemonSet, _ owner: OwnerIdentity, _ ledger: RevisionLedger
  ) async throws -> Duration? {
    var again: Duration?
    var deletions = plan.deletions.map(\.key)
    for pod in plan.ended {
      let subject = "\(owner.uid)/\(set.metadata.generation ?? 0)/\(pod.node)"
      let moment = now()
      if pod.phase == "Failed",
        let left = failures.withLock({ $0.pauseLeft(subject, now: moment) })
      {
        again = min(again ?? left, left)
        continue
      }
      tell(of: pod, owner)
      deletions.append(pod.key)
    }
    try await withThrowingTaskGroup { group in
      for key in Set(deletions).sorted().prefix(Self.burst) {
        group.addTask { try await self.control.delete(key, for: owner) }
      }
      try await group.waitForAll()
    }
    let hash = ledger.current?.metadata.labels[DaemonPod.hashLabel] ?? ""
    try await control.create(
      plan.creations.prefix(Self.burst).map {
        DaemonPod.document(of: set, owner: owner, node: $0, hash: hash)
      }, for: owner)
    return again
  }

  private func tell(of pod: DaemonPod, _ owner: OwnerIdentity) {
    if pod.phase == "Failed" {
      events.record(
        owner.note(
          .warning, "FailedDaemonPod",
          "Found failed daemon pod \(pod.key) on node \(pod.node), will try to kill it"))
    } else {
      events.record(
        owner.note(
          .normal, "SucceededDaemonPod",
          "Found succeeded daemon pod \(pod.key) on node \(pod.node), will try to delete it"))
    }
  }

  /// - Returns: when a pod that is ready becomes available without any further change.
  private func writeStatus(_ set: DaemonSet, _ owned: [Pod], _ ledger: RevisionLedger)
    async throws -> Duration?
  {
    let counts = plan(set, owned, ledger).counts
    var status = set.status
    // Required by the API: zero is written too.
    status.document["currentNumberScheduled"] = Document(counts.current)
    status.document["desiredNumberScheduled"] = Document(counts.desired)
    status.document["numberMisscheduled"] = Document(counts.misscheduled)
    status.document["numberReady"] = Document(counts.ready)
    status.updatedNumberScheduled = counts.updated == 0 ? nil : counts.updated
    status.numberAvailable = counts.available == 0 ? nil : counts.available
    let unavailable = counts.desired - counts.available
    status.numberUnavailable = unavailable == 0 ? nil : unavailable
    status.observedGeneration = set.metadata.generation
    try await write(status, of: set)
    let minimum = set.spec.minReadySeconds ?? 0
    return owned.compactMap { $0.timeUntilAvailable(after: minimum, now: now()) }.min()
  }

  private func write(_ status: DaemonSetStatus, of set: DaemonSet) async throws {
    guard status != set.status else { return }
    var changed = set
    changed.status = status
    _ = try await client.update(
      .daemonSets, namespace: set.metadata.namespace, changed.document, subresource: "status")
  }
}

extension DaemonSet {
  /// Validation has refused selectors that cannot be read.
  var ownSelector: LabelSelector? { try? LabelSelector(spec.selector) }
}
