package import Foundations
package import Resources
import Synchronization

/// Notices nodes that no longer report, marks them, and lets their pods go when they no longer put
/// up with it.
/// Source: Kubernetes documentation, "Nodes", "Node controller" and "Taint based Evictions".
package final class NodeLifecycleController: Controller {
  package let name = "node-lifecycle-controller"
  package let queue = KeyedQueue<ObjectKey>()
  private let client: any ClusterClient
  private let nodes: Informer
  private let leases: Informer
  private let pods: Informer
  private let events: any EventSink
  private let now: @Sendable () -> Timestamp
  /// When each node was last heard of, by this process's clock: the node's own may be wrong.
  private let heard = Mutex<[String: Timestamp]>([:])

  /// How long a node may be silent. Source: upstream's `--node-monitor-grace-period`.
  package static let defaultGracePeriod = Duration.seconds(50)
  private let gracePeriod: Duration
  static let byNode = "node"
  static let leaseNamespace = "kube-node-lease"

  package init(
    client: any ClusterClient, informers: InformerSet, events: any EventSink,
    gracePeriod: Duration = defaultGracePeriod,
    now: @escaping @Sendable () -> Timestamp = { .now() }
  ) {
    self.client = client
    self.events = events
    self.gracePeriod = gracePeriod
    self.now = now
    nodes = informers[.nodes]
    leases = informers[.leases]
    pods = informers[.pods]
    pods.addIndex(Self.byNode) { pod in
      pod[path: "spec", "nodeName"]?.string.map { [$0] } ?? []
    }
    nodes.onChange { [weak self] change in
      let name = ObjectKey(change.object).name
      self?.hear(name)
      self?.queue.add(ObjectKey(namespace: "", name: name))
    }
    leases.onChange { [weak self] change in
      let key = ObjectKey(change.object)
      guard key.namespace == Self.leaseNamespace else { return }
      self?.hear(key.name)
      // Only a node that was given up needs a look because it is heard of again.
      if self?.isGivenUp(key.name) == true {
        self?.queue.add(ObjectKey(namespace: "", name: key.name))
      }
    }
    pods.onChange { [queue] change in
      if case .removed = change { return }
      if let node = change.object[path: "spec", "nodeName"]?.string, !node.isEmpty {
        if case .updated(let old, let new) = change,
          old[path: "spec", "nodeName"] == new[path: "spec", "nodeName"]
        {
          return
        }
        queue.add(ObjectKey(namespace: "", name: node))
      }
    }
  }

  private func hear(_ node: String) { heard.withLock { $0[node] = now() } }

  private func isGivenUp(_ name: String) -> Bool {
    guard let node = nodes[ObjectKey(namespace: "", name: name)] else { return false }
    return Node(node).readiness == "Unknown"
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    guard let node = nodes[key].map({ Node($0) }) else {
      heard.withLock { $0[key.name] = nil }
      return nil
    }
    let silence = (heard.withLock { $0[key.name] } ?? now()).distance(to: now())
    let isLost = silence >= gracePeriod
    if isLost { try await markUnknown(node) }
    let readiness = isLost ? "Unknown" : node.readiness
    try await setTaints(on: node, readiness: readiness)
    if readiness != "True" { try await markPodsNotReady(on: key.name) }
    let nextEviction = try await evict(
      from: key.name, taints: NodeTaints.wanted(on: node, readiness: readiness, now: now()))
    let nextCheck = isLost ? nil : gracePeriod - silence + .milliseconds(100)
    return [nextEviction, nextCheck].compactMap { $0 }.min()
  }

  /// Every condition of a silent node is unknown.
  private func markUnknown(_ node: Node) async throws {
    guard node.readiness != "Unknown" else { return }
    var changed = node
    changed.status.conditions = node.status.conditionsOfSilence(now: now())
    _ = try await client.update(.nodes, namespace: nil, changed.document, subresource: "status")
    events.record(
      OwnerIdentity(.nodes, node.metadata).note(
        .normal, "NodeNotReady",
        "Node \(node.metadata.name ?? "") status is now: NodeNotReady: it was silent for \(gracePeriod)"
      ))
  }

  // MARK: Taints

  private func setTaints(on node: Node, readiness: String) async throws {
    let wanted = NodeTaints.wanted(on: node, readiness: readiness, now: now())
    func identity(_ taints: [Taint]) -> Set<String> {
      Set(taints.map { "\($0.key)=\($0.value ?? ""):\($0.effect)" })
    }
    guard identity(wanted) != identity(node.spec.taints) else { return }
    let patch: Document = [
      "metadata": ["resourceVersion": Document(node.metadata.resourceVersion ?? "")],
      "spec": ["taints": wanted.isEmpty ? .null : wanted.asDocument],
    ]
    if readiness != node.readiness { return queue.add(node.metadata.key) }
    _ = try await client.patch(
      .nodes, namespace: nil, name: node.metadata.name ?? "", Patch(.merge, patch))
  }

  // MARK: Pods

  /// Services must stop sending to the pods of a node that nobody hears of.
  private func markPodsNotReady(on node: String) async throws {
    for pod in pods.objects(Self.byNode, node).map({ Pod($0) })
    where pod.isReady && !pod.isFinished {
      let condition: Document = [
        "type": "Ready", "status": "False", "reason": "NodeNotReady",
        "message": "the node of the pod is not ready",
        "lastTransitionTime": Document(now().description),
      ]
      do {
        _ = try await client.patch(
          .pods, namespace: pod.metadata.namespace, name: pod.metadata.name ?? "",
          subresource: "status", Patch(.strategicMerge, ["status": ["conditions": [condition]]]))
      } catch let error as APIError where error.reason == .notFound {
        continue
      }
    }
  }

  /// Deletes the pods that do not, or no longer, tolerate the node's taints.
  /// - Returns: when the next one's tolerance ends.
  private func evict(from node: String, taints: [Taint]) async throws -> Duration? {
    let executing = taints.filter { $0.effect == "NoExecute" }
    guard !executing.isEmpty else { return nil }
    var next: Duration?
    for pod in pods.objects(Self.byNode, node).map({ Pod($0) })
    where !pod.metadata.isTerminating && !pod.isFinished {
      switch Eviction.of(tolerations: pod.spec.tolerations, taints: executing, now: now()) {
      case .never: continue
      case .after(let wait): next = min(next ?? wait, wait)
      case .now:
        events.record(
          OwnerIdentity(.pods, pod.metadata).note(
            .normal, "TaintManagerEviction",
            "Marking for deletion Pod \(pod.metadata.key)"))
        do {
          _ = try await client.delete(
            .pods, namespace: pod.metadata.namespace, name: pod.metadata.name ?? "",
            options: DeleteOptions(uid: pod.metadata.uid))
        } catch let error as APIError where error.reason == .notFound || error.reason == .conflict {
          continue
        }
      }
    }
    return next
  }

  /// When a pod must leave a tainted node. Pure.
  enum Eviction: Equatable {
    case never
    case after(Duration)
    case now

    static func of(tolerations: [Toleration], taints: [Taint], now: Timestamp) -> Eviction {
      var earliest: Duration?
      for taint in taints {
        // The first that matches counts, as upstream: one without a limit holds for good.
        guard let matching = tolerations.first(where: { $0.tolerates(taint) }) else { return .now }
        guard let limit = matching.tolerationSeconds else { continue }
        let since = (taint.timeAdded ?? now).distance(to: now)
        let left = .seconds(limit) - since
        if left <= .zero { return .now }
        earliest = min(earliest ?? left, left)
      }
      return earliest.map { .after($0) } ?? .never
    }
  }
}

extension Toleration {
  func tolerates(_ taint: Taint) -> Bool {
    if let effect, !effect.isEmpty, effect != taint.effect { return false }
    if let key, !key.isEmpty, key != taint.key { return false }
    return self.operator == "Exists" || (!(key ?? "").isEmpty && value ?? "" == taint.value ?? "")
  }
}

extension Node {
  /// The status of its `Ready` condition; `Unknown` where it has none.
  var readiness: String { status.conditions.first { $0.type == "Ready" }?.status ?? "Unknown" }
}
