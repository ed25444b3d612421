import Foundations
import Resources
import Testing

@testable import ServiceProxy

/// The rules in a kernel, with packets.
@Suite(
  "Services in network namespaces", .serialized,
  .enabled("needs root, nft, ip and python3") { await ServiceNetwork.isPossible() })
struct KernelTests {
  private let both = ServiceNetwork.podAddresses.map { Sample.endpoint($0) }

  private func rules(_ services: [Service], _ slices: [EndpointSlice]) -> ServiceRules {
    ServiceRules(services, slices, in: Sample.surroundings)
  }

  @Test("cluster IPs and node ports answer from both endpoints, to everyone")
  func answers() async throws {
    try await ServiceNetwork.with { network in
      try await network.serving {
        let service = Sample.service(nodePort: 30080) { $0.externalIPs = ["203.0.113.7"] }
        try await network.loader.apply(rules([service], [Sample.slice(both)]).replacementText)
        for caller in [network.client, network.node, network.pod(0)] {
          for (address, port) in [
            ("10.96.0.10", 80), ("192.0.2.1", 30080), ("10.42.0.1", 30080), ("203.0.113.7", 80),
          ] {
            let answers = try await network.call(address, port, from: caller, times: 24)
            let pods = Set(answers.map { $0.prefix(4) })
            #expect(pods == ["pod0", "pod1"], "\(caller) to \(address):\(port): \(answers)")
          }
        }
        // A client outside the pod network is seen as the node; a pod as itself, save by itself.
        let outside = try await network.call("10.96.0.10", 80, from: network.client, times: 8)
        #expect(outside.allSatisfy { $0.hasSuffix(" 10.42.0.1") }, "\(outside)")
        let inside = try await network.call("10.96.0.10", 80, from: network.pod(0), times: 24)
        #expect(Set(inside) == ["pod0 10.42.0.1", "pod1 10.42.0.2"])
      }
    }
  }

  @Test("datagrams are answered, and after a change by those who are left")
  func datagrams() async throws {
    try await ServiceNetwork.with { network in
      try await network.serving {
        let service = Sample.service(transport: "UDP", nodePort: 30053)
        let before = rules([service], [Sample.slice(transport: "UDP", both)])
        try await network.loader.apply(before.replacementText)
        let first = try await network.call("10.96.0.10", 80, "udp", from: network.pod(0), times: 24)
        #expect(Set(first.map { $0.prefix(4) }) == ["pod0", "pod1"])
        let after = rules([service], [Sample.slice(transport: "UDP", [both[1]])])
        try await network.loader.apply(after.changes(from: before))
        for path in before.datagramPaths.subtracting(after.datagramPaths) {
          try await network.loader.forget(path)
        }
        let then = try await network.call("192.0.2.1", 30053, "udp", from: network.client, times: 8)
        #expect(Set(then) == ["pod1 10.42.0.1"])
      }
    }
  }

  @Test("without endpoints, and at a port that no Service has, connections are refused at once")
  func refused() async throws {
    try await ServiceNetwork.with { network in
      let services = [
        Sample.service(nodePort: 30080),
        Sample.service("dns", "10.96.0.11", transport: "UDP"),
      ]
      try await network.loader.apply(rules(services, []).replacementText)
      for caller in [network.client, network.node, network.pod(0)] {
        #expect(try await network.call("10.96.0.10", 80, from: caller) == ["refused"])
        #expect(try await network.call("192.0.2.1", 30080, from: caller) == ["refused"])
        #expect(try await network.call("10.96.0.10", 81, from: caller) == ["refused"])
        let datagram = try await network.call("10.96.0.11", 80, "udp", from: caller)
        #expect(datagram == ["refused"], "\(caller)")
      }
    }
  }

  @Test("policy Local shows the client's address, and drops where the node has no endpoint")
  func externalLocal() async throws {
    try await ServiceNetwork.with { network in
      try await network.serving {
        let service = Sample.service(nodePort: 30080) { $0.externalTrafficPolicy = "Local" }
        let endpoints = [both[0], Sample.endpoint("10.42.0.3", node: "node-2")]
        let here = rules([service], [Sample.slice(endpoints)])
        try await network.loader.apply(here.replacementText)
        let answers = try await network.call("192.0.2.1", 30080, from: network.client, times: 8)
        #expect(Set(answers) == ["pod0 192.0.2.2"])
        let elsewhere = rules([service], [Sample.slice([endpoints[1]])])
        try await network.loader.apply(elsewhere.changes(from: here))
        #expect(try await network.call("192.0.2.1", 30080, from: network.client) == ["timeout"])
        #expect(
          try await network.call("192.0.2.1", 30080, from: network.pod(0)) == ["pod1 10.42.0.2"])
      }
    }
  }

  @Test("a client with affinity stays with its endpoint, also when others change")
  func affinity() async throws {
    try await ServiceNetwork.with { network in
      try await network.serving {
        func service(seconds: Int) -> Service {
          Sample.service {
            $0.sessionAffinity = "ClientIP"
            $0.sessionAffinityConfig = SessionAffinityConfig([
              "clientIP": ["timeoutSeconds": Document(seconds)]
            ])
          }
        }
        let before = rules([service(seconds: 100)], [Sample.slice(both)])
        try await network.loader.apply(before.replacementText)
        let answers = try await network.call("10.96.0.10", 80, from: network.client, times: 16)
        #expect(Set(answers).count == 1, "\(answers)")
        let grown = rules(
          [service(seconds: 100)], [Sample.slice(both + [Sample.endpoint("10.42.0.99")])])
        try await network.loader.apply(grown.changes(from: before))
        let later = try await network.call("10.96.0.10", 80, from: network.client, times: 16)
        #expect(Set(later) == Set(answers))
        let retimed = rules([service(seconds: 200)], [Sample.slice([both[0]])])
        try await network.loader.apply(retimed.changes(from: grown))
        let last = try await network.call("10.96.0.10", 80, from: network.client, times: 4)
        #expect(Set(last.map { $0.prefix(4) }) == ["pod0"])
      }
    }
  }

  @Test("load balancers' source ranges keep others out")
  func sourceRanges() async throws {
    try await ServiceNetwork.with { network in
      try await network.serving {
        var service = Sample.service { $0.loadBalancerSourceRanges = ["10.42.0.2/32"] }
        service.status = ServiceStatus(["loadBalancer": ["ingress": [["ip": "203.0.113.7"]]]])
        try await network.loader.apply(rules([service], [Sample.slice(both)]).replacementText)
        let allowed = try await network.call("203.0.113.7", 80, from: network.pod(0))
        #expect(allowed.first?.hasPrefix("pod") == true)
        #expect(try await network.call("203.0.113.7", 80, from: network.pod(1)) == ["timeout"])
      }
    }
  }

  @Test("changes lead from any rules to any others, and removal leaves nothing")
  func transitions() async throws {
    try await ServiceNetwork.with { network in
      let sticky = Sample.service(nodePort: 30080) {
        $0.sessionAffinity = "ClientIP"
        $0.externalTrafficPolicy = "Local"
        $0.internalTrafficPolicy = "Local"
      }
      let states = [
        rules([], []), rules([sticky], [Sample.slice(both)]), rules([sticky], []),
        rules([Sample.service(nodePort: 30080)], [Sample.slice(both)]),
        rules([sticky, Sample.service("b", "10.96.0.9")], [Sample.slice([both[0]])]),
      ]
      for old in states {
        for new in states {
          try await network.loader.apply(old.replacementText)
          try await network.loader.apply(new.changes(from: old))
          let changed = try await network.inside(network.node, "nft -s list ruleset")
          try await network.loader.apply(new.replacementText)
          let replaced = try await network.inside(network.node, "nft -s list ruleset")
          #expect(Set(changed.split(separator: "\n")) == Set(replaced.split(separator: "\n")))
        }
      }
      #expect(try await network.loader.isTablePresent(Sample.surroundings.table))
      try await network.loader.apply(ServiceRules.removalText(table: Sample.surroundings.table))
      try await network.loader.apply(ServiceRules.removalText(table: Sample.surroundings.table))
      #expect(try await network.inside(network.node, "nft list ruleset").isEmpty)
    }
  }
}
