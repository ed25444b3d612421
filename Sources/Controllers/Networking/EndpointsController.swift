package import Foundations
package import Resources

/// Publishes the slices of each Service with a selector as Endpoints, for clients that read those.
package final class EndpointsController: Controller {
  package let name = "endpoint-controller"
  package let queue = KeyedQueue<ObjectKey>()
  private let client: any ClusterClient
  private let services: Informer
  private let slices: Informer
  private let endpoints: Informer

  package init(client: any ClusterClient, informers: InformerSet) {
    self.client = client
    services = informers[.services]
    slices = informers[.endpointSlices]
    endpoints = informers[.endpoints]
    slices.indexByService()
    services.onChange { [queue] in queue.add(ObjectKey($0.object)) }
    slices.onChange { [queue] change in
      let slice = EndpointSlice(change.object)
      let labels = slice.metadata.labels
      guard labels[EndpointSliceController.managerLabel] == EndpointSliceController.manager,
        let service = labels[EndpointSliceController.serviceLabel]
      else { return }
      queue.add(ObjectKey(namespace: slice.metadata.key.namespace, name: service))
    }
    endpoints.onChange { [queue] change in
      let metadata = Endpoints(change.object).metadata
      // Only what is ours needs mending.
      guard metadata.labels[EndpointsPlan.managerLabel] == EndpointsPlan.manager else { return }
      queue.add(metadata.key)
    }
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    let found = endpoints[key].map { Endpoints($0) }
    guard let service = services[key].map({ Service($0) }) else {
      // Endpoints are found by the Service's name, whoever wrote them: they go with it.
      if found != nil { try await delete(key) }
      return nil
    }
    guard !service.spec.selector.isEmpty, service.spec.type != "ExternalName" else {
      // Without a selector they are someone else's; ours of before go.
      if found?.metadata.labels[EndpointsPlan.managerLabel] == EndpointsPlan.manager {
        try await delete(key)
      }
      return nil
    }
    let plan = EndpointsPlan(
      service, slices: slices.slices(of: key, manager: EndpointSliceController.manager))
    if let found {
      if plan.isMet(by: found) { return nil }
      var updated = plan.endpoints
      updated.metadata.resourceVersion = found.metadata.resourceVersion
      await see(try await client.update(.endpoints, namespace: key.namespace, updated.document))
    } else {
      await see(
        try await client.create(
          .endpoints, namespace: key.namespace, plan.endpoints.document,
          options: WriteOptions(fieldManager: name)))
    }
    return nil
  }

  /// The next decision starts from what this one wrote.
  private func see(_ written: Document) async {
    let version = written[path: "metadata", "resourceVersion"]
    await endpoints.waitUntil(ObjectKey(written), limit: .seconds(1)) {
      $0?[path: "metadata", "resourceVersion"] == version
    }
  }

  private func delete(_ key: ObjectKey) async throws {
    do {
      _ = try await client.delete(
        .endpoints, namespace: key.namespace, name: key.name, options: DeleteOptions())
    } catch let error as APIError where error.reason == .notFound {
      return
    }
    await endpoints.waitUntil(key, limit: .seconds(1)) { $0 == nil }
  }
}
