import Foundations
import Resources
import Synchronization

/// Pods that have to go, and pods that no longer wait for their room.
struct PreemptionWork: Sendable {
  let node: String
  /// Those that are not on their way out already.
  let victims: [SchedulingPod]
  /// Less urgent pods that waited for room on the same node.
  let denominated: [SchedulingPod]
}

extension Scheduler.State {
  enum PreemptionDecision {
    case evict(PreemptionWork)
    case nothing(String)
  }

  /// Chooses the victims for a pod that fits nowhere, and reserves their room for it.
  mutating func decidePreemption(for pod: SchedulingPod) -> PreemptionDecision {
    let budgets = Array(self.budgets.values)
    switch snapshot.preemption(for: pod, budgets: budgets, startingAt: start) {
    case .nothing(let why): return .nothing(why)
    case .evict(let node, let victims):
      let denominated = snapshot.nominations.pods(on: node).filter { $0.priority < pod.priority }
      for other in denominated { snapshot.nominations.remove(other.key) }
      snapshot.nominations.add(pod, on: node)
      snapshot.markLeaving(victims.map(\.key))
      return .evict(
        PreemptionWork(
          node: node, victims: victims.filter { !$0.isTerminating }, denominated: denominated))
    }
  }

  /// Takes over a nomination that was written before this scheduler started, or one that someone
  /// took back. Our own is known before the API has it.
  mutating func takeNomination(of pod: SchedulingPod, _ change: Informer.Change) {
    switch change {
    case .added:
      if !pod.nominatedNode.isEmpty { snapshot.nominations.add(pod, on: pod.nominatedNode) }
    case .updated(let old, _):
      let earlier = old[path: "status", "nominatedNodeName"]?.string ?? ""
      if !earlier.isEmpty && pod.nominatedNode.isEmpty { snapshot.nominations.remove(pod.key) }
    case .removed: break
    }
  }
}

extension Scheduler {
  /// Ends the victims, gracefully, and says on each why.
  /// - Returns: `false` where one could not be ended: the pod is then tried again.
  func preempt(for pod: SchedulingPod, _ work: PreemptionWork) async -> Bool {
    do {
      for victim in work.victims { try await evict(victim, for: pod, on: work.node) }
    } catch {
      state.withLock { state in
        state.snapshot.nominations.remove(pod.key)
        state.snapshot.unmarkLeaving(work.victims.map(\.key))
        state.queue.retryLater(pod.key, now: Self.now())
      }
      return false
    }
    for other in work.denominated {
      // A pod that is gone by now waits for nothing.
      _ = try? await client.patch(
        .pods, namespace: other.key.namespace, name: other.key.name, subresource: "status",
        Patch(.merge, ["status": ["nominatedNodeName": .null]]))
    }
    return true
  }

  private func evict(_ victim: SchedulingPod, for pod: SchedulingPod, on node: String) async throws
  {
    let condition: Document = [
      "type": "DisruptionTarget", "status": "True", "reason": "PreemptionByScheduler",
      "message": Document("\(name): preempting to accommodate a higher priority pod"),
      "lastTransitionTime": Document(Timestamp.now().description),
    ]
    do {
      _ = try await client.patch(
        .pods, namespace: victim.key.namespace, name: victim.key.name, subresource: "status",
        Patch(
          .strategicMerge,
          [
            "metadata": ["uid": Document(victim.uid)],
            "status": ["conditions": [condition]],
          ]))
      _ = try await client.delete(
        .pods, namespace: victim.key.namespace, name: victim.key.name,
        options: DeleteOptions(uid: victim.uid))
    } catch let error as APIError where error.reason == .notFound || error.reason == .conflict {
      return  // it is gone, or another of its name stands there: its room is free already
    }
    events.record(
      ObjectEventNote(
        about: .pods, victim.key, uid: victim.uid, kind: .normal, reason: "Preempted",
        message: "Preempted by pod \(pod.uid) on node \(node)", action: "Preempting"))
  }
}
