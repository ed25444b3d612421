package import Foundations
package import Resources

/// Tells of each APIService whether the server behind it answers.
package final class APIServiceAvailabilityController: Controller {
  package let name = "apiservice-availability-controller"
  package let queue = KeyedQueue<ObjectKey>()
  private let client: any ClusterClient
  private let apiServices: Informer
  private let services: Informer
  private let slices: Informer
  private let probe: @Sendable (Document) async -> String?
  private let forget: @Sendable (String) -> Void
  private let now: @Sendable () -> Timestamp

  /// How often a server that answers is asked again. Source: upstream's resync of its informers.
  private static let checkInterval = Duration.seconds(30)
  /// The same, of one that does not.
  private static let retryInterval = Duration.seconds(5)
  private static let byService = "service"

  /// - Parameters:
  ///   - probe: asks the server behind an APIService; returns what is wrong with it.
  ///   - forget: an APIService of this name is gone.
  package init(
    client: any ClusterClient, informers: InformerSet,
    probe: @escaping @Sendable (Document) async -> String?,
    forget: @escaping @Sendable (String) -> Void,
    now: @escaping @Sendable () -> Timestamp = { .now() }
  ) {
    self.client = client
    self.probe = probe
    self.forget = forget
    self.now = now
    apiServices = informers[.apiServices]
    services = informers[.services]
    slices = informers[.endpointSlices]
    slices.indexByService()
    apiServices.addIndex(Self.byService) { apiService in
      guard let service = apiService[path: "spec", "service"], service.isObject else { return [] }
      return ["\(service["namespace"]?.string ?? "")/\(service["name"]?.string ?? "")"]
    }
    apiServices.onChange { [queue] in queue.add(ObjectKey($0.object)) }
    services.onChange { [weak self] change in
      self?.changed(behind: ObjectKey(change.object))
    }
    slices.onChange { [weak self] change in
      let labels = change.object[path: "metadata", "labels"]
      guard let service = labels?[EndpointSliceController.serviceLabel]?.string else { return }
      let namespace = ObjectKey(change.object).namespace
      self?.changed(behind: ObjectKey(namespace: namespace, name: service))
    }
  }

  private func changed(behind service: ObjectKey) {
    let term = "\(service.namespace)/\(service.name)"
    for apiService in apiServices.objects(Self.byService, term) {
      queue.add(ObjectKey(apiService))
    }
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    guard let apiService = apiServices[key] else {
      forget(key.name)
      return nil
    }
    let reference = apiService[path: "spec", "service"]
    let service = ObjectKey(
      namespace: reference?["namespace"]?.string ?? "", name: reference?["name"]?.string ?? "")
    let verdict = APIServiceAvailability(
      apiService, service: services[service].map { Service($0) },
      slices: slices.objects(
        Informer.byService, "\(service.namespace)/\(service.name)"
      ).map { EndpointSlice($0) })
    let condition: APIServiceAvailability.Condition
    switch verdict {
    case .known(let known): condition = known
    case .needsProbe: condition = APIServiceAvailability.probed(problem: await probe(apiService))
    }
    try await write(condition, to: apiService, key)
    if condition == APIServiceAvailability.local { return nil }
    return condition.isAvailable ? Self.checkInterval : Self.retryInterval
  }

  private func write(
    _ condition: APIServiceAvailability.Condition, to apiService: Document, _ key: ObjectKey
  ) async throws {
    let conditions = condition.replacing(
      in: apiService[path: "status", "conditions"], now: now())
    guard let conditions else { return }
    var changed = apiService
    changed.set(conditions, at: ["status", "conditions"])
    do {
      _ = try await client.update(
        .apiServices, namespace: nil, changed, subresource: "status")
    } catch let error as APIError where error.reason == .notFound {
      return
    }
  }
}
