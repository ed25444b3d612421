package import Foundations
package import Resources

/// Keeps the status of PodDisruptionBudgets, by which evictions are allowed or refused.
package final class DisruptionController: Controller {
  package let name = "disruption-controller"
  package let queue = KeyedQueue<ObjectKey>()
  private let client: any ClusterClient
  private let budgets: Informer
  private let pods: Informer
  private let scales: WorkloadScales
  private let events: any EventSink
  private let now: @Sendable () -> Timestamp

  /// How long until a budget that could not be reckoned is tried again: its pods' controller may
  /// have come.
  private static let failurePause = Duration.seconds(30)

  package init(
    client: any ClusterClient, informers: InformerSet, events: any EventSink,
    now: @escaping @Sendable () -> Timestamp = { .now() }
  ) {
    self.client = client
    self.events = events
    self.now = now
    budgets = informers[.podDisruptionBudgets]
    pods = informers[.pods]
    scales = WorkloadScales(informers)
    budgets.indexByNamespace()
    pods.indexByNamespace()
    budgets.onChange { [queue] in queue.add(ObjectKey($0.object)) }
    pods.onChange { [queue, budgets] change in
      for state in change.states {
        let metadata = ObjectMeta(state["metadata"] ?? .emptyObject)
        for budget in budgets.objects(Informer.byNamespace, metadata.namespace ?? "")
        where PodDisruptionBudget(budget).covers(metadata.labels) {
          queue.add(ObjectKey(budget))
        }
      }
    }
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    guard let budget = budgets[key].map({ PodDisruptionBudget($0) }) else { return nil }
    let covered = pods.objects(Informer.byNamespace, key.namespace).map { Pod($0) }
      .filter { budget.covers($0.metadata.labels) }
    let plan = DisruptionPlan(budget, pods: covered, now: now()) { scales.scale(of: $0, $1) }
    if plan.status != budget.status {
      var changed = budget
      changed.status = plan.status
      _ = try await client.update(
        .podDisruptionBudgets, namespace: key.namespace, changed.document, subresource: "status")
      tell(plan, of: budget, covered.isEmpty)
    }
    return plan.failure == nil ? plan.recheck : Self.failurePause
  }

  private func tell(_ plan: DisruptionPlan, of budget: PodDisruptionBudget, _ coversNothing: Bool) {
    let owner = OwnerIdentity(.podDisruptionBudgets, budget.metadata)
    if coversNothing { events.record(owner.note(.normal, "NoPods", "No matching pods found")) }
    if let failure = plan.failure {
      events.record(
        owner.note(
          .warning, "CalculateExpectedPodCountFailed",
          "Failed to calculate the number of expected pods: \(failure)"))
    }
    if !plan.unmanaged.isEmpty {
      events.record(
        owner.note(
          .warning, "UnmanagedPods",
          "No controller answers for some of the pods that this budget covers, so a share of them "
            + "cannot be reckoned. Set \".spec.minAvailable\" to a number to count them."))
    }
    for name in plan.notDeleted {
      let key = ObjectKey(namespace: budget.metadata.namespace ?? "", name: name)
      events.record(
        ObjectEventNote(
          about: .pods, key, uid: pods[key].flatMap { Pod($0).metadata.uid } ?? "", kind: .warning,
          reason: "NotDeleted",
          message: "Pod was expected by PDB \(budget.metadata.key) to be deleted but it wasn't"))
    }
  }
}

/// How many pods the controllers of pods want.
private struct WorkloadScales: Sendable {
  private let informers: [String: Informer]
  private let resources: [ResourceType] = [
    .replicationControllers, .replicaSets, .statefulSets, .deployments,
  ]

  init(_ set: InformerSet) {
    informers = Dictionary(uniqueKeysWithValues: resources.map { ($0.kind, set[$0]) })
  }

  func scale(of pod: Pod, _ controller: OwnerReference) -> DisruptionPlan.Scale {
    guard let object = object(controller, pod.metadata.namespace ?? "") else {
      return .unknown(why: why(pod, controller))
    }
    let metadata = ObjectMeta(object["metadata"] ?? .emptyObject)
    // A rollout shifts pods between replica sets: what counts is what the Deployment wants.
    if let above = metadata.controllerReference, above.kind == ResourceType.deployments.kind,
      let deployment = self.object(above, metadata.namespace ?? "")
    {
      return .known(uid: above.uid, replicas: Deployment(deployment).spec.replicas ?? 1)
    }
    return .known(
      uid: controller.uid, replicas: object[path: "spec", "replicas"]?.integer ?? 1)
  }

  private func object(_ reference: OwnerReference, _ namespace: String) -> Document? {
    guard
      resources.contains(where: {
        $0.apiVersion == reference.apiVersion && $0.kind == reference.kind
      }),
      let found = informers[reference.kind]?[ObjectKey(namespace: namespace, name: reference.name)],
      found[path: "metadata", "uid"]?.string == reference.uid
    else { return nil }
    return found
  }

  private func why(_ pod: Pod, _ controller: OwnerReference) -> String {
    let scaleless: [ResourceType] = [.daemonSets, .jobs]
    if let type = scaleless.first(where: {
      $0.kind == controller.kind && $0.apiVersion == controller.apiVersion
    }) {
      return "\(type) does not implement the scale subresource"
    }
    return "found no controllers for pod \"\(pod.metadata.name ?? "")\""
  }
}
