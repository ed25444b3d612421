package import Resources

/// Where a Service can be reached from this process: at one of its ready endpoints. The cluster's
/// own addresses are not needed for that, which hold on nodes only.
package struct ServiceResolver: Sendable {
  package struct Address: Hashable, Sendable {
    package let host: String
    package let port: Int
  }

  private let service: @Sendable (_ namespace: String, _ name: String) -> Document?
  private let slices: @Sendable (_ namespace: String) -> [Document]

  /// - Parameters:
  ///   - service: reads a Service.
  ///   - slices: the EndpointSlices of a namespace.
  package init(
    service: @escaping @Sendable (_ namespace: String, _ name: String) -> Document?,
    slices: @escaping @Sendable (_ namespace: String) -> [Document]
  ) {
    self.service = service
    self.slices = slices
  }

  init(_ reader: CacheReader) {
    self.init(
      service: { reader.object(.services, $0, $1) },
      slices: { reader.objects(.endpointSlices, in: $0) })
  }

  /// Every address that serves a port of a Service, in no order.
  /// - Throws: 404 without the Service, 503 while nothing serves the port.
  package func addresses(namespace: String, name: String, port: Int) throws(APIError) -> [Address] {
    guard let found = service(namespace, name) else { throw .notFound(.services, name) }
    let service = Service(found)
    if service.spec.type == "ExternalName" {
      return [Address(host: service.spec.externalName ?? "", port: port)]
    }
    let own = slices(namespace).filter {
      $0[path: "metadata", "labels", "kubernetes.io/service-name"]?.string == name
    }
    return try ProxyName(name: name, port: String(port)).targets(
      service: service, slices: own.map { EndpointSlice($0) }
    ).map { Address(host: $0.host, port: $0.port) }
  }
}
