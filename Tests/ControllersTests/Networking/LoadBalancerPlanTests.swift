import Foundations
import Resources
import Testing

@testable import Controllers

@Suite struct LoadBalancerPlanTests {
  private let reserved = LoadBalancerPlan.ReservedPorts(
    owners: [6443: "the API server"], nodePorts: 30000...32767, ingress: [80, 443])

  private func node(_ name: String, _ address: String, ready: Bool = true) -> Node {
    Node([
      "metadata": ["name": Document(name)],
      "status": [
        "conditions": [["type": "Ready", "status": ready ? "True" : "False"]],
        "addresses": [["type": "InternalIP", "address": Document(address)]],
      ],
    ])
  }

  private var nodes: [Node] {
    [node("b", "10.0.0.2"), node("a", "10.0.0.1"), node("c", "10.0.0.3", ready: false)]
  }

  /// - Parameter made: when, in seconds of the year 2026.
  private func service(
    _ name: String, _ port: Int, made: Int = 0, address: String? = nil,
    _ spec: [String: Document] = [:]
  ) -> Service {
    var service = Service([
      "metadata": [
        "name": Document(name), "namespace": "default",
        "creationTimestamp": Document("2026-01-01T00:00:0\(made)Z"),
      ],
      "spec": ["type": "LoadBalancer", "ports": [["port": Document(port), "protocol": "TCP"]]],
    ])
    for (field, value) in spec { service.document.set(value, at: ["spec", field]) }
    if let address {
      service.document["status"] = ["loadBalancer": ["ingress": [["ip": Document(address)]]]]
    }
    return service
  }

  private func plan(
    _ services: [Service], servesIngresses: Bool = false, endpointNodes: Set<String> = []
  ) -> [String: LoadBalancerPlan.Outcome] {
    let plan = LoadBalancerPlan(
      services, nodes: nodes, reserved: reserved, servesIngresses: servesIngresses,
      endpointNodes: { _ in endpointNodes })
    return Dictionary(
      plan.outcomes.map { ($0.key.name, $0.value) }, uniquingKeysWith: { first, _ in first })
  }

  private let everywhere = LoadBalancerPlan.Outcome(
    addresses: ["10.0.0.1", "10.0.0.2"], problem: nil)

  @Test("a Service is reached at the addresses of all ready nodes, in order of their names")
  func all() {
    #expect(plan([service("web", 8080)]) == ["web": everywhere])
  }

  @Test("a Service of another type or class, or on its way out, is left alone")
  func others() {
    let none = plan([
      service("port", 80, ["type": "NodePort"]),
      service("metal", 80, ["loadBalancerClass": "example.test/metal"]),
    ])
    #expect(none.isEmpty)
    #expect(
      plan([service("ours", 80, ["loadBalancerClass": Document(LoadBalancerPlan.className)])])
        == ["ours": everywhere])
  }

  @Test("of two Services with one port the older gets it, and the other is told what to change")
  func older() {
    let outcomes = plan([service("late", 80, made: 2), service("early", 80, made: 1)])
    #expect(outcomes["early"] == everywhere)
    #expect(outcomes["late"]?.addresses == [])
    #expect(
      outcomes["late"]?.problem == "80/TCP of the nodes is taken by Service default/early: choose "
        + "another spec.ports[port=80].port, or delete that Service")
  }

  @Test("who has a port keeps it, whoever is older; other transports are other ports")
  func holder() {
    var datagrams = service("datagrams", 80, made: 3)
    datagrams.spec.ports[0].protocol = "UDP"
    let outcomes = plan([
      service("late", 80, made: 2, address: "10.0.0.1"), service("early", 80, made: 1), datagrams,
    ])
    #expect(outcomes["late"] == everywhere)
    #expect(outcomes["early"]?.addresses == [])
    #expect(outcomes["datagrams"] == everywhere)
  }

  @Test(
    "ports of the nodes themselves are nobody's",
    arguments: [
      (6443, "6443/TCP of the nodes belongs to the API server: choose another"),
      (30000, "30000/TCP of the nodes belongs to the range of node ports (30000-32767): choose"),
      (32767, "32767/TCP of the nodes belongs to the range of node ports (30000-32767): choose"),
    ])
  func ownPorts(_ port: Int, _ said: String) {
    let outcome = plan([service("web", port)])["web"]
    #expect(outcome?.addresses == [])
    #expect(outcome?.problem?.hasPrefix(said) == true, "\(outcome?.problem ?? "")")
  }

  @Test("ports beside the nodes' own are free, and so is the Service's own node port")
  func besides() {
    let own: Document = [["port": 30000, "protocol": "TCP", "nodePort": 30000]]
    let free = [
      service("below", 29999), service("above", 32768), service("own", 30000, ["ports": own]),
    ]
    #expect(plan(free).values.allSatisfy { $0 == everywhere })
  }

  @Test("the nodes' Ingress has its ports while it serves, and takes them from nobody")
  func ingress() {
    #expect(plan([service("web", 443)])["web"] == everywhere)
    let refused = plan([service("web", 443)], servesIngresses: true)["web"]
    #expect(refused?.addresses == [])
    #expect(refused?.problem?.contains("is taken by the nodes' Ingress") == true)
    let kept = plan([service("web", 443, address: "10.0.0.1")], servesIngresses: true)["web"]
    #expect(kept?.addresses == everywhere.addresses)
    #expect(kept?.problem?.contains("Ingresses of the nodes' own class are not reached") == true)
  }

  @Test("with policy Local, the nodes with a ready endpoint take its requests")
  func local() {
    let web = service("web", 80, ["externalTrafficPolicy": "Local"])
    #expect(plan([web], endpointNodes: ["b", "c"])["web"]?.addresses == ["10.0.0.2"])
    #expect(plan([web])["web"] == LoadBalancerPlan.Outcome(addresses: [], problem: nil))
  }

  @Test("an address that the Service asks for is a node's, or is told to be none")
  func asked() {
    let right = service("right", 80, ["loadBalancerIP": "10.0.0.2"])
    #expect(plan([right])["right"]?.addresses == ["10.0.0.2"])
    let wrong = plan([service("wrong", 80, ["loadBalancerIP": "10.9.9.9"])])["wrong"]
    #expect(wrong?.addresses == [])
    #expect(
      wrong?.problem == "spec.loadBalancerIP is 10.9.9.9, and no node that may take its requests "
        + "has this address: 10.0.0.1, 10.0.0.2")
  }
}
