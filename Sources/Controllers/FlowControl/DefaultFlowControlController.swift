package import Foundations
package import Resources

/// Keeps the default flow schemas and priority levels: makes them again when they are deleted, and
/// mends them when they are changed where they follow the defaults.
package final class DefaultFlowControlController: Controller {
  package let name = "default-flow-control-controller"
  package let queue = KeyedQueue<ObjectKey>()
  package let workersMax = 1
  private let client: any ClusterClient

  /// Keys are `RESOURCE/NAME`.
  package init(client: any ClusterClient, informers: InformerSet) {
    self.client = client
    for resource in [ResourceType.flowSchemas, .priorityLevelConfigurations] {
      informers[resource].onChange { [queue] change in
        let name = ObjectKey(change.object).name
        guard let entry = DefaultFlowControl.all.entry(resource, name) else { return }
        let isGone = if case .removed = change { true } else { false }
        if isGone || DefaultFlowControl.mending(change.object, toward: entry) != nil {
          queue.add(ObjectKey(namespace: resource.plural, name: name))
        }
      }
    }
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    let entries = DefaultFlowControl.all.entries.filter {
      $0.resource.plural == key.namespace && $0.name == key.name
    }
    for entry in entries { try await DefaultFlowControl.ensure(entry, client) }
    return nil
  }
}
