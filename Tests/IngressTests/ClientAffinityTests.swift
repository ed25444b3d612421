import Foundations
import IngressRouting
import Testing

@testable import Ingress

@Suite struct ClientAffinityTests {
  private static let clients = (1...250).map { address("192.0.2.\($0)") }

  private static func address(_ text: String) -> IPAddress {
    guard let address = IPAddress(text) else { preconditionFailure("\(text) is an address") }
    return address
  }

  private func endpoints(_ count: Int) -> [BackendEndpoint] {
    (0..<count).map { BackendEndpoint(address: Self.address("10.0.0.\($0 + 1)"), port: 8080) }
  }

  private func choice(
    _ endpoints: [BackendEndpoint], _ client: IPAddress,
    _ standing: (BackendEndpoint) -> EndpointChoice.Standing = { _ in .init(load: 0) }
  ) -> BackendEndpoint? {
    ClientAffinity.choice(of: endpoints, for: client) { standing(endpoints[$0]) }
      .map { endpoints[$0] }
  }

  @Test("a client has one endpoint, whatever the order they are told in, and clients are spread")
  func spread() {
    let all = endpoints(5)
    var counts: [BackendEndpoint: Int] = [:]
    for client in Self.clients {
      let chosen = choice(all, client)
      #expect(chosen == choice(all.reversed(), client))
      #expect(chosen == ClientAffinity.ranking(of: all, for: client).first)
      if let chosen { counts[chosen, default: 0] += 1 }
    }
    // 50 each, give or take three standard deviations of 6.3.
    #expect(counts.count == 5)
    #expect(counts.values.allSatisfy { (31...69).contains($0) }, "\(counts)")
  }

  @Test("an endpoint that goes moves its own clients only, each to its second choice")
  func changes() {
    let all = endpoints(5)
    let gone = all[2]
    let left = all.filter { $0 != gone }
    for client in Self.clients {
      let before = choice(all, client)
      let after = choice(left, client)
      #expect(before == gone ? left.contains { $0 == after } : before == after)
      #expect(before != gone || after == ClientAffinity.ranking(of: all, for: client)[1])
    }
  }

  @Test("one that failed the request is left, one that rests is asked where there is no other")
  func faults() {
    let all = endpoints(3)
    let ranking = ClientAffinity.ranking(of: all, for: Self.clients[0])
    func first(_ standing: @escaping (BackendEndpoint) -> EndpointChoice.Standing)
      -> BackendEndpoint?
    { choice(all, Self.clients[0], standing) }
    #expect(first { .init(load: 0, isExcluded: $0 == ranking[0]) } == ranking[1])
    #expect(first { .init(load: 0, isResting: $0 == ranking[0]) } == ranking[1])
    #expect(first { _ in .init(load: 9, isResting: true) } == ranking[0])
    #expect(first { _ in .init(load: 0, isExcluded: true) } == nil)
  }

  @Test("clients with IPv6 addresses of one network are told apart")
  func longAddresses() {
    let all = endpoints(4)
    let chosen = Set((0..<40).map { choice(all, Self.address("2001:db8::\($0):1")) })
    #expect(chosen.count == 4)
  }
}
