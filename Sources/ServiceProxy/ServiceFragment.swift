package import Foundations
package import Resources

/// The rules of one Service: depends on nothing but it, its slices and the node, so it is kept until
/// one of them changes.
package struct ServiceFragment: Equatable, Sendable {
  package internal(set) var chains: [String: [String]] = [:]
  package internal(set) var elements: [ServiceRules.Collection: [String: String]] = [:]
  package internal(set) var affinitySets: [String: Int] = [:]
  package internal(set) var datagramPaths: Set<DatagramPath> = []

  /// What of the node the rules depend on.
  package struct Surroundings: Equatable, Sendable {
    package let nodeName: String
    /// Where pods of the whole cluster live. Others that call a cluster IP are masqueraded, so that
    /// the answers find back through this node.
    package let podNetworks: [CIDR]

    /// The family and name of this node's table.
    package let table: String

    /// - Parameter table: the name of this node's table, in the family `ip`.
    package init(nodeName: String, podNetworks: [CIDR], table: String) {
      self.table = "ip \(table)"
      self.nodeName = nodeName
      self.podNetworks = podNetworks.filter { $0.family == .v4 }
    }
  }

  /// Nothing for a Service without a cluster IP, and for one that names another proxy.
  package init(_ service: Service, slices: [EndpointSlice], in surroundings: Surroundings) {
    guard service.spec.type != "ExternalName",
      service.metadata.labels["service.kubernetes.io/service-proxy-name"] == nil,
      let clusterIP = Self.addresses([service.spec.clusterIP ?? ""] + service.spec.clusterIPs).first
    else { return }
    elements[.clusterAddresses, default: [:]][clusterIP] = ""
    for port in service.spec.ports where (1...65535).contains(port.port) {
      let endpoints = ServiceEndpoint.endpoints(
        of: port, in: slices, nodeName: surroundings.nodeName)
      guard
        let plan = ServicePortPlan(
          service: service, port: port, clusterIP: clusterIP, endpoints: endpoints,
          podNetworks: surroundings.podNetworks)
      else { continue }
      plan.add(to: &self)
    }
  }

  /// The IPv4 ones among texts, each once, in order.
  static func addresses(_ texts: [String]) -> [String] {
    var seen: Set<String> = []
    return texts.compactMap { text in
      guard let address = IPAddress(text), address.family == .v4 else { return nil }
      return seen.insert(address.description).inserted ? address.description : nil
    }
  }
}
