package import Foundations
package import Resources
import Synchronization

/// Deletes what has lost all its owners, and holds owners back that wait for what they own.
/// Source: Kubernetes documentation, "Garbage Collection".
package final class GarbageCollector: Controller {
  package let name = "garbage-collector"
  package let queue = KeyedQueue<ObjectKey>()
  package let workersMax = 10
  private let client: any ClusterClient
  private let graph = Mutex(OwnerGraph())
  private let kinds: ServedKinds

  /// - Parameter kinds: every kind whose objects may own or be owned.
  package init(client: any ClusterClient, informers: InformerSet, kinds: ServedKinds) {
    self.client = client
    self.kinds = kinds
    informers.onChangeOfAnyKind { [weak self] change, kind in self?.take(change, kind) }
  }

  private func take(_ change: Informer.Change, _ kind: ResourceType) {
    let uids: [String] = graph.withLock { graph in
      switch change {
      case .added(let object), .updated(_, let object):
        return graph.upsert(OwnerGraph.Node(object, kind))
      case .removed(let object):
        return graph.remove(uid: object[path: "metadata", "uid"]?.string ?? "")
      }
    }
    for uid in uids { queue.add(ObjectKey(namespace: "", name: uid)) }
  }

  /// - Parameter key: its name is a UID.
  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    let uid = key.name
    guard let node = graph.withLock({ $0.node(uid) }) else { return nil }
    if node.isTerminating {
      if node.finalizers.contains(Self.orphan) { try await orphanDependents(of: node) }
      if node.finalizers.contains(Self.foreground) { try await deleteDependents(of: node) }
      return nil
    }
    guard !node.owners.isEmpty else { return nil }
    try await settle(node)
    return nil
  }

  private static let orphan = "orphan"
  static let foreground = "foregroundDeletion"

  // MARK: Lost owners

  /// Deletes an object without a living owner; drops references to owners that are gone, or wait
  /// for their dependents to go, where another lives.
  private func settle(_ node: OwnerGraph.Node) async throws {
    var states: [String: OwnerState] = [:]
    for owner in node.owners {
      states[owner.uid] = try await state(of: owner, in: node.key.namespace)
    }
    let isAwaited: Bool
    switch OwnerVerdict(states) {
    case .keep: return
    case .release(let owners): return try await drop(owners, from: node)
    case .delete(let isOwnerWaiting): isAwaited = isOwnerWaiting
    }
    // Dependents of a waiting owner wait for their own dependents in turn.
    let dependents = isAwaited ? graph.withLock { $0.dependents(node.uid) } : []
    let policy: PropagationPolicy = dependents.isEmpty ? .background : .foreground
    if dependents.contains(where: \.isWaitingForDependents) {
      // A circle: each would wait for the next for ever, so this one holds nobody back.
      try await unblockOwners(of: node)
    }
    do {
      _ = try await client.delete(
        node.resource, namespace: node.namespace, name: node.key.name,
        options: DeleteOptions(
          propagationPolicy: node.finalizers.contains(Self.orphan) ? .orphan : policy, uid: node.uid
        ))
    } catch let error as APIError where error.reason == .notFound || error.reason == .conflict {
      return
    }
  }

  private func state(of owner: OwnerGraph.Owner, in namespace: String) async throws -> OwnerState {
    if let known = graph.withLock({ $0.node(owner.uid) }) {
      return known.isWaitingForDependents ? .waiting : .alive
    }
    // The graph may not have seen it yet: the API decides.
    let owners = kinds.current.first { ($0.group, $0.kind) == (owner.group, owner.kind) }
    guard let resource = owners else { return .alive }
    do {
      let live = try await client.get(
        resource, namespace: resource.isNamespaced ? namespace : nil, name: owner.name)
      return live[path: "metadata", "uid"]?.string == owner.uid ? .alive : .gone
    } catch let error as APIError where error.reason == .notFound {
      return .gone
    }
  }

  private func drop(_ owners: Set<String>, from node: OwnerGraph.Node) async throws {
    try await rewrite(node) { metadata in
      let kept =
        metadata["ownerReferences"]?.elements.filter {
          !owners.contains($0["uid"]?.string ?? "")
        } ?? []
      metadata["ownerReferences"] = kept.isEmpty ? nil : Document(kept)
    }
  }

  private func unblockOwners(of node: OwnerGraph.Node) async throws {
    try await rewrite(node) { metadata in
      let unblocked = metadata["ownerReferences"]?.elements.map { reference in
        var reference = reference
        if reference["blockOwnerDeletion"] != nil { reference["blockOwnerDeletion"] = false }
        return reference
      }
      metadata["ownerReferences"] = unblocked.map { Document($0) }
    }
  }

  // MARK: Owners on their way out

  private func orphanDependents(of owner: OwnerGraph.Node) async throws {
    for dependent in graph.withLock({ $0.dependents(owner.uid) }) {
      try await drop([owner.uid], from: dependent)
    }
    try await removeFinalizer(Self.orphan, from: owner)
  }

  private func deleteDependents(of owner: OwnerGraph.Node) async throws {
    let dependents = graph.withLock { $0.dependents(owner.uid) }
    let blocking = dependents.filter { dependent in
      dependent.owners.contains { $0.uid == owner.uid && $0.blocksDeletion }
    }
    if blocking.isEmpty { try await removeFinalizer(Self.foreground, from: owner) }
    for dependent in dependents where !dependent.isTerminating { try await settle(dependent) }
  }

  private func removeFinalizer(_ finalizer: String, from node: OwnerGraph.Node) async throws {
    try await rewrite(node) { metadata in
      let kept = metadata["finalizers"]?.elements.filter { $0.string != finalizer } ?? []
      metadata["finalizers"] = kept.isEmpty ? nil : Document(kept)
    }
  }

  /// Changes an object's metadata, if it is still the same object.
  private func rewrite(_ node: OwnerGraph.Node, _ change: (inout Document) -> Void) async throws {
    do {
      var object = try await client.get(
        node.resource, namespace: node.namespace, name: node.key.name)
      guard var metadata = object["metadata"], metadata["uid"]?.string == node.uid else { return }
      let before = metadata
      change(&metadata)
      guard metadata != before else { return }
      object["metadata"] = metadata
      _ = try await client.update(node.resource, namespace: node.namespace, object)
    } catch let error as APIError where error.reason == .notFound {
      return
    }
  }
}
