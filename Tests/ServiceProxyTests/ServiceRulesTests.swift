import Foundations
import Resources
import Testing

@testable import ServiceProxy

@Suite("Rules of Services")
struct ServiceRulesTests {
  private func rules(_ services: [Service], _ slices: [EndpointSlice]) -> ServiceRules {
    ServiceRules(services, slices, in: Sample.surroundings)
  }
  private let two = [Sample.endpoint("10.42.0.2"), Sample.endpoint("10.42.1.3", node: "node-2")]
  private let clusterChain = "cluster-default/web/tcp/80"
  private let outside =
    "ip saddr != { 10.42.0.0/16 } meta mark set meta mark or 0x4000"

  @Test("a cluster IP leads to one of the endpoints, at the port its slices name")
  func clusterIP() {
    let rules = rules([Sample.service()], [Sample.slice(two)])
    #expect(
      rules.elements[.serviceAddresses] == ["10.96.0.10 . tcp . 80": "goto \(clusterChain)"])
    #expect(
      rules.chains == [
        clusterChain: [
          outside,
          "meta l4proto tcp dnat to numgen random mod 2 map "
            + "{ 0 : 10.42.0.2 . 8080, 1 : 10.42.1.3 . 8080 }",
        ]
      ])
    #expect(rules.elements[.ownEndpoints] == ["10.42.0.2 . 10.42.0.2": ""])
    #expect(rules.elements[.clusterAddresses] == ["10.96.0.10": ""])
  }

  @Test("a Service without a cluster IP has no rules", arguments: ["None", "", "fd00::1"])
  func headless(clusterIP: String) {
    let rules = rules([Sample.service("web", clusterIP)], [Sample.slice(two)])
    #expect(rules == ServiceRules([:], table: Sample.surroundings.table))
  }

  @Test("without endpoints, connections are refused", arguments: ["TCP", "UDP", "SCTP"])
  func refused(transport: String) {
    let service = Sample.service(transport: transport, nodePort: 30080)
    let rules = rules([service], [])
    let key = transport.lowercased()
    #expect(rules.chains.isEmpty)
    #expect(rules.elements[.unavailableAddresses] == ["10.96.0.10 . \(key) . 80": "goto refuse"])
    #expect(rules.elements[.unavailableNodePorts] == ["\(key) . 30080": "goto refuse"])
  }

  @Test("endpoints that end serve only while none is ready")
  func terminating() {
    let ending = Sample.endpoint("10.42.0.9", ready: false, serving: true, terminating: true)
    let dead = Sample.endpoint("10.42.0.8", ready: false, serving: false, terminating: true)
    let unready = Sample.endpoint("10.42.0.7", ready: false)
    let fallback = rules([Sample.service()], [Sample.slice([ending, dead, unready])])
    #expect(
      fallback.chains[clusterChain]?.last == "meta l4proto tcp dnat to 10.42.0.9:8080")
    let usual = rules([Sample.service()], [Sample.slice([ending, Sample.endpoint("10.42.0.2")])])
    #expect(usual.chains[clusterChain]?.last == "meta l4proto tcp dnat to 10.42.0.2:8080")
  }

  @Test("an endpoint in two slices counts once")
  func duplicate() {
    let stale = Sample.slice([Sample.endpoint("10.42.0.2", ready: false)])
    let fresh = Sample.slice([Sample.endpoint("10.42.0.2")])
    let rules = rules([Sample.service()], [stale, fresh])
    #expect(rules.chains[clusterChain]?.last == "meta l4proto tcp dnat to 10.42.0.2:8080")
  }

  @Test("node ports masquerade under policy Cluster and keep the client's address under Local")
  func externalPolicy() {
    let cluster = rules([Sample.service(nodePort: 30080)], [Sample.slice(two)])
    #expect(cluster.elements[.nodePorts] == ["tcp . 30080": "goto external-default/web/tcp/80"])
    #expect(
      cluster.chains["external-default/web/tcp/80"] == [
        "meta mark set meta mark or 0x4000", "goto \(clusterChain)",
      ])
    let service = Sample.service(nodePort: 30080) { $0.externalTrafficPolicy = "Local" }
    let local = rules([service], [Sample.slice(two)])
    #expect(
      local.chains["external-default/web/tcp/80"] == [
        "ip saddr { 10.42.0.0/16 } goto \(clusterChain)",
        "fib saddr type local meta mark set meta mark or 0x4000 goto \(clusterChain)",
        "goto local-default/web/tcp/80",
      ])
    #expect(
      local.chains["local-default/web/tcp/80"] == ["meta l4proto tcp dnat to 10.42.0.2:8080"])
  }

  @Test("policy Local drops what only other nodes could answer")
  func localWithoutLocalEndpoints() {
    let service = Sample.service(nodePort: 30080) {
      $0.externalTrafficPolicy = "Local"
      $0.internalTrafficPolicy = "Local"
    }
    let rules = rules([service], [Sample.slice([two[1]])])
    #expect(rules.elements[.unavailableAddresses] == ["10.96.0.10 . tcp . 80": "drop"])
    #expect(rules.elements[.unavailableNodePorts] == ["tcp . 30080": "drop"])
    #expect(rules.elements[.serviceAddresses] == [:])
    #expect(rules.chains["external-default/web/tcp/80"]?.contains("goto local") == false)
  }

  @Test("external IPs and load balancers' IPs lead to the external chain, by their source ranges")
  func externalAddresses() {
    var service = Sample.service {
      $0.externalIPs = ["192.0.2.1"]
      $0.loadBalancerSourceRanges = ["198.51.100.0/24"]
    }
    service.status = ServiceStatus([
      "loadBalancer": ["ingress": [["ip": "192.0.2.2"], ["ip": "192.0.2.3", "ipMode": "Proxy"]]]
    ])
    let rules = rules([service], [Sample.slice(two)])
    let addresses = rules.elements[.serviceAddresses]
    #expect(addresses?["192.0.2.1 . tcp . 80"] == "goto external-default/web/tcp/80")
    #expect(addresses?["192.0.2.2 . tcp . 80"] == "goto balancer-default/web/tcp/80")
    #expect(addresses?["192.0.2.3 . tcp . 80"] == nil)
    #expect(
      rules.chains["balancer-default/web/tcp/80"] == [
        "ip saddr 198.51.100.0/24 goto external-default/web/tcp/80", "drop",
      ])
  }

  @Test("the first of two Services that claim one node port has it")
  func conflict() {
    let services = [
      Sample.service("web", "10.96.0.10", nodePort: 30080),
      Sample.service("api", "10.96.0.11", nodePort: 30080),
    ]
    let rules = rules(services, [Sample.slice(two), Sample.slice(of: "api", two)])
    #expect(rules.elements[.nodePorts] == ["tcp . 30080": "goto external-default/api/tcp/80"])
  }

  @Test("clients with affinity go where they went before")
  func affinity() {
    let service = Sample.service { $0.sessionAffinity = "ClientIP" }
    let rules = rules([service], [Sample.slice(two)])
    let first = "default/web/tcp/80/10.42.0.2/8080"
    let second = "default/web/tcp/80/10.42.1.3/8080"
    #expect(rules.affinitySets == ["clients-\(first)": 10800, "clients-\(second)": 10800])
    #expect(
      rules.chains[clusterChain] == [
        outside,
        "ip saddr @clients-\(first) goto endpoint-\(first)",
        "ip saddr @clients-\(second) goto endpoint-\(second)",
        "numgen random mod 2 vmap { 0 : goto endpoint-\(first), 1 : goto endpoint-\(second) }",
      ])
  }

  @Test("what did not change is not written again")
  func changes() {
    let web = Sample.service()
    let old = rules([web, Sample.service("api", "10.96.0.11")], [Sample.slice(two)])
    #expect(old.changes(from: old).isEmpty)
    let new = rules([web, Sample.service("api", "10.96.0.11")], [Sample.slice([two[0]])])
    #expect(
      new.changes(from: old) == """
        flush chain ip martlet_services \(clusterChain)
        add rule ip martlet_services \(clusterChain) \(outside)
        add rule ip martlet_services \(clusterChain) meta l4proto tcp dnat to 10.42.0.2:8080

        """)
  }

  @Test("removed UDP endpoints are known by the ways that led to them")
  func datagramPaths() {
    let service = Sample.service(transport: "UDP", nodePort: 30053)
    let before = rules([service], [Sample.slice(transport: "UDP", two)])
    let after = rules([service], [Sample.slice(transport: "UDP", [two[0]])])
    #expect(
      before.datagramPaths.subtracting(after.datagramPaths) == [
        DatagramPath(address: "10.96.0.10", port: 80, endpoint: "10.42.1.3"),
        DatagramPath(address: nil, port: 30053, endpoint: "10.42.1.3"),
      ])
  }

  @Test("slices that are for name servers only are nobody's")
  func headlessSlices() {
    var slice = Sample.slice(two)
    let key = ObjectKey(namespace: "default", name: "web")
    #expect(ServiceProxy.serviceKey(ofSlice: slice.document) == key)
    slice.metadata.labels["service.kubernetes.io/headless"] = ""
    #expect(ServiceProxy.serviceKey(ofSlice: slice.document) == nil)
  }
}
