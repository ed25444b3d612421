package import Foundations
package import Resources

/// Empties a namespace that is being deleted, then lets it go.
package final class NamespaceController: Controller {
  package let name = "namespace-controller"
  package let queue = KeyedQueue<ObjectKey>()
  private let client: any ClusterClient
  private let namespaces: Informer
  private let kinds: ServedKinds
  private let events: any EventSink
  private let now: @Sendable () -> Timestamp
  private let emptyOthers: @Sendable (String) async -> NamespaceRemains

  /// - Parameters:
  ///   - kinds: every kind that can be deleted, pods included.
  ///   - emptyOthers: deletes what servers behind this one keep in a namespace.
  package init(
    client: any ClusterClient, informers: InformerSet, kinds: ServedKinds,
    events: any EventSink, now: @escaping @Sendable () -> Timestamp = { .now() },
    emptyOthers: @escaping @Sendable (String) async -> NamespaceRemains
  ) {
    self.client = client
    self.kinds = kinds
    self.events = events
    self.now = now
    self.emptyOthers = emptyOthers
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
  /// The same, where something is wrong.
  private static let tryAgain = Duration.seconds(5)
  /// How long a namespace waits for servers behind this one that cannot be asked or do not delete. In
  /// Kubernetes it waits for as long as they are wrong: a bad server would hold up everybody's
  /// namespaces here.
  private static let patience = Duration.seconds(300)
  /// What an Event holds of it.
  private static let toldCharactersMax = 800

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    guard let namespace = namespaces[key].map({ Namespace($0) }), namespace.metadata.isTerminating,
      namespace.spec.finalizers.contains(Self.finalizer)
    else { return nil }
    let remains = try await empty(key.name)
    if !remains.kinds.isEmpty {
      try await report(remains, on: namespace)
      return Self.lookAgain
    }
    if remains.isHindered {
      let waited = (namespace.metadata.deletionTimestamp ?? now()).distance(to: now())
      guard waited >= Self.patience else {
        try await report(remains, on: namespace)
        return Self.tryAgain
      }
      giveUp(on: remains, in: namespace)
    }
    try await finalize(namespace)
    return nil
  }

  private func giveUp(on remains: NamespaceRemains, in namespace: Namespace) {
    events.record(
      OwnerIdentity(.namespaces, namespace.metadata).note(
        .warning, "NamespaceContentUnknown",
        "the namespace goes without an answer of servers that may keep something in it: "
          + (remains.undiscovered + remains.failures).joined(separator: ", ")
          .prefix(Self.toldCharactersMax)))
  }

  private func empty(_ namespace: String) async throws -> NamespaceRemains {
    var remains = NamespaceRemains()
    for resource in Self.deletionOrder(kinds.current.filter(\.isNamespaced)) {
      remains.note(resource, try await empty(resource, in: namespace))
      // Nothing else goes while pods are still ending: they may need it.
      if resource == .pods && !remains.isEmpty { return remains }
    }
    remains.note(await emptyOthers(namespace))
    return remains
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
    _ remains: NamespaceRemains, on namespace: Namespace
  ) async throws {
    let told = namespace.status.document["conditions"]?.elements.map { $0 } ?? []
    let conditions = NamespaceDeletionConditions(remains).documents(after: told, now: now())
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
