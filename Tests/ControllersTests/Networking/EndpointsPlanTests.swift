import Resources
import Testing

@testable import Controllers

@Suite("Endpoints from slices, and slices from Endpoints")
struct EndpointsPlanTests {
  private func service(_ change: (inout Service) -> Void = { _ in }) -> Service {
    var service = Service([
      "metadata": [
        "namespace": "default", "name": "web", "labels": ["app": "web"],
      ],
      "spec": ["selector": ["app": "web"], "ipFamilies": ["IPv4"]],
    ])
    change(&service)
    return service
  }

  private func slice(
    _ name: String, port: Int, family: String = "IPv4", _ endpoints: [Document]
  ) -> EndpointSlice {
    EndpointSlice([
      "metadata": ["namespace": "default", "name": Document(name)],
      "addressType": Document(family),
      "ports": [["name": "http", "port": Document(port), "protocol": "TCP"]],
      "endpoints": Document(endpoints),
    ])
  }

  private func endpoint(
    _ address: String, ready: Bool = true, terminating: Bool = false
  ) -> Document {
    [
      "addresses": [Document(address)],
      "conditions": ["ready": Document(ready), "terminating": Document(terminating)],
    ]
  }

  @Test("slices with equal ports are one subset, the ready apart from the others")
  func subsets() {
    let plan = EndpointsPlan(
      service(),
      slices: [
        slice("b", port: 80, [endpoint("10.42.0.3", ready: false)]),
        slice("a", port: 80, [endpoint("10.42.0.2")]),
        slice("c", port: 81, [endpoint("10.42.0.4")]),
        slice("d", port: 80, family: "IPv6", [endpoint("fd00::2")]),
      ])
    let first: Document = [
      "addresses": [["ip": "10.42.0.2"]], "notReadyAddresses": [["ip": "10.42.0.3"]],
      "ports": [["name": "http", "port": 80, "protocol": "TCP"]],
    ]
    let second: Document = [
      "addresses": [["ip": "10.42.0.4"]],
      "ports": [["name": "http", "port": 81, "protocol": "TCP"]],
    ]
    #expect(plan.endpoints.document["subsets"] == [first, second])
    #expect(
      plan.endpoints.metadata.labels == [
        "app": "web", "endpoints.kubernetes.io/managed-by": "endpoint-controller",
      ])
    #expect(plan.isMet(by: plan.endpoints))
  }

  @Test("pods that are being stopped are left out, unless unready ones are wanted")
  func terminating() {
    let plan = EndpointsPlan(
      service(),
      slices: [
        slice(
          "a", port: 80,
          [
            endpoint("10.42.0.2", ready: false, terminating: true),
            endpoint("10.42.0.3", ready: true, terminating: true),
          ])
      ])
    #expect(plan.endpoints.subsets.flatMap(\.addresses).map(\.ip) == ["10.42.0.3"])
    #expect(plan.endpoints.subsets.flatMap(\.notReadyAddresses).isEmpty)
  }

  @Test("a Service without pods has Endpoints without subsets")
  func empty() {
    #expect(EndpointsPlan(service(), slices: []).endpoints.document["subsets"] == nil)
  }

  @Test("addresses beyond a thousand are left out, and the annotation says so")
  func capacity() {
    for count in [1000, 1001] {
      let all = (0..<count).map { endpoint("10.42.\($0 / 250).\($0 % 250)") }
      let plan = EndpointsPlan(service(), slices: [slice("a", port: 80, all)])
      #expect(plan.endpoints.subsets.flatMap(\.addresses).count == 1000)
      let note = plan.endpoints.metadata.annotations["endpoints.kubernetes.io/over-capacity"]
      #expect((note == "truncated") == (count > 1000))
    }
  }

  @Test("Endpoints written by hand become one slice for each family and subset")
  func mirrors() throws {
    let source = Endpoints([
      "metadata": ["namespace": "default", "name": "db", "labels": ["tier": "back"]],
      "subsets": [
        [
          "addresses": [["ip": "192.0.2.1"], ["ip": "fd00::1"]],
          "notReadyAddresses": [["ip": "192.0.2.2"]], "ports": [["port": 5432]],
        ]
      ],
    ])
    let plan = EndpointSlicePlan(mirroring: source)
    let slices = plan.steps(from: []).compactMap { step -> EndpointSlice? in
      if case .create(let slice) = step { slice } else { nil }
    }
    #expect(slices.map(\.addressType) == ["IPv4", "IPv6"])
    let first = try #require(slices.first)
    #expect(first.endpoints.map(\.addresses) == [["192.0.2.1"], ["192.0.2.2"]])
    #expect(first.endpoints.map { $0.conditions?.ready } == [true, false])
    #expect(first.ports.map(\.port) == [5432])
    #expect(first.metadata.labels["kubernetes.io/service-name"] == "db")
    #expect(first.metadata.labels["tier"] == "back")
    #expect(plan.steps(from: slices).isEmpty)
    var changed = source
    changed.subsets = []
    #expect(EndpointSlicePlan(mirroring: changed).steps(from: slices).count == 2)
  }
}
