package import Foundations
package import Resources

/// Keeps a StatefulSet's pods: each with a name, a place in the order and volumes of its own.
package final class StatefulSetController: Controller {
  package let name = "statefulset-controller"
  package let queue = KeyedQueue<ObjectKey>()
  private let client: any ClusterClient
  private let sets: Informer
  private let pods: Informer
  private let events: any EventSink
  private let control: PodControl
  private let claims: StatefulClaimControl
  private let adoption: AdoptionControl
  private let history: RevisionHistory
  private let now: @Sendable () -> Timestamp

  package init(
    client: any ClusterClient, informers: InformerSet, events: any EventSink,
    now: @escaping @Sendable () -> Timestamp = { .now() }
  ) {
    self.client = client
    self.events = events
    self.now = now
    sets = informers[.statefulSets]
    pods = informers[.pods]
    control = PodControl(client: client, events: events, pods: pods, manager: name)
    claims = StatefulClaimControl(
      client: client, events: events, informer: informers[.persistentVolumeClaims])
    adoption = AdoptionControl(client: client, informer: pods)
    history = RevisionHistory(
      client: client, informers: informers, hashLabel: "controller.kubernetes.io/hash")
    pods.indexByNamespace()
    sets.indexByNamespace()
    sets.onChange { [queue] in queue.add(ObjectKey($0.object)) }
    pods.onChange { [weak self] in self?.podChanged($0) }
  }

  private func podChanged(_ change: Informer.Change) {
    queue.addOwners(ofKind: .statefulSets, concernedBy: change, among: sets) {
      StatefulSet($0).ownSelector
    }
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    guard let set = sets[key].map({ StatefulSet($0) }), let selector = set.ownSelector,
      !selector.isEmpty
    else { return nil }
    let owner = OwnerIdentity(.statefulSets, set.metadata)
    let owned = try await adoption.claim(
      for: owner, selector: selector, isTerminating: set.metadata.isTerminating
    ) { StatefulPod.ordinal(of: ObjectKey($0).name, set: key.name) != nil }
    // The collector ends the pods of a set on its way out.
    if set.metadata.isTerminating { return nil }
    var collisions = set.status.collisionCount
    let ledger: RevisionLedger
    do {
      ledger = try await history.ledger(
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
    let rollout = StatefulRollout(set: set, ledger: ledger)
    let plan = StatefulSetPlan(
      set: set, pods: summaries(set, owned.map { Pod($0) }), updateRevision: rollout.update.name)
    try await claims.keepRetention(of: set, condemned: plan.condemned, pods: owned)
    var failure: (any Error)?
    do { try await carryOut(plan.steps, rollout, owner) } catch { failure = error }

    // Counted anew: the steps above have changed the pods.
    let after = pods.objects(Informer.byNamespace, key.namespace).map { Pod($0) }
      .filter { $0.metadata.controllerReference?.uid == owner.uid }
    let status = StatefulSetPlan.status(
      of: set, pods: summaries(set, after), currentRevision: rollout.current.name,
      updateRevision: rollout.update.name, collisions: collisions)
    try await write(status, of: set)
    let used = Set(after.compactMap { $0.metadata.labels[StatefulPod.revisionLabel] })
      .union([status.currentRevision ?? "", rollout.update.name])
    try await history.cleanUp(ledger, keeping: set.spec.revisionHistoryLimit ?? 10) {
      used.contains($0.metadata.name ?? "")
    }
    if let failure { throw failure }
    let minimum = set.spec.minReadySeconds ?? 0
    return after.compactMap { $0.timeUntilAvailable(after: minimum, now: now()) }.min()
  }

  private func summaries(_ set: StatefulSet, _ pods: [Pod]) -> [StatefulPod] {
    let moment = now()
    return pods.compactMap {
      StatefulPod(
        $0, set: set.metadata.name ?? "", minReadySeconds: set.spec.minReadySeconds ?? 0,
        now: moment)
    }
  }

  private func carryOut(
    _ steps: [StatefulSetPlan.Step], _ rollout: StatefulRollout, _ owner: OwnerIdentity
  ) async throws {
    var creations: [Document] = []
    for step in steps {
      switch step {
      case .create(let ordinal, let isUpdated):
        guard try await claims.ensure(for: rollout.set, ordinal: ordinal, owner) else { continue }
        let revision = isUpdated ? rollout.update : rollout.current
        creations.append(
          StatefulPod.document(
            of: rollout.set, template: revision.template, owner: owner, ordinal: ordinal,
            revision: revision.name))
      case .delete(let key): try await control.delete(key, for: owner)
      case .label(let key): try await label(key)
      }
    }
    try await control.create(creations, for: owner)
  }

  private func label(_ key: ObjectKey) async throws {
    let patch: Document = [
      "metadata": ["labels": [StatefulPod.nameLabel: Document(key.name)]]
    ]
    let patched = try await client.patch(
      .pods, namespace: key.namespace, name: key.name, Patch(.merge, patch))
    let version = patched[path: "metadata", "resourceVersion"]
    await pods.waitUntil(key) {
      $0 == nil || $0?[path: "metadata", "resourceVersion"] == version
    }
  }

  private func write(_ status: StatefulSetStatus, of set: StatefulSet) async throws {
    guard status != set.status else { return }
    var changed = set
    changed.status = status
    let updated = try await client.update(
      .statefulSets, namespace: set.metadata.namespace, changed.document, subresource: "status")
    let version = updated[path: "metadata", "resourceVersion"]
    // The next look must know which revision new pods are of.
    await sets.waitUntil(ObjectKey(updated)) {
      $0 == nil || $0?[path: "metadata", "resourceVersion"] == version
    }
  }
}

extension StatefulSet {
  /// Validation has refused selectors that cannot be read.
  var ownSelector: LabelSelector? { try? LabelSelector(spec.selector) }
}
