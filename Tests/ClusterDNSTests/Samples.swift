import Foundations
import Resources

@testable import ClusterDNS

/// A zone and objects for tests, in namespace `default`.
enum Sample {
  static let domain = ClusterDomain(
    "cluster.local", serverAddress: IPAddress("10.43.0.10")!,  // constants
    ownNetworks: [CIDR("10.43.0.0/16")!, CIDR("10.42.0.0/16")!])!

  static func name(_ text: String) -> DomainName { DomainName(text)! }

  static func service(
    _ name: String = "web", _ clusterIP: String = "10.43.0.20",
    ports: [(String?, Int, String)] = [],
    _ change: (inout ServiceSpec) -> Void = { _ in }
  ) -> Service {
    var service = Service(["metadata": ["namespace": "default", "name": Document(name)]])
    service.spec.clusterIP = clusterIP
    service.spec.ports = ports.map {
      var port = ServicePort()
      port.name = $0.0
      port.port = $0.1
      port.protocol = $0.2
      return port
    }
    change(&service.spec)
    return service
  }

  static func slice(
    of name: String = "web", ports: [(String?, Int, String)] = [],
    _ endpoints: [Endpoint]
  ) -> EndpointSlice {
    var slice = EndpointSlice([
      "metadata": [
        "namespace": "default", "name": Document("\(name)-a"),
        "labels": ["kubernetes.io/service-name": Document(name)],
      ],
      "addressType": "IPv4",
    ])
    slice.endpoints = endpoints
    slice.ports = ports.map {
      var port = EndpointSlicePort()
      port.name = $0.0
      port.port = $0.1
      port.protocol = $0.2
      return port
    }
    return slice
  }

  static func endpoint(_ address: String, host: String? = nil, ready: Bool? = true) -> Endpoint {
    var endpoint = Endpoint()
    endpoint.addresses = [address]
    endpoint.hostname = host
    var conditions = EndpointConditions()
    conditions.ready = ready
    endpoint.conditions = conditions
    return endpoint
  }

  static func zone(_ objects: [(Service, [EndpointSlice])], namespaces: [String] = ["default"])
    -> ClusterZone
  {
    var builder = ZoneBuilder(domain)
    for namespace in namespaces { builder.update(namespace: namespace, exists: true) }
    for (service, slices) in objects {
      builder.update(
        ObjectKey(service.document),
        ServiceNames.records(of: service, slices: slices, in: domain))
    }
    return builder.zone
  }
}
