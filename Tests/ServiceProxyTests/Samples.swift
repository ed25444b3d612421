import Foundations
import Resources

@testable import ServiceProxy

/// Services and slices for tests, in namespace `default`.
enum Sample {
  static let surroundings = ServiceFragment.Surroundings(
    nodeName: "node-1", podNetworks: [CIDR("10.42.0.0/16")!],  // a constant
    table: "martlet_services")

  static func service(
    _ name: String = "web", _ clusterIP: String = "10.96.0.10", port: Int = 80,
    transport: String = "TCP", nodePort: Int? = nil,
    _ change: (inout ServiceSpec) -> Void = { _ in }
  ) -> Service {
    var service = Service(["metadata": ["namespace": "default", "name": Document(name)]])
    service.spec.clusterIP = clusterIP
    var servicePort = ServicePort()
    servicePort.name = "main"
    servicePort.port = port
    servicePort.protocol = transport
    servicePort.nodePort = nodePort
    service.spec.ports = [servicePort]
    change(&service.spec)
    return service
  }

  static func slice(
    of name: String = "web", port: Int = 8080, transport: String = "TCP", _ endpoints: [Endpoint]
  ) -> EndpointSlice {
    var slice = EndpointSlice([
      "metadata": [
        "namespace": "default", "name": Document(name + "-a"),
        "labels": ["kubernetes.io/service-name": Document(name)],
      ],
      "addressType": "IPv4",
      "ports": [
        ["name": "main", "port": Document(port), "protocol": Document(transport)],
        ["name": "other", "port": 9999, "protocol": Document(transport)],
      ],
    ])
    slice.endpoints = endpoints
    return slice
  }

  static func endpoint(
    _ address: String, node: String = "node-1", ready: Bool = true, serving: Bool? = nil,
    terminating: Bool = false
  ) -> Endpoint {
    var endpoint = Endpoint()
    endpoint.addresses = [address]
    endpoint.nodeName = node
    var conditions = EndpointConditions()
    conditions.ready = ready
    conditions.serving = serving
    conditions.terminating = terminating
    endpoint.conditions = conditions
    return endpoint
  }
}
