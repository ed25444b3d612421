import Foundations

/// The VXLAN interface that joins this node to those on other links. Nothing is learned from what
/// arrives: who is where follows from the Nodes. Source: RFC 7348; ip-link(8), bridge(8).
struct NodeTunnel: Equatable, Sendable {
  let interface: String
  /// The node's own address, from which packets leave.
  let address: IPAddress
  /// The block of this node's pods.
  let block: CIDR

  /// One for all clusters' nodes: those of another cluster do not know our interfaces' addresses.
  private static let identifier = 7743
  /// Source: IANA.
  private static let port = 4789
  /// What VXLAN puts around a packet over IPv4. Source: RFC 7348, section 5.
  static let overhead = 50

  /// Lines of `ip -batch`.
  /// - Parameter linkMTU: of the interface that packets leave by.
  func setUp(linkMTU: Int) -> [String] {
    [
      "link add \(interface) address \(Self.hardwareAddress(of: block)) "
        + "mtu \(linkMTU - Self.overhead) type vxlan id \(Self.identifier) "
        + "dstport \(Self.port) local \(address) nolearning",
      // What this node itself sends through the tunnel is answered through it.
      "address add \(block.base)/32 dev \(interface)",
      "link set \(interface) up",
    ]
  }

  /// Lines of `ip -batch`.
  func neighbours(of routes: [NodeRoute]) -> [String] {
    routes.filter { $0.tunnelEnd != nil }.map {
      "neighbour replace \($0.gateway) lladdr \(Self.hardwareAddress(of: $0.destination)) "
        + "dev \(interface) nud permanent"
    }
  }

  /// Lines of `bridge -batch`.
  func forwarding(of routes: [NodeRoute]) -> [String] {
    routes.compactMap { route in
      route.tunnelEnd.map {
        "fdb replace \(Self.hardwareAddress(of: route.destination)) dev \(interface) dst \($0) "
          + "self permanent"
      }
    }
  }

  /// Locally administered, and the same on every node that computes it.
  static func hardwareAddress(of block: CIDR) -> String {
    let bytes = [0x0E, 0x4D] + block.base.bytes.suffix(4)
    return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
  }
}
