package import Foundations
package import Resources

/// Keeps as many pods as a ReplicaSet or a ReplicationController asks for.
///
/// Both kinds are the same to it: they differ in name and in how they spell their selector.
package final class ReplicaSetController: Controller {
  package let name: String
  package let queue = KeyedQueue<ObjectKey>()
  private let resource: ResourceType
  private let client: any ClusterClient
  private let sets: Informer
  private let pods: Informer
  private let control: PodControl
  private let adoption: AdoptionControl
  private let now: @Sendable () -> Timestamp

  /// - Parameter resource: `.replicaSets` or `.replicationControllers`.
  package init(
    _ resource: ResourceType, client: any ClusterClient, informers: InformerSet,
    events: any EventSink, now: @escaping @Sendable () -> Timestamp = { .now() }
  ) {
    self.resource = resource
    self.client = client
    name = resource == .replicaSets ? "replicaset-controller" : "replication-controller"
    sets = informers[resource]
    pods = informers[.pods]
    control = PodControl(client: client, events: events, pods: pods, manager: name)
    adoption = AdoptionControl(client: client, informer: pods)
    self.now = now
    pods.indexByNamespace()
    sets.indexByNamespace()
    sets.onChange { [queue] in queue.add(ObjectKey($0.object)) }
    pods.onChange { [weak self] in self?.podChanged($0) }
  }

  private func podChanged(_ change: Informer.Change) {
    queue.addOwners(
      ofKind: resource, concernedBy: change, among: sets, selector: selector(of:))
  }

  private func selector(of set: Document) -> LabelSelector? {
    guard let selector = set[path: "spec", "selector"] else { return nil }
    if resource == .replicationControllers {
      return LabelSelector(labels: [String: String](value: selector) ?? [:])
    }
    // Validation has refused selectors that cannot be read.
    return try? LabelSelector(selectorObject: selector)
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    guard let set = sets[key].map({ ReplicaSet($0) }), let selector = selector(of: set.document)
    else { return nil }
    let owner = OwnerIdentity(resource, set.metadata)
    let owned = try await adoption.claim(
      for: owner, selector: selector, isTerminating: set.metadata.isTerminating
    ).map { Pod($0) }
    let active = owned.filter { !$0.metadata.isTerminating && !$0.isFinished }
    var failure: (any Error)?
    var condition: ReplicaFailure?
    if !set.metadata.isTerminating {
      let steps = steps(for: set, active)
      do {
        try await carryOut(steps, set, owner)
      } catch {
        failure = error
        condition = ReplicaFailure(of: steps, error)
      }
    }
    // Counted anew: the steps above have changed the pods.
    let counted = pods.objects(Informer.byNamespace, key.namespace).map { Pod($0) }
      .filter {
        $0.metadata.controllerReference?.uid == owner.uid && !$0.isFinished
          && !$0.metadata.isTerminating
      }
    let again = try await writeStatus(set, counted, condition)
    if let failure { throw failure }
    return again
  }

  private func steps(for set: ReplicaSet, _ active: [Pod]) -> [ReplicaStep] {
    let perNode = Dictionary(grouping: active) { $0.spec.nodeName ?? "" }
    let rankings = active.map { pod in
      PodRanking(pod, neighbours: perNode[pod.spec.nodeName ?? ""]?.count ?? 0)
    }
    return replicaSteps(desired: set.spec.replicas ?? 1, pods: rankings)
  }

  private func carryOut(_ steps: [ReplicaStep], _ set: ReplicaSet, _ owner: OwnerIdentity)
    async throws
  {
    try await withThrowingTaskGroup { group in
      for step in steps {
        switch step {
        case .create(let count):
          let pod = PodControl.pod(from: set.spec.template, owner: owner)
          group.addTask { try await self.control.create(count, pod, for: owner) }
        case .delete(let key):
          group.addTask { try await self.control.delete(key, for: owner) }
        }
      }
      try await group.waitForAll()
    }
  }

  /// - Returns: when a pod that is ready becomes available without any further change.
  private func writeStatus(_ set: ReplicaSet, _ pods: [Pod], _ failure: ReplicaFailure?)
    async throws
    -> Duration?
  {
    let minimum = set.spec.minReadySeconds ?? 0
    let moment = now()
    let template = LabelSelector(labels: set.spec.template.metadata.labels)
    var status = set.status
    status.document["replicas"] = Document(pods.count)
    status.fullyLabeledReplicas = pods.count { template.matches($0.metadata.labels) }
    status.readyReplicas = pods.count(where: \.isReady)
    status.availableReplicas = pods.count { $0.isAvailable(after: minimum, now: moment) }
    status.observedGeneration = set.metadata.generation
    status.conditions = ReplicaFailure.conditions(after: status.conditions, failure, now: moment)
    for field in ["fullyLabeledReplicas", "readyReplicas", "availableReplicas"]
    where status.document[field]?.integer == 0 { status.document[field] = nil }
    if status != set.status {
      var changed = set
      changed.status = status
      _ = try await client.update(
        resource, namespace: set.metadata.namespace, changed.document, subresource: "status")
    }
    let waits = pods.compactMap { $0.timeUntilAvailable(after: minimum, now: moment) }
    return waits.min()
  }
}

extension Informer.Change {
  /// The object before and after, whichever there is.
  var states: [Document] {
    switch self {
    case .added(let object), .removed(let object): [object]
    case .updated(let old, let new): [old, new]
    }
  }
}
