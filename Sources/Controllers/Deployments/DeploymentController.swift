package import Foundations
package import Resources

/// Brings a Deployment's replica sets to what its template and strategy say.
package final class DeploymentController: Controller {
  package let name = "deployment-controller"
  package let queue = KeyedQueue<ObjectKey>()
  let client: any ClusterClient
  let deployments: Informer
  let sets: Informer
  let pods: Informer
  let events: any EventSink
  let now: @Sendable () -> Timestamp
  private let adoption: AdoptionControl

  package init(
    client: any ClusterClient, informers: InformerSet, events: any EventSink,
    now: @escaping @Sendable () -> Timestamp = { .now() }
  ) {
    self.client = client
    self.events = events
    self.now = now
    deployments = informers[.deployments]
    sets = informers[.replicaSets]
    pods = informers[.pods]
    adoption = AdoptionControl(client: client, informer: sets)
    sets.indexByNamespace()
    deployments.indexByNamespace()
    pods.indexByController()
    deployments.onChange { [queue] in queue.add(ObjectKey($0.object)) }
    sets.onChange { [weak self] in self?.setChanged($0) }
    pods.onChange { [weak self] in self?.podChanged($0) }
  }

  private func setChanged(_ change: Informer.Change) {
    queue.addOwners(ofKind: .deployments, concernedBy: change, among: deployments) {
      Deployment($0).selector
    }
  }

  /// A Deployment that recreates waits for its last old pod to be gone.
  private func podChanged(_ change: Informer.Change) {
    guard case .removed(let object) = change,
      let owner = Pod(object).metadata.controllerReference, owner.kind == "ReplicaSet"
    else { return }
    let namespace = ObjectKey(object).namespace
    guard let set = sets[ObjectKey(namespace: namespace, name: owner.name)].map({ ReplicaSet($0) }),
      let controller = set.metadata.controllerReference, controller.kind == "Deployment"
    else { return }
    queue.add(ObjectKey(namespace: namespace, name: controller.name))
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    guard let deployment = deployments[key].map({ Deployment($0) }) else { return nil }
    guard let selector = deployment.selector, !selector.isEmpty else {
      // An empty selector would take in everything: it does nothing, and says so.
      events.record(
        OwnerIdentity(.deployments, deployment.metadata).note(
          .warning, "SelectingAll",
          "This deployment is selecting all pods. A non-empty selector is required."))
      return nil
    }
    let owner = OwnerIdentity(.deployments, deployment.metadata)
    let owned = try await adoption.claim(
      for: owner, selector: selector, isTerminating: deployment.metadata.isTerminating
    ).map { ReplicaSet($0) }
    var rollout = Rollout(deployment: deployment, owned: owned)
    if deployment.metadata.isTerminating { return try await writeStatus(rollout) }

    if deployment.spec.paused == true || isScaling(rollout) {
      try await takeNewest(&rollout, creating: false)
      try await scaleProportionally(&rollout)
      if deployment.spec.paused == true { try await cleanUp(&rollout) }
      return try await writeStatus(rollout)
    }
    if deployment.spec.strategy?.type == "Recreate" {
      try await recreate(&rollout)
    } else {
      try await takeNewest(&rollout, creating: true)
      try await rollForward(&rollout)
    }
    if rollout.isComplete { try await cleanUp(&rollout) }
    return try await writeStatus(rollout)
  }

  /// Whether the Deployment's size was changed since its sets were sized.
  private func isScaling(_ rollout: Rollout) -> Bool {
    let desired = rollout.deployment.spec.replicas ?? 1
    return rollout.all.contains { set in
      guard set.spec.replicas ?? 0 > 0,
        let annotated = set.metadata.annotations[DeploymentAnnotations.desiredReplicas]
      else { return false }
      return Int(annotated) != desired
    }
  }

  // MARK: Strategies

  private func rollForward(_ rollout: inout Rollout) async throws {
    guard let new = rollout.new else { return }
    let plan = rollout.plan
    let newSize = plan.newSize(new: rollout.summary(new), old: rollout.old.map(rollout.summary))
    if newSize != new.spec.replicas ?? 0 || rollout.needsAnnotations(new) {
      let grows = newSize != new.spec.replicas ?? 0
      rollout.new = try await scale(new, to: newSize, rollout)
      if grows { return }
    }
    guard let new = rollout.new else { return }
    let sizes = plan.oldSizes(new: rollout.summary(new), old: rollout.old.map(rollout.summary))
    for (position, set) in rollout.old.enumerated()
    where sizes[position].size != set.spec.replicas ?? 0 {
      rollout.old[position] = try await scale(set, to: sizes[position].size, rollout)
    }
  }

  private func recreate(_ rollout: inout Rollout) async throws {
    try await takeNewest(&rollout, creating: false)
    var changed = false
    for (position, set) in rollout.old.enumerated() where set.spec.replicas ?? 0 > 0 {
      rollout.old[position] = try await scale(set, to: 0, rollout)
      changed = true
    }
    if changed { return }
    // The new pods start once nothing of the old ones runs any more.
    let isOccupied = rollout.old.contains { set in
      pods.objects(Informer.byController, set.metadata.uid ?? "").contains {
        !Pod($0).isFinished
      }
    }
    if isOccupied { return }
    try await takeNewest(&rollout, creating: true)
    guard let new = rollout.new else { return }
    let desired = rollout.deployment.spec.replicas ?? 1
    if new.spec.replicas ?? 0 != desired || rollout.needsAnnotations(new) {
      rollout.new = try await scale(new, to: desired, rollout)
    }
  }

  private func scaleProportionally(_ rollout: inout Rollout) async throws {
    let active = rollout.all.filter { $0.spec.replicas ?? 0 > 0 }
    let desired = rollout.deployment.spec.replicas ?? 1
    if active.count <= 1 {
      guard let only = active.first ?? rollout.new ?? rollout.all.first else { return }
      if only.spec.replicas ?? 0 != desired || rollout.needsAnnotations(only) {
        rollout.replace(try await scale(only, to: desired, rollout))
      }
      return
    }
    if let new = rollout.new, rollout.isSaturated(new) {
      for set in rollout.old where set.spec.replicas ?? 0 > 0 {
        rollout.replace(try await scale(set, to: 0, rollout))
      }
      return
    }
    guard rollout.deployment.spec.strategy?.type != "Recreate" else { return }
    let newestFirst = active.sorted { left, right in
      left.metadata.creationTimestamp ?? Timestamp(seconds: 0)
        > right.metadata.creationTimestamp ?? Timestamp(seconds: 0)
    }
    let sizes = rollout.plan.proportional(newestFirst.map(rollout.summary))
    for (set, size) in zip(newestFirst, sizes) {
      rollout.replace(try await scale(set, to: size.size, rollout))
    }
  }

  // MARK: Replica sets

  /// Finds the set of the present template, or makes it.
  private func takeNewest(_ rollout: inout Rollout, creating: Bool) async throws {
    let revision = rollout.maximumOldRevision + 1
    if let new = rollout.new {
      let notes = DeploymentAnnotations.annotations(
        of: new.metadata, takingFrom: rollout.deployment.metadata, revision: revision)
      var changed = new
      changed.metadata.annotations = notes
      changed.spec.minReadySeconds = rollout.deployment.spec.minReadySeconds
      if changed != new {
        rollout.new = try await update(changed)
      }
      try await annotate(
        &rollout,
        revision: rollout.new.map { DeploymentAnnotations.revision(of: $0.metadata) } ?? revision)
      return
    }
    guard creating else { return }
    rollout.new = try await create(&rollout, revision: revision)
    try await annotate(&rollout, revision: revision)
  }

  private func create(_ rollout: inout Rollout, revision: Int) async throws -> ReplicaSet {
    let deployment = rollout.deployment
    let owner = OwnerIdentity(.deployments, deployment.metadata)
    let hash = TemplateHash.hash(
      of: deployment.spec.template.document, collisions: deployment.status.collisionCount ?? 0)
    var set = ReplicaSet(["apiVersion": "apps/v1", "kind": "ReplicaSet"])
    set.metadata.name = "\(owner.key.name)-\(hash)"
    set.metadata.namespace = owner.key.namespace
    set.metadata.document["ownerReferences"] = [owner.reference]
    var template = deployment.spec.template
    template.metadata.labels[DeploymentAnnotations.templateHash] = hash
    set.metadata.labels = template.metadata.labels
    var notes = DeploymentAnnotations.annotations(
      of: ObjectMeta(), takingFrom: deployment.metadata, revision: revision)
    notes.merge(rollout.sizeAnnotations) { $1 }
    set.metadata.annotations = notes
    var selector = deployment.spec.selector
    selector.matchLabels[DeploymentAnnotations.templateHash] = hash
    set.spec.selector = selector
    set.spec.template = template
    set.spec.minReadySeconds = deployment.spec.minReadySeconds
    let size =
      deployment.spec.strategy?.type == "Recreate"
      ? deployment.spec.replicas ?? 1
      : rollout.plan.newSize(
        new: RollingUpdate.Set(name: "", size: 0, available: 0),
        old: rollout.old.map(rollout.summary))
    set.spec.replicas = size
    do {
      let created = try await client.create(
        .replicaSets, namespace: owner.key.namespace, set.document,
        options: WriteOptions(fieldManager: name))
      await sets.waitUntil(ObjectKey(created)) { $0 != nil }
      events.record(
        owner.note(
          .normal, "ScalingReplicaSet",
          "Scaled up replica set \(set.metadata.name ?? "") from 0 to \(size)"))
      return ReplicaSet(created)
    } catch let error as APIError where error.reason == .alreadyExists {
      try await resolveCollision(set, rollout, owner)
      throw error
    }
  }

  /// A set of that name exists. Where it is another template's, the next try hashes differently.
  private func resolveCollision(_ set: ReplicaSet, _ rollout: Rollout, _ owner: OwnerIdentity)
    async throws
  {
    let found = ReplicaSet(
      try await client.get(
        .replicaSets, namespace: owner.key.namespace, name: set.metadata.name ?? ""))
    if found.metadata.controllerReference?.uid == owner.uid
      && TemplateHash.isSame(found.spec.template, set.spec.template)
    {
      return  // Our own, not seen yet: the next try finds it.
    }
    var deployment = rollout.deployment
    deployment.status.collisionCount = (deployment.status.collisionCount ?? 0) + 1
    _ = try await client.update(
      .deployments, namespace: owner.key.namespace, deployment.document, subresource: "status")
  }

  /// Notes the newest revision on the Deployment itself, where `rollout history` reads it.
  private func annotate(_ rollout: inout Rollout, revision: Int) async throws {
    guard DeploymentAnnotations.revision(of: rollout.deployment.metadata) != revision else {
      return
    }
    let patched = try await client.patch(
      .deployments, namespace: rollout.deployment.metadata.namespace,
      name: rollout.deployment.metadata.name ?? "", subresource: nil,
      Patch(
        .merge,
        [
          "metadata": ["annotations": [DeploymentAnnotations.revision: Document(String(revision))]]
        ]), options: WriteOptions(fieldManager: name))
    rollout.deployment = Deployment(patched)
  }

  private func scale(_ set: ReplicaSet, to size: Int, _ rollout: Rollout) async throws -> ReplicaSet
  {
    let before = set.spec.replicas ?? 0
    var changed = set
    changed.spec.replicas = size
    changed.metadata.annotations.merge(rollout.sizeAnnotations) { $1 }
    guard changed != set else { return set }
    let updated = try await update(changed)
    if before != size {
      let direction = size > before ? "up" : "down"
      events.record(
        OwnerIdentity(.deployments, rollout.deployment.metadata).note(
          .normal, "ScalingReplicaSet",
          "Scaled \(direction) replica set \(set.metadata.name ?? "") from \(before) to \(size)"))
    }
    return updated
  }

  private func update(_ set: ReplicaSet) async throws -> ReplicaSet {
    let updated = try await client.update(
      .replicaSets, namespace: set.metadata.namespace, set.document, subresource: nil,
      options: WriteOptions(fieldManager: name))
    let version = updated[path: "metadata", "resourceVersion"]?.string.flatMap { UInt64($0) } ?? 0
    await sets.waitUntil(ObjectKey(updated)) { seen in
      guard let seen else { return true }
      return (seen[path: "metadata", "resourceVersion"]?.string.flatMap { UInt64($0) } ?? 0)
        >= version
    }
    return ReplicaSet(updated)
  }

  /// Deletes the oldest sets beyond the history that is to be kept.
  private func cleanUp(_ rollout: inout Rollout) async throws {
    guard let limit = rollout.deployment.spec.revisionHistoryLimit else { return }
    let removable = rollout.old.filter {
      $0.spec.replicas ?? 0 == 0 && $0.status.replicas == 0 && !$0.metadata.isTerminating
        && ($0.metadata.generation ?? 0) <= ($0.status.observedGeneration ?? 0)
    }.sorted {
      DeploymentAnnotations.revision(of: $0.metadata)
        < DeploymentAnnotations.revision(of: $1.metadata)
    }
    for set in removable.prefix(max(0, removable.count - limit)) {
      do {
        _ = try await client.delete(
          .replicaSets, namespace: set.metadata.namespace, name: set.metadata.name ?? "",
          options: DeleteOptions(propagationPolicy: .background, uid: set.metadata.uid))
      } catch let error as APIError where error.reason == .notFound {
        continue
      }
      rollout.old.removeAll { $0.metadata.uid == set.metadata.uid }
    }
  }
}

extension Deployment {
  /// Validation has refused selectors that cannot be read.
  var selector: LabelSelector? { try? LabelSelector(spec.selector) }
}
