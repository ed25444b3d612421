import Foundations
import MartletTesting
import Resources
import Testing

@testable import ClusterDNS

@Suite("The zone follows the cluster")
struct ZoneTests {
  @Test("what a Service gave is taken back with it, and shared addresses keep the other's name")
  func takesBack() {
    var builder = ZoneBuilder(Sample.domain)
    let empty = builder.zone.names
    let slice = { Sample.slice(of: $0, [Sample.endpoint("10.42.0.5", host: "pod-0")]) }
    for name in ["a", "b"] {
      builder.update(
        ObjectKey(namespace: "default", name: name),
        ServiceNames.records(
          of: Sample.service(name, "None"), slices: [slice(name)], in: Sample.domain))
    }
    let reverse = Sample.name("5.0.42.10.in-addr.arpa")
    #expect(builder.zone.names[reverse]?.count == 2)
    builder.update(ObjectKey(namespace: "default", name: "a"), [:])
    #expect(
      builder.zone.names[reverse] == [.pointer(Sample.name("pod-0.b.default.svc.cluster.local"))])
    builder.update(ObjectKey(namespace: "default", name: "b"), [:])
    #expect(builder.zone.names == empty)
  }

  @Test("a random history ends in the same zone as its outcome alone")
  func history() {
    let seed = UInt64.random(in: .min ... .max)
    var random = SeededRandom(state: seed)
    var builder = ZoneBuilder(Sample.domain)
    builder.update(namespace: "default", exists: true)
    var last: [String: (Service, [EndpointSlice])] = [:]
    for _ in 0..<500 {
      let name = "s\(random.next(below: 6))"
      let key = ObjectKey(namespace: "default", name: name)
      if random.next(below: 4) == 0 {
        last[name] = nil
        builder.update(key, [:])
        continue
      }
      let service = Sample.service(
        name, random.next(below: 2) == 0 ? "None" : "10.43.0.\(random.next(below: 4) + 1)",
        ports: [("p\(random.next(below: 2))", 80, "TCP")])
      let slice = Sample.slice(
        of: name, ports: [("p", 80, "TCP")],
        (0..<random.next(below: 4)).map { _ in
          Sample.endpoint("10.42.0.\(random.next(below: 5))", ready: random.next(below: 3) > 0)
        })
      last[name] = (service, [slice])
      builder.update(
        key, ServiceNames.records(of: service, slices: [slice], in: Sample.domain))
    }
    #expect(builder.zone.names == Sample.zone(Array(last.values)).names, "seed \(seed)")
  }

  @Test("reverse names are read back", arguments: ["10.43.0.1", "0.0.0.0", "fd00::1:2", "::"])
  func reverse(_ text: String) throws {
    let address = try #require(IPAddress(text))
    let block = try #require(ReverseName.block(ReverseName.of(address)))
    #expect(block == CIDR(address, prefixLength: address.family.bitCount))
    #expect(ReverseName.block(Sample.name("x.43.10.in-addr.arpa")) == nil)
    #expect(ReverseName.block(Sample.name("256.43.10.in-addr.arpa")) == nil)
    #expect(ReverseName.block(Sample.name("1.2.3.4.5.in-addr.arpa")) == nil)
    #expect(ReverseName.block(Sample.name("43.10.in-addr.arpa")) == CIDR("10.43.0.0/16"))
  }

  @Test("the watch hands out a zone with everything, and follows")
  func watch() async throws {
    let client = ScriptedClient()
    client.set(.namespaces, ["metadata": ["name": "default"]])
    client.set(.services, Sample.service().document)
    client.set(.services, Sample.service("db", "None").document)
    client.set(
      .endpointSlices, Sample.slice(of: "db", [Sample.endpoint("10.42.0.5")]).document)
    let watch = ZoneWatch(Sample.domain, client: client)
    let synced = AsyncSignal()
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await watch.run { synced.wake() } }
      await synced.wait()
      let web = Sample.name("web.default.svc.cluster.local")
      let database = Sample.name("db.default.svc.cluster.local")
      #expect(watch.zone.find(web, .a) == .records([.address(IPAddress("10.43.0.20")!)]))
      #expect(watch.zone.find(database, .a) == .records([.address(IPAddress("10.42.0.5")!)]))
      client.remove(.services, Sample.service().document)
      client.set(
        .endpointSlices, Sample.slice(of: "db", [Sample.endpoint("10.42.0.6")]).document)
      let new = ClusterZone.Finding.records([.address(IPAddress("10.42.0.6")!)])
      for _ in 0..<500
      where watch.zone.find(web, .a) != .nameError || watch.zone.find(database, .a) != new {
        try? await ContinuousClock().sleep(for: .milliseconds(10))
      }
      #expect(watch.zone.find(web, .a) == .nameError)
      #expect(watch.zone.find(database, .a) == new)
      group.cancelAll()
    }
  }
}
