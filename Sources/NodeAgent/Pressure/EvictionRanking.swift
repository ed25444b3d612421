import Foundations
import Resources

/// A pod with what it takes of something that its node is short of.
struct EvictionCandidate: Sendable {
  var pod: Pod
  /// By container, in bytes, inodes or processes.
  var containers: [String: Int]
  /// Of its volumes.
  var volumes: Int

  init(pod: Pod, containers: [String: Int], volumes: Int = 0) {
    self.pod = pod
    self.containers = containers
    self.volumes = volumes
  }

  var use: Int { containers.values.reduce(volumes, +) }
}

/// Which pod has to go first when a node is short of something. Pure.
/// Source: Kubernetes documentation, "Node-pressure Eviction", "Pod selection for kubelet eviction".
enum EvictionRanking {
  /// Whether a pod stays whatever the node is short of: those of manifests and those that the system
  /// itself needs.
  static func isCritical(_ pod: Pod) -> Bool {
    StaticPod.isStatic(pod) || StaticPod.isMirror(pod)
      || pod.spec.priority ?? 0 >= systemCriticalPriority
  }

  /// Source: Kubernetes documentation, "Pod Priority and Preemption", system-cluster-critical.
  private static let systemCriticalPriority = 2_000_000_000

  /// Those that can go, the first to go first: beyond their request before all others, then by
  /// priority, then by how far beyond.
  ///
  /// Unlike kubelet's, a pod that would give back next to nothing of a disk stays: what fills the
  /// disk is then not the node's pods, and ending them one by one would help nobody.
  static func order(
    _ candidates: [EvictionCandidate], for signal: EvictionSignal
  ) -> [EvictionCandidate] {
    candidates.filter { candidate in
      !isCritical(candidate.pod) && !candidate.pod.isFinished
        && !candidate.pod.metadata.isTerminating && candidate.use >= worthwhile(signal)
    }
    .map { (candidate: $0, excess: $0.use - request(of: $0.pod, signal)) }
    .sorted { left, right in
      if (left.excess > 0) != (right.excess > 0) { return left.excess > 0 }
      let priorities = (
        left.candidate.pod.spec.priority ?? 0, right.candidate.pod.spec.priority ?? 0
      )
      if priorities.0 != priorities.1 { return priorities.0 < priorities.1 }
      if left.excess != right.excess { return left.excess > right.excess }
      return left.candidate.pod.metadata.key < right.candidate.pod.metadata.key
    }
    .map(\.candidate)
  }

  private static func worthwhile(_ signal: EvictionSignal) -> Int {
    switch signal {
    case .memoryAvailable, .pidAvailable: 0
    case .nodefsAvailable, .imagefsAvailable: 1 << 20
    case .nodefsInodesFree, .imagefsInodesFree: 256
    }
  }

  private static func request(of pod: Pod, _ signal: EvictionSignal) -> Int {
    // Inodes and processes cannot be asked for.
    guard ["memory", "ephemeral-storage"].contains(signal.resource) else { return 0 }
    return PodAmounts.request(signal.resource, of: pod).roundedUp
  }

  /// What the pod's status and event say, in upstream's words, and what would have kept it.
  static func message(
    _ candidate: EvictionCandidate, _ breach: ThresholdBreach
  ) -> String {
    let signal = breach.signal
    let resource = signal.resource
    func text(_ amount: Int) -> String { ThresholdBreach.text(amount, of: signal) }
    var message =
      "The node was low on resource: \(resource). Threshold quantity: \(text(breach.least)), "
      + "available: \(text(breach.available)). "
    guard resource == "memory" || resource == "ephemeral-storage" else { return message }
    for container in candidate.pod.allContainers.map(\.container) {
      let request = container.resources?.requests[resource] ?? .zero
      guard let use = candidate.containers[container.name], use > request.roundedUp else {
        continue
      }
      message +=
        "Container \(container.name) was using \(text(use)), request is \(request), has larger "
        + "consumption of \(resource). "
    }
    if candidate.volumes > 0 {
      message += "Its emptyDir volumes were using \(text(candidate.volumes)). "
    }
    return message
      + "Pods that stay within resources.requests.\(resource) go after all others. "
  }
}
