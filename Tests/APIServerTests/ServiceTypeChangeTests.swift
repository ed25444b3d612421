import Resources
import Testing

@testable import APIServer

@Suite("A Service that changes its type")
struct ServiceTypeChangeTests {
  private let balancer: Document = [
    "type": "LoadBalancer", "externalTrafficPolicy": "Local", "healthCheckNodePort": 30001,
    "allocateLoadBalancerNodePorts": true, "loadBalancerClass": "example.com/internal",
    "ports": [["port": 80, "nodePort": 30000], ["port": 81, "nodePort": 30002]],
  ]

  @Test("leaves behind what only the old type has", arguments: ["ClusterIP", "ExternalName"])
  func drops(_ type: String) {
    var spec = balancer
    spec["type"] = Document(type)
    ServiceTypeChange(from: balancer, to: type).drop(from: &spec)
    #expect(spec == ["type": Document(type), "ports": [["port": 80], ["port": 81]]])
  }

  @Test("keeps node ports among types that have them")
  func keeps() {
    var spec = balancer
    spec["type"] = "NodePort"
    ServiceTypeChange(from: balancer, to: "NodePort").drop(from: &spec)
    #expect(spec["ports"] == balancer["ports"])
    #expect(spec["externalTrafficPolicy"] == "Local")
    #expect(spec["loadBalancerClass"] == nil)
    var same = balancer
    ServiceTypeChange(from: balancer, to: "LoadBalancer").drop(from: &same)
    #expect(same == balancer)
  }

  @Test("keeps the port of its health as long as there is a use for it")
  func health() {
    var silent = balancer
    silent["healthCheckNodePort"] = nil
    ServiceTypeChange(from: balancer, to: "LoadBalancer").drop(from: &silent)
    #expect(silent["healthCheckNodePort"] == 30001)
    var open = balancer
    open["externalTrafficPolicy"] = "Cluster"
    ServiceTypeChange(from: balancer, to: "LoadBalancer").drop(from: &open)
    #expect(open["healthCheckNodePort"] == nil)
    var other = balancer
    other["healthCheckNodePort"] = 30009
    ServiceTypeChange(from: balancer, to: "LoadBalancer").drop(from: &other)
    #expect(other["healthCheckNodePort"] == 30009)
  }

  @Test("gives up how traffic comes in with the last address outside")
  func addressesOutside() {
    let old: Document = [
      "type": "ClusterIP", "externalTrafficPolicy": "Cluster", "externalIPs": ["1.2.3.4"],
    ]
    var same = old
    ServiceTypeChange(from: old, to: "ClusterIP").drop(from: &same)
    #expect(same == old)
    var closed = old
    closed["externalIPs"] = nil
    ServiceTypeChange(from: old, to: "ClusterIP").drop(from: &closed)
    #expect(closed == ["type": "ClusterIP"])
  }

  @Test("leaves what the writer changed for validation to judge")
  func changed() {
    var spec = balancer
    spec["type"] = "ClusterIP"
    spec["ports"] = [["port": 80, "nodePort": 30005], ["port": 81, "nodePort": 30002]]
    let ports = spec["ports"]
    ServiceTypeChange(from: balancer, to: "ClusterIP").drop(from: &spec)
    #expect(spec["ports"] == ports)
  }
}
