import Foundations
import Resources
import Testing

@testable import NodeAgent

@Suite struct NodeRouteTests {
  private func node(_ name: String, _ block: String?, _ address: String?) -> Document {
    var node: Document = ["metadata": ["name": Document(name)]]
    if let block { node["spec"] = ["podCIDR": Document(block), "podCIDRs": [Document(block)]] }
    if let address {
      node["status"] = [
        "addresses": [
          ["type": "Hostname", "address": Document(name)],
          ["type": "InternalIP", "address": Document(address)],
        ]
      ]
    }
    return node
  }

  private func wanted(_ nodes: [Document]) throws -> [NodeRoute] {
    NodeRoute.wanted(
      nodes: nodes, own: "own",
      links: [
        LinkNetwork(interface: "wide0", network: try #require(CIDR("192.0.0.0/16"))),
        LinkNetwork(interface: "eth0", network: try #require(CIDR("192.0.2.0/24"))),
      ], tunnel: "martlet0vx")
  }

  private let own: Document = [
    "metadata": ["name": "own"], "spec": ["podCIDR": "10.42.0.0/24"],
    "status": ["addresses": [["type": "InternalIP", "address": "192.0.2.7"]]],
  ]

  @Test("nodes on a link are gateways by the narrowest network, others are reached by the tunnel")
  func ways() throws {
    let routes = try wanted([
      node("c", "10.42.2.0/24", "203.0.113.9"), own, node("b", "10.42.1.0/24", "192.0.2.8"),
      node("d", "10.42.3.0/24", "192.0.3.8"),
    ])
    #expect(
      NodeRoute.changes(from: [], to: routes) == [
        "route replace 10.42.1.0/24 via 192.0.2.8 dev eth0 proto 77",
        "route replace 10.42.2.0/24 via 10.42.2.0 dev martlet0vx onlink proto 77",
        "route replace 10.42.3.0/24 via 192.0.3.8 dev wide0 proto 77",
      ])
  }

  @Test("a node without addresses of its own or for its pods has no route")
  func incomplete() throws {
    #expect(
      try wanted([own, node("b", nil, "192.0.2.8"), node("c", "10.42.1.0/24", nil)]).isEmpty)
  }

  @Test("what the kernel has is read back; what is right stays, what moved is replaced")
  func changes() throws {
    let present = NodeRoute.parse(
      """
      10.42.1.0/24 via 192.0.2.8 dev eth0
      10.42.2.0/24 via 192.0.2.9 dev eth0
      10.42.3.0/24 via 10.42.3.0 dev martlet0vx onlink
      10.42.4.1 via 192.0.2.9 dev eth0
      10.42.5.0/24 dev martlet0 scope link
      """)
    #expect(present.count == 4)
    let routes = try wanted([
      own, node("b", "10.42.1.0/24", "192.0.2.8"), node("c", "10.42.2.0/24", "192.0.2.10"),
      node("d", "10.42.3.0/24", "203.0.113.9"),
    ])
    #expect(
      NodeRoute.changes(from: present, to: routes) == [
        "route del 10.42.4.1/32 via 192.0.2.9 dev eth0 proto 77",
        "route replace 10.42.2.0/24 via 192.0.2.10 dev eth0 proto 77",
      ])
  }

  @Test("the tunnel's ends know each other's interface by the pods' addresses")
  func tunnel() throws {
    let tunnel = NodeTunnel(
      interface: "martlet0vx", address: try #require(IPAddress("192.0.2.7")),
      block: try #require(CIDR("10.42.0.0/24")))
    let routes = try wanted([
      own, node("b", "10.42.1.0/24", "192.0.2.8"), node("c", "10.42.2.0/24", "203.0.113.9"),
    ])
    #expect(tunnel.setUp(linkMTU: 1500).first?.contains("mtu 1450 type vxlan") == true)
    #expect(
      tunnel.neighbours(of: routes) == [
        "neighbour replace 10.42.2.0 lladdr 0e:4d:0a:2a:02:00 dev martlet0vx nud permanent"
      ])
    #expect(
      tunnel.forwarding(of: routes) == [
        "fdb replace 0e:4d:0a:2a:02:00 dev martlet0vx dst 203.0.113.9 self permanent"
      ])
  }
}
