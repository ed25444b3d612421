import ClusterDNS
import Controllers
import Foundations
import Resources

/// Makes the cluster's own objects again when someone deletes them: without the `kubernetes`
/// Service no pod finds the API.
final class SystemObjectsController: Controller {
  let name = "system-objects-controller"
  let queue = KeyedQueue<ObjectKey>()
  let workersMax = 1
  private let client: any ClusterClient
  private let objects: SystemObjects

  /// One key for all: they are few, and the whole set is checked.
  private static let everything = ObjectKey(namespace: "", name: "all")
  private static let own: Set<ObjectKey> = [
    ObjectKey(namespace: "default", name: "kubernetes"),
    ObjectKey(namespace: EndpointAnnouncement.namespace, name: EndpointAnnouncement.serviceName),
  ]

  init(_ objects: SystemObjects, client: any ClusterClient, informers: InformerSet) {
    self.objects = objects
    self.client = client
    for kind in [ResourceType.services, .endpointSlices, .endpoints] {
      informers[kind].onChange { [queue] change in
        guard case .removed(let object) = change, Self.own.contains(ObjectKey(object)) else {
          return
        }
        queue.add(Self.everything)
      }
    }
  }

  func reconcile(_ key: ObjectKey) async throws -> Duration? {
    try await objects.ensure(client)
    return nil
  }
}
