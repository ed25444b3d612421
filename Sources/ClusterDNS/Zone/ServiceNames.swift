import Foundations
package import Resources

/// The names that one Service gives rise to, with what they say. A name without records exists all
/// the same: something stands below it.
///
/// Source: Kubernetes DNS-Based Service Discovery, 2.3 to 2.5.
package struct ServiceNames {
  private(set) var records: [DomainName: [RecordData]] = [:]
  private let service: Service
  private let name: DomainName

  /// - Parameter slices: those of the Service.
  package static func records(
    of service: Service, slices: [EndpointSlice], in domain: ClusterDomain
  ) -> [DomainName: [RecordData]] {
    guard let namespace = ClusterDomain.label(service.metadata.namespace ?? ""),
      let name = ClusterDomain.label(service.metadata.name ?? ""),
      let whole = namespace.below(domain.services).flatMap({ name.below($0) })
    else { return [:] }
    var names = ServiceNames(service: service, name: whole)
    if service.spec.type == "ExternalName" {
      names.addExternal()
    } else if service.spec.clusterIP == "None" {
      names.addHeadless(slices)
    } else {
      names.addClusterIP()
    }
    return names.records
  }

  private init(service: Service, name: DomainName) {
    self.service = service
    self.name = name
  }

  private mutating func add(_ data: RecordData, to name: DomainName) {
    // Endpoints are in two slices for a moment when they move.
    if records[name]?.contains(data) != true { records[name, default: []].append(data) }
  }

  private mutating func addExternal() {
    guard let target = DomainName(service.spec.externalName ?? "") else { return }
    add(.alias(target), to: name)
  }

  private mutating func addClusterIP() {
    let texts = service.spec.clusterIPs + [service.spec.clusterIP ?? ""]
    let addresses = texts.compactMap { IPAddress($0) }
    guard !addresses.isEmpty else { return }
    for address in addresses {
      add(.address(address), to: name)
      add(.pointer(name), to: ReverseName.of(address))
    }
    for port in service.spec.ports {
      guard let place = place(port.name, port.protocol), let number = UInt16(exactly: port.port)
      else { continue }
      add(location(number, name, of: 1), to: place)
    }
  }

  private mutating func addHeadless(_ slices: [EndpointSlice]) {
    let unready = service.spec.publishNotReadyAddresses == true
    for slice in slices where slice.addressType == "IPv4" || slice.addressType == "IPv6" {
      // Unknown readiness is to be read as ready (EndpointSlice API).
      let endpoints = slice.endpoints.filter { unready || $0.conditions?.ready ?? true }
      for endpoint in endpoints {
        let addresses = endpoint.addresses.compactMap { IPAddress($0) }
        for address in addresses {
          guard let host = host(endpoint, address) else { continue }
          add(.address(address), to: name)
          add(.address(address), to: host)
          add(.pointer(host), to: ReverseName.of(address))
          for port in slice.ports {
            guard let place = place(port.name, port.protocol),
              let number = port.port.flatMap({ UInt16(exactly: $0) })
            else { continue }
            add(location(number, host, of: endpoints.count), to: place)
          }
        }
      }
    }
  }

  /// The endpoint's own name: its host name, or its address with dashes.
  private func host(_ endpoint: Endpoint, _ address: IPAddress) -> DomainName? {
    if let hostname = endpoint.hostname, let label = ClusterDomain.label(hostname) {
      return label.below(name)
    }
    let label = String(address.description.map { $0 == "." || $0 == ":" ? "-" : $0 })
    return ClusterDomain.label(label)?.below(name)
  }

  /// `_http._tcp.web.default.svc.cluster.local`; `nil` for ports without a name.
  private mutating func place(_ port: String?, _ transport: String?) -> DomainName? {
    guard let port, !port.isEmpty, let first = ClusterDomain.label("_\(port)"),
      let second = ClusterDomain.label("_\((transport ?? "TCP").lowercased())")?.below(name),
      let place = first.below(second)
    else { return nil }
    records[second, default: []] += []
    return place
  }

  /// Equal weights that add up to about 100, as clients expect from CoreDNS.
  private func location(_ port: UInt16, _ target: DomainName, of count: Int) -> RecordData {
    .service(ServiceLocation(weight: UInt16(max(1, 100 / count)), port: port, target: target))
  }
}
