import Foundations
import IngressRouting
import Networking
import Synchronization

/// A backend as requests use it: its endpoints, and the names it is counted under.
struct RoutedBackend: Sendable {
  let endpoints: [BackendEndpoint]
  /// Who asks, where a client is to come to the same endpoint again.
  let stickyClient: IPAddress?
  let name: RequestCounts.RouteName
}

/// The routes in force. Exchanged as a whole; who looked has a value that stays.
final class CurrentRoutes: Sendable {
  private let table = Mutex(RouteTable())

  func use(_ fresh: RouteTable) { table.withLock { $0 = fresh } }

  /// Looks a request's backend up; `nil` where nothing is behind it.
  func backend(of request: ServerRequest) -> RoutedBackend? {
    let host = HostPattern.name(ofHostField: request.headers["host"] ?? "")
    return table.withLock { table in
      guard let route = table.route(host: host, path: request.path) else { return nil }
      let backend = table.backends[route.backend]
      return RoutedBackend(
        endpoints: backend.endpoints,
        stickyClient: backend.hasSessionAffinity ? RequestForwarding.client(of: request) : nil,
        name: RequestCounts.RouteName(
          ingress: route.ingressName, backend: table.names[route.backend]))
    }
  }
}
