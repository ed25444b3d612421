package import Foundations
package import Resources
import Synchronization

/// Scales workloads with their load, every `interval`; without an autoscaler it does nothing.
package final class HorizontalPodAutoscalerController: Controller {
  package let name = "horizontal-pod-autoscaler"
  package let queue = KeyedQueue<ObjectKey>()
  private let client: any ClusterClient
  private let autoscalers: Informer
  private let pods: Informer
  private let events: any EventSink
  private let now: @Sendable () -> Timestamp
  private let histories = Mutex<[ObjectKey: ScalingHistory]>([:])

  /// Source: upstream's `--horizontal-pod-autoscaler-sync-period`.
  private static let interval = Duration.seconds(15)

  package init(
    client: any ClusterClient, informers: InformerSet, events: any EventSink,
    now: @escaping @Sendable () -> Timestamp = { .now() }
  ) {
    self.client = client
    self.events = events
    self.now = now
    autoscalers = informers[.horizontalPodAutoscalers]
    pods = informers[.pods]
    pods.indexByNamespace()
    autoscalers.onChange { [queue] change in
      switch change {
      // Its own status is no reason to look again.
      case .updated(let old, let new) where old["spec"] == new["spec"]: break
      default: queue.add(ObjectKey(change.object))
      }
    }
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    guard let object = autoscalers[key] else {
      histories.withLock { $0[key] = nil }
      return nil
    }
    let autoscaler = HorizontalPodAutoscaler(object)
    let owner = OwnerIdentity(.horizontalPodAutoscalers, autoscaler.metadata)
    let target: ScaleTarget
    do {
      target = try await self.target(of: autoscaler)
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      try await tell("\(error)", of: autoscaler, owner)
      return Self.interval
    }
    var plan = await plan(autoscaler, target)
    for warning in plan.warnings {
      events.record(owner.note(.warning, warning.reason, warning.message))
    }
    if let replicas = plan.replicas {
      try await scale(target, to: replicas, &plan, autoscaler, owner)
    }
    try await write(plan.status, of: autoscaler)
    return Self.interval
  }

  private func target(of autoscaler: HorizontalPodAutoscaler) async throws -> ScaleTarget {
    let reference = autoscaler.spec.scaleTargetRef
    let resource = try ScaleTarget.resource(of: reference)
    return ScaleTarget(
      resource,
      try await client.get(
        resource, namespace: autoscaler.metadata.namespace, name: reference.name))
  }

  private func plan(_ autoscaler: HorizontalPodAutoscaler, _ target: ScaleTarget) async
    -> HorizontalPodAutoscalerPlan
  {
    let key = autoscaler.metadata.key
    var proposals: [MetricProposal] = []
    if HorizontalPodAutoscalerPlan.asksMetrics(autoscaler.spec, current: target.replicas) {
      let facts = MetricProposal.Facts(
        current: target.replicas, pods: pods(of: target), usage: await usage(of: target),
        tolerance: ScalingTolerance(autoscaler.spec.behavior), now: now())
      proposals = autoscaler.spec.metrics.map { MetricProposal($0, facts) }
    }
    return histories.withLock { histories in
      var history =
        histories[key] ?? ScalingHistory(replicas: target.replicas, now: now())
      defer { histories[key] = history }
      return HorizontalPodAutoscalerPlan(
        autoscaler, current: target.replicas, proposals: proposals, &history, now: now())
    }
  }

  private func pods(of target: ScaleTarget) -> [Pod] {
    guard let selector = target.selector else { return [] }
    return pods.objects(Informer.byNamespace, target.key.namespace).map { Pod($0) }
      .filter { selector.matches($0.metadata.labels) }
  }

  private func usage(of target: ScaleTarget) async
    -> Result<[String: MetricProposal.PodMetrics], MetricProposal.Unreadable>
  {
    guard let selector = target.selector else { return .success([:]) }
    do {
      let page = try await client.list(
        .podUsage, namespace: target.key.namespace,
        options: ListOptions(labelSelector: selector.description))
      return .success(
        Dictionary(
          page.items.compactMap { item in
            MetricProposal.PodMetrics(item).map { (ObjectKey(item).name, $0) }
          }, uniquingKeysWith: { first, _ in first }))
    } catch {
      return .failure(MetricProposal.Unreadable(message: "\(error)"))
    }
  }

  // MARK: Acting

  private func scale(
    _ target: ScaleTarget, to replicas: Int, _ plan: inout HorizontalPodAutoscalerPlan,
    _ autoscaler: HorizontalPodAutoscaler, _ owner: OwnerIdentity
  ) async throws {
    do {
      _ = try await client.patch(
        target.resource, namespace: target.key.namespace, name: target.key.name,
        subresource: "scale", Patch(.merge, ["spec": ["replicas": Document(replicas)]]),
        options: WriteOptions(fieldManager: name))
    } catch let error as APIError {
      events.record(
        owner.note(
          .warning, "FailedRescale",
          "New size: \(replicas); reason: \(plan.reason); error: \(error.message)"))
      plan.status.set(
        AutoscalerCondition(
          .ableToScale, false, "FailedUpdateScale",
          "the HPA controller was unable to update the target scale: \(error.message)"), now: now())
      plan.status.desiredReplicas = autoscaler.status.desiredReplicas
      return
    }
    plan.status.set(
      AutoscalerCondition(
        .ableToScale, true, "SucceededRescale",
        "the HPA controller was able to update the target scale to \(replicas)"), now: now())
    plan.status.lastScaleTime = now()
    events.record(
      owner.note(
        .normal, "SuccessfulRescale", "New size: \(replicas); reason: \(plan.reason)"))
    histories.withLock {
      $0[autoscaler.metadata.key]?.scale(by: replicas - target.replicas, now: now())
    }
  }

  /// Says that there is nothing to scale.
  private func tell(
    _ why: String, of autoscaler: HorizontalPodAutoscaler, _ owner: OwnerIdentity
  ) async throws {
    events.record(owner.note(.warning, "FailedGetScale", why))
    var status = autoscaler.status
    status.set(
      AutoscalerCondition(
        .ableToScale, false, "FailedGetScale",
        "the HPA controller was unable to get the target's current scale: \(why)"), now: now())
    try await write(status, of: autoscaler)
  }

  private func write(
    _ status: HorizontalPodAutoscalerStatus, of autoscaler: HorizontalPodAutoscaler
  ) async throws {
    if status.document == autoscaler.status.document { return }
    var changed = autoscaler
    changed.status = status
    // A user's change of the wish in between is no reason to lose this.
    changed.document["metadata"]?["resourceVersion"] = nil
    _ = try await client.update(
      .horizontalPodAutoscalers, namespace: autoscaler.metadata.namespace, changed.document,
      subresource: "status", options: WriteOptions(fieldManager: name))
  }
}
