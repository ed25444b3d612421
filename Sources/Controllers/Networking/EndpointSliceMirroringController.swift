package import Foundations
package import Resources

/// Keeps slices for Endpoints that somebody wrote for a Service without a selector: proxies and name
/// servers read slices only.
/// Source: Kubernetes documentation, "EndpointSlice mirroring".
package final class EndpointSliceMirroringController: Controller {
  package let name = "endpointslicemirroring-controller"
  package let queue = KeyedQueue<ObjectKey>()
  private let services: Informer
  private let slices: Informer
  private let endpoints: Informer
  private let writer: EndpointSliceWriter

  static let manager = "endpointslicemirroring-controller.k8s.io"
  private static let skipLabel = "endpointslice.kubernetes.io/skip-mirror"
  /// Endpoints that are a lock, as old leader elections used them.
  private static let leaderAnnotation = "control-plane.alpha.kubernetes.io/leader"

  package init(client: any ClusterClient, informers: InformerSet) {
    services = informers[.services]
    slices = informers[.endpointSlices]
    endpoints = informers[.endpoints]
    writer = EndpointSliceWriter(client: client, slices: slices, fieldManager: name)
    slices.indexByService()
    services.onChange { [queue] in queue.add(ObjectKey($0.object)) }
    endpoints.onChange { [queue] in queue.add(ObjectKey($0.object)) }
    slices.onChange { [queue] change in
      let slice = EndpointSlice(change.object)
      let labels = slice.metadata.labels
      guard labels[EndpointSliceController.managerLabel] == Self.manager,
        let service = labels[EndpointSliceController.serviceLabel]
      else { return }
      queue.add(ObjectKey(namespace: slice.metadata.key.namespace, name: service))
    }
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    let existing = slices.slices(of: key, manager: Self.manager)
    guard let source = endpoints[key].map({ Endpoints($0) }), Self.isMirrored(source),
      let service = services[key].map({ Service($0) }), service.spec.selector.isEmpty
    else {
      for slice in existing { try await writer.delete(slice) }
      return nil
    }
    for step in EndpointSlicePlan(mirroring: source).steps(from: existing) {
      try await writer.carryOut(step, owner: OwnerIdentity(.endpoints, source.metadata))
    }
    return nil
  }

  private static func isMirrored(_ endpoints: Endpoints) -> Bool {
    endpoints.metadata.labels[skipLabel] != "true"
      && endpoints.metadata.labels[EndpointsPlan.managerLabel] != EndpointsPlan.manager
      && endpoints.metadata.annotations[leaderAnnotation] == nil
  }
}
