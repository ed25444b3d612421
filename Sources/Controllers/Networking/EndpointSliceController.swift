package import Foundations
package import Resources

/// Publishes the addresses of the pods behind each Service with a selector, as EndpointSlices.
package final class EndpointSliceController: Controller {
  package let name = "endpointslice-controller"
  package let queue = KeyedQueue<ObjectKey>()
  private let services: Informer
  private let pods: Informer
  private let nodes: Informer
  private let slices: Informer
  private let writer: EndpointSliceWriter

  package init(client: any ClusterClient, informers: InformerSet) {
    services = informers[.services]
    pods = informers[.pods]
    nodes = informers[.nodes]
    slices = informers[.endpointSlices]
    writer = EndpointSliceWriter(client: client, slices: slices, fieldManager: name)
    pods.indexByNamespace()
    services.indexByNamespace()
    slices.indexByService()
    services.onChange { [queue] in queue.add(ObjectKey($0.object)) }
    pods.onChange { [weak self] in self?.podChanged($0) }
    slices.onChange { [queue] change in
      // Only a slice of ours that someone else changed needs mending.
      let slice = change.object
      guard slice[path: "metadata", "labels", Self.managerLabel]?.string == Self.manager,
        let service = slice[path: "metadata", "labels", Self.serviceLabel]?.string
      else { return }
      queue.add(ObjectKey(namespace: ObjectKey(slice).namespace, name: service))
    }
  }

  static let serviceLabel = "kubernetes.io/service-name"
  static let managerLabel = "endpointslice.kubernetes.io/managed-by"
  static let manager = "endpointslice-controller.k8s.io"

  private func podChanged(_ change: Informer.Change) {
    if case .updated(let old, let new) = change, !Self.matters(Pod(old), Pod(new)) { return }
    for object in change.states {
      let metadata = ObjectMeta(object["metadata"] ?? .emptyObject)
      for service in services.objects(Informer.byNamespace, metadata.namespace ?? "") {
        let selector = Service(service).spec.selector
        if !selector.isEmpty && LabelSelector(labels: selector).matches(metadata.labels) {
          queue.add(ObjectKey(service))
        }
      }
    }
  }

  /// Whether a pod's change can change an endpoint.
  private static func matters(_ old: Pod, _ new: Pod) -> Bool {
    old.metadata.labels != new.metadata.labels || old.status.podIPs != new.status.podIPs
      || old.isReady != new.isReady || old.status.phase != new.status.phase
      || old.spec.nodeName != new.spec.nodeName
      || old.metadata.isTerminating != new.metadata.isTerminating
      || old.spec.hostname != new.spec.hostname || old.spec.subdomain != new.spec.subdomain
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    let existing = slices.objects(Informer.byService, key.description).map { EndpointSlice($0) }
      .filter { $0.metadata.labels[Self.managerLabel] == Self.manager }
    guard let service = services[key].map({ Service($0) }),
      !service.spec.selector.isEmpty, service.spec.type != "ExternalName"
    else {
      // Without a selector the slices are someone else's; ours of before go with the service.
      for slice in existing { try await writer.delete(slice) }
      return nil
    }
    let selector = LabelSelector(labels: service.spec.selector)
    let members = pods.objects(Informer.byNamespace, key.namespace).map { Pod($0) }
      .filter { selector.matches($0.metadata.labels) }
    let zones = { [nodes] (node: String) -> String? in
      nodes[ObjectKey(namespace: "", name: node)]?[
        path: "metadata", "labels", "topology.kubernetes.io/zone"]?.string
    }
    let wanted = EndpointSlicePlan(service: service, pods: members, zoneOfNode: zones)
    for step in wanted.steps(from: existing) {
      try await writer.carryOut(step, owner: OwnerIdentity(.services, service.metadata))
    }
    return nil
  }
}
