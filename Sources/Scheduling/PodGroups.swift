import Resources

/// How many pods of each workload and each Service every node has, kept up to date event by event:
/// what pods that state no spread of their own are spread by. Pods that end do not count.
struct PodGroups: Sendable {
  private enum Group: Hashable {
    /// By its UID: a ReplicaSet, ReplicationController or StatefulSet.
    case workload(String)
    case service(ObjectKey)
  }

  private struct ServiceSelector: Sendable {
    let key: ObjectKey
    let labels: [String: String]

    func selects(_ pod: SchedulingPod) -> Bool {
      labels.allSatisfy { pod.labels[$0.key] == $0.value }
    }
  }

  /// By node; no entry holds 0.
  private var counts: [Group: [String: Int]] = [:]
  private var services: [String: [ServiceSelector]] = [:]

  init() {}

  /// Counts a pod on a node: `amount` is 1 for one that comes, -1 for one that goes.
  mutating func count(_ pod: SchedulingPod, on node: String, by amount: Int) {
    guard !pod.isTerminating else { return }
    if !pod.workload.isEmpty { add(amount, to: .workload(pod.workload), node) }
    for service in services[pod.key.namespace] ?? [] where service.selects(pod) {
      add(amount, to: .service(service.key), node)
    }
  }

  private mutating func add(_ amount: Int, to group: Group, _ node: String) {
    let sum = (counts[group]?[node] ?? 0) + amount
    counts[group, default: [:]][node] = sum == 0 ? nil : sum
    if counts[group]?.isEmpty == true { counts[group] = nil }
  }

  /// Takes over what a Service selects now. O(placed pods) where that changed, which is rare.
  /// - Parameters:
  ///   - selector: empty where the Service has none, or is gone.
  ///   - placed: all pods that count, with their nodes.
  mutating func set(
    _ service: ObjectKey, selector: [String: String],
    placed: some Sequence<(pod: SchedulingPod, node: String)>
  ) {
    var others = services[service.namespace] ?? []
    if let known = others.firstIndex(where: { $0.key == service }) {
      if others[known].labels == selector { return }
      others.remove(at: known)
    } else if selector.isEmpty {
      return
    }
    counts[.service(service)] = nil
    if !selector.isEmpty {
      let entry = ServiceSelector(key: service, labels: selector)
      others.append(entry)
      for (pod, node) in placed
      where pod.key.namespace == service.namespace && !pod.isTerminating && entry.selects(pod) {
        add(1, to: .service(service), node)
      }
    }
    services[service.namespace] = others.isEmpty ? nil : others
  }

  /// Where the others of a pod's group are; `nil` where it has none yet, or belongs to none. A look
  /// at the index, whatever the cluster holds.
  ///
  /// Upstream takes the pods that the workload and all Services select together. Those of one
  /// workload share the labels that Services select by, so the workload alone says the same; for a
  /// pod of several Services without a workload, those of each are added up.
  func others(of pod: SchedulingPod) -> [String: Int]? {
    if !pod.workload.isEmpty { return counts[.workload(pod.workload)] }
    guard let services = services[pod.key.namespace] else { return nil }
    var sum: [String: Int]?
    for service in services where service.selects(pod) {
      guard let others = counts[.service(service.key)] else { continue }
      sum = sum?.merging(others, uniquingKeysWith: +) ?? others
    }
    return sum
  }
}
