package import Foundations
package import Resources

/// Empties a namespace that is being deleted, then lets it go.
package final class NamespaceController: Controller {
  package let name = "namespace-controller"
  package let queue = KeyedQueue<ObjectKey>()
  private let client: any ClusterClient
  private let namespaces: Informer
  private let kinds: ServedKinds

  /// - Parameter kinds: every kind that can be deleted, pods included.
  package init(client: any ClusterClient, informers: InformerSet, kinds: ServedKinds) {
    self.client = client
    self.kinds = kinds
    namespaces = informers[.namespaces]
    namespaces.onChange { [queue] change in
      if change.object[path: "metadata", "deletionTimestamp"] != nil {
        queue.add(ObjectKey(change.object))
      }
    }
  }

  /// Pods first: what they need must outlive them.
  static func deletionOrder(_ contents: [ResourceType]) -> [ResourceType] {
    contents.filter { $0 == .pods } + contents.filter { $0 != .pods }
  }

  private static let finalizer = "kubernetes"
  /// How soon to look whether what was deleted is gone.
  private static let lookAgain = Duration.milliseconds(500)

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    guard let namespace = namespaces[key].map({ Namespace($0) }), namespace.metadata.isTerminating,
      namespace.spec.finalizers.contains(Self.finalizer)
    else { return nil }
    var remaining: [(resource: ResourceType, objects: [Document])] = []
    for resource in Self.deletionOrder(kinds.current.filter(\.isNamespaced)) {
      let left = try await empty(resource, in: key.name)
      if !left.isEmpty { remaining.append((resource, left)) }
      // Nothing else goes while pods are still ending: they may need it.
      if resource == .pods && !left.isEmpty { break }
    }
    if !remaining.isEmpty {
      try await report(remaining, on: namespace)
      return Self.lookAgain
    }
    try await finalize(namespace)
    return nil
  }

  /// Deletes what is there of one kind; returns what stays for now.
  private func empty(_ resource: ResourceType, in namespace: String) async throws -> [Document] {
    let objects = try await list(resource, in: namespace)
    for object in objects where object[path: "metadata", "deletionTimestamp"] == nil {
      do {
        _ = try await client.delete(
          resource, namespace: namespace, name: ObjectKey(object).name,
          options: DeleteOptions(propagationPolicy: .background))
      } catch let error as APIError where error.reason == .notFound || error.reason == .conflict {
        continue
      }
    }
    return objects.isEmpty ? [] : try await list(resource, in: namespace)
  }

  /// A kind that is no longer served has no objects left.
  private func list(_ resource: ResourceType, in namespace: String) async throws -> [Document] {
    do {
      return try await client.list(resource, namespace: namespace).items
    } catch let error as APIError where error.reason == .notFound {
      return []
    }
  }

  /// Says on the namespace what it still waits for.
  private func report(
    _ remaining: [(resource: ResourceType, objects: [Document])], on namespace: Namespace
  ) async throws {
    let told = namespace.status.document["conditions"]?.elements.map { $0 } ?? []
    let conditions = NamespaceDeletionConditions(
      remaining.map { ($0.resource, $0.objects.map { ObjectMeta($0["metadata"] ?? .emptyObject) }) }
    ).documents(after: told, now: .now())
    if told == conditions { return }
    _ = try await client.patch(
      .namespaces, namespace: nil, name: namespace.metadata.name ?? "", subresource: "status",
      Patch(.merge, ["status": ["conditions": Document(conditions)]]))
  }

  private func finalize(_ namespace: Namespace) async throws {
    var finalized = namespace
    finalized.spec.finalizers.removeAll { $0 == Self.finalizer }
    do {
      _ = try await client.update(
        .namespaces, namespace: nil, finalized.document, subresource: "finalize")
    } catch let error as APIError where error.reason == .notFound {
      return
    }
  }
}
