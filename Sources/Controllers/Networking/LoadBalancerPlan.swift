import Foundations
package import Resources

/// Where Services of type LoadBalancer are reached: at the nodes' own addresses. Pure: the same objects
/// give the same answers.
///
/// An address of a node has each port once. Who has a port keeps it, then the older Service gets it, so
/// that no Service takes another one's clients.
package struct LoadBalancerPlan: Sendable {
  /// What `spec.loadBalancerClass` may say for a Service to be meant; most say nothing.
  package static let className = "martlet.io/node-addresses"

  /// Ports of the nodes that no Service may have, since something else answers there.
  package struct ReservedPorts: Sendable {
    /// By number, who has it.
    package var owners: [Int: String]
    package var nodePorts: ClosedRange<Int>
    /// Of the nodes' Ingress, which has them only while there are Ingresses to serve.
    package var ingress: [Int]

    package init(owners: [Int: String], nodePorts: ClosedRange<Int>, ingress: [Int]) {
      self.owners = owners
      self.nodePorts = nodePorts
      self.ingress = ingress
    }

    /// Whoever has it; `nil` where it is free.
    func owner(of port: Int, besides ownNodePorts: Set<Int>) -> String? {
      if let owner = owners[port] { return owner }
      guard nodePorts.contains(port), !ownNodePorts.contains(port) else { return nil }
      return "the range of node ports (\(nodePorts.lowerBound)-\(nodePorts.upperBound))"
    }
  }

  package struct Outcome: Equatable, Sendable {
    /// In order of the nodes' names.
    package var addresses: [String]
    /// What keeps the Service from an address, or from a part of its use, with the field to change.
    package var problem: String?
  }

  private struct Port: Hashable {
    let number: Int
    let transport: String
  }

  private let reserved: ReservedPorts
  private let nodes: [(name: String, address: String)]
  private let servesIngresses: Bool
  private var owners: [Port: ObjectKey] = [:]
  package private(set) var outcomes: [ObjectKey: Outcome] = [:]

  /// - Parameters:
  ///   - services: of any type; those that are not meant are passed over.
  ///   - nodes: the ready ones take part.
  ///   - endpointNodes: the nodes with a ready endpoint of a Service; asked for policy Local only.
  ///   - servesIngresses: whether the nodes answer on the ports of their Ingress.
  package init(
    _ services: [Service], nodes: [Node], reserved: ReservedPorts, servesIngresses: Bool,
    endpointNodes: (ObjectKey) -> Set<String>
  ) {
    self.reserved = reserved
    self.servesIngresses = servesIngresses
    self.nodes = nodes.compactMap { node in
      IngressAddresses.address(of: node).map { (node.metadata.name ?? "", $0) }
    }.sorted { $0.name < $1.name }
    for service in services.filter(Self.isMeant).sorted(by: Self.isFirst) {
      outcomes[service.metadata.key] = outcome(for: service, endpointNodes)
    }
  }

  /// Whether the nodes are to answer for a Service.
  package static func isMeant(_ service: Service) -> Bool {
    guard service.spec.type == "LoadBalancer", service.metadata.deletionTimestamp == nil else {
      return false
    }
    return service.spec.loadBalancerClass == nil || service.spec.loadBalancerClass == className
  }

  private static func isFirst(_ left: Service, _ right: Service) -> Bool {
    func rank(_ service: Service) -> (Int, Int64) {
      let hasAddress = !(service.status.loadBalancer?.ingress.isEmpty ?? true)
      return (hasAddress ? 0 : 1, Int64(service.metadata.creationTimestamp?.seconds ?? 0))
    }
    let (first, second) = (rank(left), rank(right))
    return first == second ? left.metadata.key < right.metadata.key : first < second
  }

  private mutating func outcome(for service: Service, _ endpointNodes: (ObjectKey) -> Set<String>)
    -> Outcome
  {
    let key = service.metadata.key
    if let refusal = refusal(of: service) { return Outcome(addresses: [], problem: refusal) }
    for port in Self.ports(of: service) { owners[port] = key }
    var taking = nodes
    if service.spec.externalTrafficPolicy == "Local" {
      let names = endpointNodes(key)
      taking = taking.filter { names.contains($0.name) }
    }
    if let wanted = service.spec.loadBalancerIP, !wanted.isEmpty {
      taking = taking.filter { $0.address == wanted }
      if taking.isEmpty {
        return Outcome(
          addresses: [],
          problem: "spec.loadBalancerIP is \(wanted), and no node that may take its requests has "
            + "this address: \(nodes.map(\.address).joined(separator: ", "))")
      }
    }
    return Outcome(addresses: taking.map(\.address), problem: hidden(by: service))
  }

  private static func ports(of service: Service) -> [Port] {
    service.spec.ports.map { Port(number: $0.port, transport: $0.protocol ?? "TCP") }
  }

  private func refusal(of service: Service) -> String? {
    let ownNodePorts = Set(service.spec.ports.compactMap(\.nodePort))
    let hasAddress = !(service.status.loadBalancer?.ingress.isEmpty ?? true)
    for port in Self.ports(of: service) {
      let field = "spec.ports[port=\(port.number)].port"
      let taken = "\(port.number)/\(port.transport) of the nodes"
      if let owner = reserved.owner(of: port.number, besides: ownNodePorts) {
        return "\(taken) belongs to \(owner): choose another \(field)"
      }
      if let other = owners[port] {
        return "\(taken) is taken by Service \(other.namespace)/\(other.name): choose another "
          + "\(field), or delete that Service"
      }
      if servesIngresses, !hasAddress, isIngress(port) {
        return "\(taken) is taken by the nodes' Ingress, which serves Ingresses: choose another "
          + "\(field), or reach this Service through an Ingress"
      }
    }
    return nil
  }

  private func isIngress(_ port: Port) -> Bool {
    port.transport == "TCP" && reserved.ingress.contains(port.number)
  }

  /// A Service that had its port before the first Ingress came keeps it.
  private func hidden(by service: Service) -> String? {
    guard servesIngresses,
      let port = Self.ports(of: service).first(where: isIngress)
    else { return nil }
    return "\(port.number)/TCP of the nodes leads to this Service, so Ingresses of the nodes' own "
      + "class are not reached there: choose another spec.ports[port=\(port.number)].port, or give "
      + "the Ingresses another spec.ingressClassName"
  }
}
