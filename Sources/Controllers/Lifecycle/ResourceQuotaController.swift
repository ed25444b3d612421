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
  private let informers: InformerSet
  /// The namespaces worth a look when something in them changes.
  private let bounded = Mutex<Set<String>>([])

  /// Changes of one moment are counted once.
  private static let gatherTime = Duration.milliseconds(20)

  /// - Parameter informers: of every kind that can be counted.
  package init(client: any ClusterClient, informers: InformerSet) {
    self.client = client
    quotas = informers[.resourceQuotas]
    self.informers = informers
    quotas.indexByNamespace()
    quotas.onChange { [weak self] change in
      let namespace = ObjectKey(change.object).namespace
      if case .removed = change {} else { _ = self?.bounded.withLock { $0.insert(namespace) } }
      self?.queue.add(ObjectKey(namespace: "", name: namespace))
    }
    informers.onChangeOfAnyKind { [weak self] change, kind in
      guard kind.isNamespaced, kind != .resourceQuotas else { return }
      self?.look(at: ObjectKey(change.object).namespace)
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
    let kinds = informers.anyKind.filter(\.isNamespaced)
    for quota in own {
      let bounds = QuotaBounds(quota)
      let used = bounds.used(
        { kind in
          informers.objects(of: kind).filter { ObjectKey($0).namespace == key.name }
        }, kinds: kinds)
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
