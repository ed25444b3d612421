package import Foundations
package import Resources

/// The way to the pods of another node, as the kernel has it. Nodes on one link are each other's
/// gateways; the others are reached through a tunnel, in which a node's gateway is the first
/// address of its pods' block. Pure.
package struct NodeRoute: Hashable, Sendable {
  package let destination: CIDR
  package let gateway: IPAddress
  package let interface: String
  /// Where the tunnel ends, the other node's own address; `nil` without a tunnel.
  package var tunnelEnd: IPAddress?

  package init(
    destination: CIDR, gateway: IPAddress, interface: String, tunnelEnd: IPAddress? = nil
  ) {
    self.destination = destination
    self.gateway = gateway
    self.interface = interface
    self.tunnelEnd = tunnelEnd
  }

  /// The routes that this node needs, in order of destination.
  /// - Parameters:
  ///   - nodes: all of the cluster, this one too.
  ///   - links: the networks that this machine is on.
  ///   - tunnel: the interface for nodes that are on none of them.
  package static func wanted(
    nodes: [Document], own name: String, links: [LinkNetwork], tunnel: String
  ) -> [NodeRoute] {
    var routes: [CIDR: NodeRoute] = [:]
    for node in nodes.sorted(by: { ObjectKey($0) < ObjectKey($1) })
    where ObjectKey(node).name != name {
      guard let address = address(of: node), let block = block(of: node), routes[block] == nil
      else { continue }
      let link = links.filter { $0.network.contains(address) }
        .max { $0.network.prefixLength < $1.network.prefixLength }
      routes[block] =
        link.map { NodeRoute(destination: block, gateway: address, interface: $0.interface) }
        ?? NodeRoute(
          destination: block, gateway: block.base, interface: tunnel, tunnelEnd: address)
    }
    return routes.values.sorted { $0.destination.base < $1.destination.base }
  }

  /// The node's IPv4 block.
  package static func block(of node: Document) -> CIDR? {
    let spec = node["spec"]
    let texts =
      (spec?["podCIDRs"]?.elements.compactMap(\.string) ?? [])
      + [spec?["podCIDR"]?.string].compactMap(\.self)
    return texts.lazy.compactMap { CIDR($0) }.first { $0.family == .v4 }
  }

  private static func address(of node: Document) -> IPAddress? {
    let addresses = node[path: "status", "addresses"]?.elements.map(\.self) ?? []
    return addresses.lazy.filter { $0["type"]?.string == "InternalIP" }
      .compactMap { $0["address"]?.string }.compactMap { IPAddress($0) }
      .first { $0.family == .v4 }
  }
}

/// The language of `ip -batch`.
extension NodeRoute {
  /// Tells our routes from others'. Free in iproute2's and in the kernel's list of protocols.
  static let kernelProtocol = 77

  /// What brings the kernel from `present` to `wanted`.
  static func changes(from present: [NodeRoute], to wanted: [NodeRoute]) -> [String] {
    let places = Set(wanted.map(\.place))
    let destinations = Set(wanted.map(\.destination))
    let gone = present.filter { !destinations.contains($0.destination) }
      .map { "route del \($0.place) proto \(kernelProtocol)" }
    let known = Set(present.map(\.place)).intersection(places)
    let new = wanted.filter { !known.contains($0.place) }.map { route in
      "route replace \(route.place)\(route.tunnelEnd == nil ? "" : " onlink") proto \(kernelProtocol)"
    }
    return gone + new
  }

  private var place: String { "\(destination) via \(gateway) dev \(interface)" }

  /// Reads what `ip -4 route show` prints. Lines of another form are none of ours.
  static func parse(_ text: String) -> [NodeRoute] {
    text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ").map(String.init)
      guard words.count >= 5, words[1] == "via", words[3] == "dev",
        let destination = CIDR(words[0]) ?? IPAddress(words[0]).map({ CIDR($0, prefixLength: 32) }),
        let gateway = IPAddress(words[2])
      else { return nil }
      return NodeRoute(destination: destination, gateway: gateway, interface: words[4])
    }
  }
}
