package import Foundations
package import Resources

/// Empties a namespace that is being deleted, then lets it go.
package final class NamespaceController: Controller {
  package let name = "namespace-controller"
  package let queue = KeyedQueue<ObjectKey>()
  private let client: any ClusterClient
  private let namespaces: Informer
  private let contents: [ResourceType]

  /// - Parameter contents: every kind that lives in namespaces and can be deleted, pods included.
  package init(client: any ClusterClient, informers: InformerSet, contents: [ResourceType]) {
    self.client = client
    // Pods first: what they need must outlive them.
    self.contents = contents.filter { $0 == .pods } + contents.filter { $0 != .pods }
    namespaces = informers[.namespaces]
    namespaces.onChange { [queue] change in
      if change.object[path: "metadata", "deletionTimestamp"] != nil {
        queue.add(ObjectKey(change.object))
      }
    }
  }

  private static let finalizer = "kubernetes"
  /// How soon to look whether what was deleted is gone.
  private static let lookAgain = Duration.milliseconds(500)

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    guard let namespace = namespaces[key].map({ Namespace($0) }), namespace.metadata.isTerminating,
      namespace.spec.finalizers.contains(Self.finalizer)
    else { return nil }
    var remaining: [(resource: ResourceType, objects: [Document])] = []
    for resource in contents {
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
    let objects = try await client.list(resource, namespace: namespace).items
    for object in objects where object[path: "metadata", "deletionTimestamp"] == nil {
      do {
        _ = try await client.delete(
          resource, namespace: namespace, name: ObjectKey(object).name,
          options: DeleteOptions(propagationPolicy: .background))
      } catch let error as APIError where error.reason == .notFound || error.reason == .conflict {
        continue
      }
    }
    return objects.isEmpty ? [] : try await client.list(resource, namespace: namespace).items
  }

  /// Says on the namespace what it still waits for.
  private func report(
    _ remaining: [(resource: ResourceType, objects: [Document])], on namespace: Namespace
  ) async throws {
    let kinds = remaining.map { "\($0.resource) has \($0.objects.count) resource instances" }
    var finalizers: [String: Int] = [:]
    for object in remaining.flatMap(\.objects) {
      for name in ObjectMeta(object["metadata"] ?? .emptyObject).finalizers {
        finalizers[name, default: 0] += 1
      }
    }
    var conditions: [Document] = [
      condition(
        "NamespaceDeletionDiscoveryFailure", false, "ResourcesDiscovered",
        "All resources successfully discovered"),
      condition(
        "NamespaceDeletionGroupVersionParsingFailure", false, "ParsedGroupVersions",
        "All legacy kube types successfully parsed"),
      condition(
        "NamespaceDeletionContentFailure", false, "ContentDeleted",
        "All content successfully deleted, may be waiting on finalization"),
      condition(
        "NamespaceContentRemaining", true, "SomeResourcesRemain",
        "Some resources are remaining: \(kinds.joined(separator: ", "))"),
    ]
    if finalizers.isEmpty {
      conditions.append(
        condition(
          "NamespaceFinalizersRemaining", false, "ContentHasNoFinalizers",
          "All content-preserving finalizers finished"))
    } else {
      let list = finalizers.keys.sorted().map {
        "\($0) in \(finalizers[$0] ?? 0) resource instances"
      }
      conditions.append(
        condition(
          "NamespaceFinalizersRemaining", true, "SomeFinalizersRemain",
          "Some content in the namespace has finalizers remaining: \(list.joined(separator: ", "))")
      )
    }
    let said = namespace.status.document["conditions"]?.elements.map { $0["message"] } ?? []
    if said == conditions.map({ $0["message"] }) { return }
    _ = try await client.patch(
      .namespaces, namespace: nil, name: namespace.metadata.name ?? "", subresource: "status",
      Patch(.merge, ["status": ["conditions": Document(conditions)]]))
  }

  private func condition(_ type: String, _ holds: Bool, _ reason: String, _ message: String)
    -> Document
  {
    [
      "type": Document(type), "status": holds ? "True" : "False",
      "lastTransitionTime": Document(Timestamp.now().description), "reason": Document(reason),
      "message": Document(message),
    ]
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
