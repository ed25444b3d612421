import Foundations
import Resources

/// Who owns whom, by UID.
struct OwnerGraph: Sendable {
  struct Owner: Hashable, Sendable {
    let uid: String
    let group: String
    let kind: String
    let name: String
    let blocksDeletion: Bool
  }

  struct Node: Sendable {
    let uid: String
    let resource: ResourceType
    let key: ObjectKey
    let owners: [Owner]
    let finalizers: [String]
    let isTerminating: Bool

    init(_ object: Document, _ resource: ResourceType) {
      let metadata = ObjectMeta(object["metadata"] ?? .emptyObject)
      uid = metadata.uid ?? ""
      self.resource = resource
      key = metadata.key
      owners = metadata.ownerReferences.map { reference in
        Owner(
          uid: reference.uid,
          group: GroupVersionKind(apiVersion: reference.apiVersion, kind: reference.kind).group,
          kind: reference.kind, name: reference.name,
          blocksDeletion: reference.blockOwnerDeletion == true)
      }
      finalizers = metadata.finalizers
      isTerminating = metadata.isTerminating
    }

    var isWaitingForDependents: Bool {
      isTerminating && finalizers.contains(GarbageCollector.foreground)
    }

    var namespace: String? { resource.isNamespaced ? key.namespace : nil }

    /// Whether the collector may have something to do with it: most objects own nothing, are owned
    /// by nothing, and need no place in the graph beyond their existence.
    var concernsCollector: Bool { !owners.isEmpty || isTerminating && !finalizers.isEmpty }
  }

  private var nodes: [String: Node] = [:]
  private var dependentsByOwner: [String: Set<String>] = [:]

  func node(_ uid: String) -> Node? { nodes[uid] }
  func dependents(_ uid: String) -> [Node] {
    (dependentsByOwner[uid] ?? []).sorted().compactMap { nodes[$0] }
  }

  /// - Returns: the UIDs to look at.
  mutating func upsert(_ node: Node) -> [String] {
    let old = nodes.updateValue(node, forKey: node.uid)
    if old?.owners != node.owners {
      for owner in old?.owners ?? [] { unlink(node.uid, from: owner.uid) }
      for owner in node.owners { dependentsByOwner[owner.uid, default: []].insert(node.uid) }
    }
    var affected = node.concernsCollector ? [node.uid] : []
    // An owner that waits may have waited for this one.
    for owner in Set((old?.owners ?? []) + node.owners)
    where old?.owners != node.owners && nodes[owner.uid]?.isTerminating == true {
      affected.append(owner.uid)
    }
    return affected
  }

  mutating func remove(uid: String) -> [String] {
    guard let node = nodes.removeValue(forKey: uid) else { return [] }
    for owner in node.owners { unlink(uid, from: owner.uid) }
    let dependents = dependentsByOwner[uid].map(Array.init) ?? []
    let waiting = node.owners.map(\.uid).filter { nodes[$0]?.isTerminating == true }
    return dependents + waiting
  }

  private mutating func unlink(_ uid: String, from owner: String) {
    dependentsByOwner[owner]?.remove(uid)
    if dependentsByOwner[owner]?.isEmpty == true { dependentsByOwner[owner] = nil }
  }
}
