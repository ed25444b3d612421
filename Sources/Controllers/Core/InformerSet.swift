package import Resources
import Synchronization

/// The informers that controllers share: one per kind, however many look at it.
package final class InformerSet: Sendable {
  private let client: any ClusterClient
  private let informers = Mutex<[ResourceType: Informer]>([:])

  package init(client: any ClusterClient) { self.client = client }

  /// The informer of a kind, over all namespaces. Ask for all before `run()`.
  package subscript(resource: ResourceType) -> Informer {
    informers.withLock { informers in
      if let informer = informers[resource] { return informer }
      let informer = Informer(resource, client: client)
      informers[resource] = informer
      return informer
    }
  }

  /// Those that were asked for so far.
  package var all: [Informer] { informers.withLock { Array($0.values) } }

  /// Runs them all until the task is cancelled.
  package func run() async {
    let all = all
    await withDiscardingTaskGroup { group in
      for informer in all { group.addTask { await informer.run() } }
    }
  }
}

extension Informer {
  /// Objects by the UID of the owner that controls them.
  package static let byController = "controller"
  package static let byNamespace = "namespace"

  package func indexByController() {
    addIndex(Self.byController) { object in
      ObjectMeta(object["metadata"] ?? .emptyObject).controllerReference.map { [$0.uid] } ?? []
    }
  }

  package func indexByNamespace() {
    addIndex(Self.byNamespace) { [ObjectKey($0).namespace] }
  }
}
