import Foundations
import Networking
package import Resources
import Security
import Store

/// The APIs of other servers behind this one: routing, discovery, and the check of whether they
/// answer. What this server serves itself never comes here.
/// Source: Kubernetes documentation, "Kubernetes API Aggregation Layer".
package final class AggregationLayer: Sendable {
  private let services: AggregatedServices
  private let discovered = DiscoveredAPIs()
  private let proxy: AggregationProxy
  private let probe: AggregatedProbe

  /// - Parameters:
  ///   - apiServices: the cache of the APIServices.
  ///   - own: what this server serves itself.
  ///   - identity: the front proxy's certificate.
  init(
    _ apiServices: WatchCache, own: ResourceCatalog, clients: OutgoingClients,
    identity: Renewable<TLSIdentity>?
  ) {
    services = AggregatedServices(
      apiServices, own: Set(own.groupVersions.map { "\($0.group)/\($0.version)" }))
    proxy = AggregationProxy(clients: clients, identity: identity)
    probe = AggregatedProbe(clients: clients, identity: identity)
  }

  /// Passes a request on where its path belongs to an aggregated server.
  /// - Returns: whether it does; where not, nothing was done.
  func pass(
    _ request: ServerRequest, for user: User, _ trace: RequestTrace?, _ responder: Responder
  ) throws(APIError) -> Bool {
    let path = request.path
    if path.hasPrefix("/openapi/v3/"),
      let service = services.service(path: String(path.dropFirst(11))),
      discovered[service.name]?.openAPIURL != nil
    {
      try proxy.pass(
        request, to: service, target: request.target.raw, for: user, trace, responder)
      return true
    }
    guard let service = services.service(path: path) else { return false }
    try proxy.pass(request, to: service, target: request.target.raw, for: user, trace, responder)
    return true
  }

  /// What discovery tells in addition; `nil` where nothing is aggregated.
  var discovery: AggregatedDiscovery? {
    let all = services.all
    if all.isEmpty { return nil }
    return AggregatedDiscovery(services: all.map { ($0, discovered[$0.name]) })
  }

  /// What other servers publish in OpenAPI v2, for the document that holds everything.
  var openAPI2: [AggregatedOpenAPI] {
    services.all.compactMap { discovered[$0.name]?.openAPI2 }
  }

  /// Asks an aggregated server what it serves, and keeps the answer for discovery.
  /// - Parameter apiService: an APIService with a service.
  /// - Returns: what is wrong with it; `nil` where it answered.
  package func check(_ apiService: Document) async -> String? {
    guard let service = AggregatedService(apiService) else { return nil }
    do throws(AggregatedProbe.Problem) {
      let resources = try await probe.resources(of: service)
      discovered[service.name] = DiscoveredAPIs.Entry(
        resources: resources, openAPIURL: try await probe.openAPIURL(of: service),
        openAPI2: await probe.openAPI2(of: service))
      return nil
    } catch {
      return error.description
    }
  }

  /// An APIService is gone.
  package func forget(_ name: String) { discovered[name] = nil }
}
