import Foundations
import NIOPosix
import Resources
import Testing

@testable import ClusterDNS

private enum Dig {
  static func isPossible() async -> Bool {
    do { return try await Command("dig", ["-v"]).run().exitCode == 0 } catch { return false }
  }
}

@Suite(
  "The server, asked by dig",
  .enabled("needs dig (Debian: bind9-dnsutils)") { await Dig.isPossible() }
)
struct ServerTests {
  private static let loopback = IPAddress("127.0.0.1")!

  /// A server with 100 headless endpoints, an alias to the outside, and one upstream.
  private func serving(
    upstream script: @escaping FakeUpstream.Script = { _, _ in nil },
    filter: ClientFilter = ClientFilter(networks: []),
    _ body: (Int) async throws -> Void
  ) async throws {
    let zone = Sample.zone([
      (Sample.service(ports: [("http", 80, "TCP")]), []),
      (
        Sample.service("db", "None"),
        [Sample.slice(of: "db", (1...100).map { Sample.endpoint("10.42.1.\($0)") })]
      ),
      (
        Sample.service("out", "") {
          $0.type = "ExternalName"
          $0.externalName = "www.example.com"
        }, []
      ),
    ])
    try await FakeUpstream.with(script) { upstream in
      let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
      let forwarder = Forwarder(on: eventLoop)
      forwarder.use([upstream.server])
      let server = try await freePort {
        try await DNSServer.start(
          Self.loopback, port: 0, responder: Responder(zone: { zone }, forwarder: forwarder),
          filter: filter, on: eventLoop)
      }
      let result: Result<Void, any Error>
      do { result = .success(try await body(server.port)) } catch { result = .failure(error) }
      server.close()
      await server.untilClosed()
      try result.get()
    }
  }

  /// What dig prints, line by line.
  private func dig(_ port: Int, _ line: String) async throws -> [String] {
    let words = line.split(separator: " ").map(String.init)
    let outcome = try await Command(
      "dig", ["@127.0.0.1", "-p", "\(port)", "+tries=1", "+time=5"] + words
    ).run()
    return String(decoding: outcome.output, as: UTF8.self).split(whereSeparator: \.isNewline)
      .map(String.init)
  }

  @Test("addresses, services and reverse names, by datagram and by stream")
  func answers() async throws {
    try await serving { port in
      for transport in ["+notcp", "+tcp"] {
        #expect(
          try await dig(port, "\(transport) +short web.default.svc.cluster.local") == [
            "10.43.0.20"
          ])
        #expect(
          try await dig(port, "\(transport) +short _http._tcp.web.default.svc.cluster.local SRV")
            == ["0 100 80 web.default.svc.cluster.local."])
        #expect(
          try await dig(port, "\(transport) +short -x 10.43.0.20") == [
            "web.default.svc.cluster.local."
          ])
        let denial = try await dig(port, "\(transport) nothing.default.svc.cluster.local")
        #expect(denial.contains { $0.contains("NXDOMAIN") })
        #expect(
          denial.contains {
            $0.contains("SOA") && $0.contains("ns.dns.cluster.local. hostmaster.cluster.local.")
          })
      }
    }
  }

  @Test("long answers are cut in datagrams and whole in streams")
  func longAnswers() async throws {
    try await serving { port in
      let cut = try await dig(port, "+notcp +ignore db.default.svc.cluster.local")
      #expect(cut.contains { $0.hasPrefix(";; flags: qr aa tc rd ra") })
      let whole = try await dig(port, "+short db.default.svc.cluster.local")
      #expect(whole.filter { $0.hasPrefix("10.42.1.") }.count == 100)
    }
  }

  @Test("names outside come from the server there, aliases to them with both halves")
  func outside() async throws {
    let outside: FakeUpstream.Script = { query, _ in
      let name = Sample.name("www.example.com")
      return FakeUpstream.answer(
        query,
        [
          ResourceRecord(
            name: name, timeToLiveSeconds: 60, data: .alias(Sample.name("cdn.example.com"))),
          ResourceRecord(
            name: Sample.name("cdn.example.com"), timeToLiveSeconds: 60,
            data: .address(IPAddress("192.0.2.1")!)),
        ])
    }
    try await serving(upstream: outside) { port in
      for options in ["", "+noedns", "+tcp"] {
        let answers = try await dig(port, "+short \(options) WWW.example.com")
        #expect(answers == ["cdn.example.com.", "192.0.2.1"])
      }
      let whole = try await dig(port, "+short out.default.svc.cluster.local")
      #expect(whole == ["www.example.com.", "cdn.example.com.", "192.0.2.1"])
    }
  }

  @Test("many questions on one connection are all answered")
  func pipelines() async throws {
    try await serving { port in
      let names = Array(repeating: "web.default.svc.cluster.local", count: 50)
      let answers = try await dig(
        port, "+tcp +keepopen +short " + names.joined(separator: " "))
      #expect(answers == Array(repeating: "10.43.0.20", count: 50))
    }
  }

  @Test("strangers are refused, the machine's own addresses are not")
  func strangers() {
    let filter = ClientFilter(networks: [CIDR("10.42.0.0/16")!]) {
      [IPAddress("192.0.2.7")!]
    }
    for (text, isAdmitted) in [
      ("10.42.3.4", true), ("127.0.0.53", true), ("192.0.2.7", true), ("192.0.2.8", false),
      ("10.43.0.1", false), ("fd00::1", false),
    ] {
      #expect(filter.admits(IPAddress(text)!) == isAdmitted)
    }
  }
}
