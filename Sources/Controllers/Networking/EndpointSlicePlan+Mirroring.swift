import Foundations
package import Resources

extension EndpointSlicePlan {
  /// Addresses of one subset beyond are left out. Source: upstream's
  /// `--mirroring-max-endpoints-per-subset`.
  private static let mirroredMax = 1000

  /// The slices for Endpoints that somebody wrote by hand.
  package init(mirroring source: Endpoints) {
    var groups: [Group] = []
    for subset in source.subsets {
      let all =
        subset.addresses.map { Self.endpoint($0, isReady: true) }
        + subset.notReadyAddresses.map { Self.endpoint($0, isReady: false) }
      let ports = subset.ports.map(Self.port)
      for family in [IPAddress.Family.v4, .v6] {
        let endpoints = all.prefix(Self.mirroredMax).filter { endpoint in
          endpoint.addresses.first.flatMap { IPAddress($0) }?.family == family
        }
        if !endpoints.isEmpty {
          groups.append(
            Group(
              addressType: family == .v4 ? "IPv4" : "IPv6", ports: ports, endpoints: endpoints))
        }
      }
    }
    var labels = source.metadata.labels
    labels[EndpointSliceController.serviceLabel] = source.metadata.name
    labels[EndpointSliceController.managerLabel] = EndpointSliceMirroringController.manager
    self.init(key: source.metadata.key, labels: labels, groups: groups)
  }

  private static func endpoint(_ address: EndpointAddress, isReady: Bool) -> Endpoint {
    var endpoint = Endpoint()
    endpoint.addresses = [address.ip]
    endpoint.document["conditions"] = ["ready": Document(isReady)]
    endpoint.hostname = address.hostname
    endpoint.nodeName = address.nodeName
    endpoint.targetRef = address.targetRef
    return endpoint
  }

  private static func port(_ port: EndpointPort) -> EndpointSlicePort {
    var copy = EndpointSlicePort()
    copy.name = port.document["name"]?.string ?? ""
    copy.port = port.document["port"]?.integer.map { Int($0) }
    copy.protocol = port.document["protocol"]?.string ?? "TCP"
    copy.appProtocol = port.document["appProtocol"]?.string
    return copy
  }
}
