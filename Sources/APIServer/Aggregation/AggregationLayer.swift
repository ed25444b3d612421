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
  private let caller: AggregatedCaller
  private let probe: AggregatedProbe

  /// For each of the answers that a check, or the end of a namespace, needs.
  private static let checkTimeMax = Duration.seconds(5)

  /// - Parameters:
  ///   - apiServices: the cache of the APIServices.
  ///   - own: what this server serves itself.
  ///   - identity: the front proxy's certificate.
  ///   - timeMax: for a whole answer.
  init(
    _ apiServices: WatchCache, own: ResourceCatalog, clients: OutgoingClients,
    identity: Renewable<TLSIdentity>?, timeMax: Duration
  ) {
    services = AggregatedServices(
      apiServices, own: Set(own.groupVersions.map { "\($0.group)/\($0.version)" }))
    proxy = AggregationProxy(clients: clients, identity: identity, timeMax: timeMax)
    caller = AggregatedCaller(
      clients: clients, identity: identity, timeMax: min(timeMax, Self.checkTimeMax))
    probe = AggregatedProbe(caller: caller)
  }

  /// Passes a request on where its path belongs to an aggregated server.
  /// - Parameter seat: what the request holds, which is then given up.
  /// - Returns: whether it does; where not, nothing was done.
  func pass(_ info: RequestInfo, _ seat: RequestSeat?, _ responder: Responder) throws(APIError)
    -> Bool
  {
    guard let service = service(of: info.request.path) else { return false }
    try proxy.pass(info, to: service, seat, responder)
    return true
  }

  private func service(of path: String) -> AggregatedService? {
    guard path.hasPrefix("/openapi/v3/") else { return services.service(path: path) }
    return services.service(path: String(path.dropFirst(11))).flatMap {
      discovered[$0.name]?.openAPIURL == nil ? nil : $0
    }
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
    do throws(AggregatedCaller.Problem) {
      let resources = try await probe.resources(of: service)
      async let openAPIURL = probe.openAPIURL(of: service)
      async let openAPI2 = probe.openAPI2(of: service)
      discovered[service.name] = DiscoveredAPIs.Entry(
        resources: resources, openAPIURL: await openAPIURL, openAPI2: await openAPI2)
      return nil
    } catch {
      return error.description
    }
  }

  /// Deletes what other servers keep in a namespace that is being emptied.
  /// - Returns: what stays for now, and what keeps it.
  package func empty(namespace: String) async -> NamespaceRemains {
    await AggregatedNamespace(caller: caller, namespace: namespace).empty(
      services.all.map { ($0, discovered[$0.name]) })
  }

  /// An APIService is gone.
  package func forget(_ name: String) { discovered[name] = nil }
}
