package import Foundations
import Resources

/// One address and port that traffic of a service port may go to.
package struct ServiceEndpoint: Hashable, Comparable, Sendable {
  package let address: IPAddress
  package let port: Int
  package let isLocal: Bool
  package let isReady: Bool
  /// Still answers while its pod is being stopped.
  package let isServingLastRequests: Bool

  package static func < (left: Self, right: Self) -> Bool {
    (left.address, left.port) < (right.address, right.port)
  }

  /// The IPv4 endpoints behind a service port, one per address and port, in order of address.
  /// Slices carry the port's number under the name of the service port.
  static func endpoints(
    of servicePort: ServicePort, in slices: [EndpointSlice], nodeName: String
  ) -> [ServiceEndpoint] {
    var found: [ServiceEndpoint] = []
    for slice in slices where slice.addressType == "IPv4" {
      for port in slice.ports
      where (port.name ?? "") == (servicePort.name ?? "")
        && (port.protocol ?? "TCP") == (servicePort.protocol ?? "TCP")
      {
        guard let number = port.port else { continue }
        for endpoint in slice.endpoints {
          if let one = ServiceEndpoint(endpoint, port: number, nodeName: nodeName) {
            found.append(one)
          }
        }
      }
    }
    // While a pod moves between slices it may be in both; the ready one of the two counts.
    found.sort { $0 < $1 || (!($1 < $0) && $0.isReady && !$1.isReady) }
    var distinct: [ServiceEndpoint] = []
    for endpoint in found
    where distinct.last.map({ $0 < endpoint }) ?? true {
      distinct.append(endpoint)
    }
    return distinct
  }

  init(address: IPAddress, port: Int, isLocal: Bool, isReady: Bool, isServingLastRequests: Bool) {
    self.address = address
    self.port = port
    self.isLocal = isLocal
    self.isReady = isReady
    self.isServingLastRequests = isServingLastRequests
  }

  /// `nil` where the first address is not IPv4: the addresses of one endpoint are one place.
  private init?(_ endpoint: Endpoint, port: Int, nodeName: String) {
    guard let address = endpoint.addresses.first.flatMap({ IPAddress($0) }), address.family == .v4
    else { return nil }
    // Unknown readiness is to be read as ready, and unknown serving as readiness (EndpointSlice API).
    let isReady = endpoint.conditions?.ready ?? true
    let isServing = endpoint.conditions?.serving ?? isReady
    self.init(
      address: address, port: port, isLocal: endpoint.nodeName == nodeName, isReady: isReady,
      isServingLastRequests: isServing && endpoint.conditions?.terminating == true)
  }
}

extension [ServiceEndpoint] {
  /// The ready ones; where there is none, those that still serve while they terminate.
  var usable: [ServiceEndpoint] {
    let ready = filter(\.isReady)
    return ready.isEmpty ? filter(\.isServingLastRequests) : ready
  }
}
