package import Foundations
package import Resources
import Synchronization

/// Says in each quota's status how much of it is used.
/// Source: Kubernetes documentation, "Resource Quotas".
package final class ResourceQuotaController: Controller {
  package let name = "resourcequota-controller"
  package let queue = KeyedQueue<ObjectKey>()
  private let client: any ClusterClient
  private let quotas: Informer
  private let informers: [ResourceType: Informer]
  /// The namespaces worth a look when something in them changes.
  private let bounded = Mutex<Set<String>>([])

  /// Changes of one moment are counted once.
  private static let gatherTime = Duration.milliseconds(20)

  /// - Parameter kinds: every kind inside namespaces that can be counted.
  package init(client: any ClusterClient, informers: InformerSet, kinds: [ResourceType]) {
    self.client = client
    quotas = informers[.resourceQuotas]
    self.informers = Dictionary(
      kinds.map { ($0, informers[$0]) }, uniquingKeysWith: { first, _ in first })
    quotas.indexByNamespace()
    quotas.onChange { [weak self] change in
      let namespace = ObjectKey(change.object).namespace
      if case .removed = change {} else { _ = self?.bounded.withLock { $0.insert(namespace) } }
      self?.queue.add(ObjectKey(namespace: "", name: namespace))
    }
    for kind in kinds where kind != .resourceQuotas {
      informers[kind].onChange { [weak self] in self?.look(at: ObjectKey($0.object).namespace) }
    }
  }

  private func look(at namespace: String) {
    guard bounded.withLock({ $0.contains(namespace) }) else { return }
    queue.add(ObjectKey(namespace: "", name: namespace), after: Self.gatherTime)
  }

  /// - Parameter key: its name is a namespace's.
  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    let own = quotas.objects(Informer.byNamespace, key.name)
    bounded.withLock { bounded in
      if own.isEmpty { bounded.remove(key.name) } else { bounded.insert(key.name) }
    }
    for quota in own {
      let bounds = QuotaBounds(quota)
      let used = bounds.used(
        { kind in
          informers[kind]?.objects.filter { ObjectKey($0).namespace == key.name } ?? []
        }, kinds: Array(informers.keys))
      let status: Document = ["hard": bounds.hard.document, "used": used.document]
      guard
        ResourceList(quota[path: "status", "hard"]) != bounds.hard
          || ResourceList(quota[path: "status", "used"]) != used
      else { continue }
      var updated = quota
      updated["status"] = status
      _ = try await client.update(
        .resourceQuotas, namespace: key.name, updated, subresource: "status")
    }
    return nil
  }
}
