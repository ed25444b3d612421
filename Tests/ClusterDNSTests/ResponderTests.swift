import Foundations
import NIOPosix
import Resources
import Testing

@testable import ClusterDNS

extension Responder {
  /// Without servers outside.
  static func local(_ zone: ClusterZone) -> Responder {
    Responder(
      zone: { zone },
      forwarder: Forwarder(on: MultiThreadedEventLoopGroup.singleton.any()))
  }

  /// The answer to one question, read.
  func ask(
    _ name: String, _ type: RecordType, id: UInt16 = 0, over transport: Transport = .stream,
    extended: ExtendedDNS? = nil
  ) throws -> Message {
    var writer = MessageWriter(
      MessageHeader(id: id, flags: .recursionDesired), Question(Sample.name(name), type),
      extended: extended, byteCountMax: 512)
    guard case .now(let bytes) = reply(to: writer.finish(), over: transport) else {
      throw NotAtOnce()
    }
    return try Message(bytes)
  }

  private struct NotAtOnce: Error {}
}

@Suite("Answers about the cluster")
struct ResponderTests {
  private let web = Sample.service(ports: [("http", 80, "TCP"), (nil, 53, "UDP")])
  private let headless = Sample.service("db", "None", ports: [("sql", 1234, "TCP")])
  private let slice = Sample.slice(
    of: "db", ports: [("sql", 5432, "TCP")],
    [
      Sample.endpoint("10.42.0.5", host: "db-0"), Sample.endpoint("10.42.0.6"),
      Sample.endpoint("10.42.0.7", host: "db-2", ready: false),
    ])
  private let external = Sample.service("out", "") {
    $0.type = "ExternalName"
    $0.externalName = "Web.default.svc.cluster.local"
  }
  private var responder: Responder {
    .local(Sample.zone([(web, []), (headless, [slice]), (external, [])]))
  }

  private func texts(_ message: Message) -> [String] {
    message.answers.map { record in
      switch record.data {
      case .address(let address): "\(record.name) \(address)"
      case .alias(let name): "\(record.name) -> \(name)"
      case .pointer(let name), .nameServer(let name): "\(record.name) = \(name)"
      case .service(let location):
        "\(record.name) \(location.priority) \(location.weight) \(location.port) \(location.target)"
      case .text(let strings): strings.map { String(decoding: $0, as: UTF8.self) }.joined()
      case .authority, .other: "\(record.name) \(record.data.type.rawValue)"
      }
    }.sorted()
  }

  @Test(
    "names of the specification are answered",
    arguments: [
      (
        "web.default.svc.cluster.local", RecordType.a, ["web.default.svc.cluster.local. 10.43.0.20"]
      ),
      (
        "_http._tcp.web.default.svc.cluster.local", .srv,
        ["_http._tcp.web.default.svc.cluster.local. 0 100 80 web.default.svc.cluster.local."]
      ),
      (
        "20.0.43.10.in-addr.arpa", .ptr,
        ["20.0.43.10.in-addr.arpa. = web.default.svc.cluster.local."]
      ),
      (
        "db.default.svc.cluster.local", .a,
        ["db.default.svc.cluster.local. 10.42.0.5", "db.default.svc.cluster.local. 10.42.0.6"]
      ),
      ("db-0.db.default.svc.cluster.local", .a, ["db-0.db.default.svc.cluster.local. 10.42.0.5"]),
      (
        "10-42-0-6.db.default.svc.cluster.local", .a,
        ["10-42-0-6.db.default.svc.cluster.local. 10.42.0.6"]
      ),
      (
        "_sql._tcp.db.default.svc.cluster.local", .srv,
        [
          "_sql._tcp.db.default.svc.cluster.local. 0 50 5432 10-42-0-6.db.default.svc.cluster.local.",
          "_sql._tcp.db.default.svc.cluster.local. 0 50 5432 db-0.db.default.svc.cluster.local.",
        ]
      ),
      (
        "5.0.42.10.in-addr.arpa", .ptr,
        ["5.0.42.10.in-addr.arpa. = db-0.db.default.svc.cluster.local."]
      ),
      (
        "out.default.svc.cluster.local", .cname,
        ["out.default.svc.cluster.local. -> web.default.svc.cluster.local."]
      ),
      (
        "out.default.svc.cluster.local", .a,
        [
          "out.default.svc.cluster.local. -> web.default.svc.cluster.local.",
          "web.default.svc.cluster.local. 10.43.0.20",
        ]
      ),
      ("1-2-3-4.default.pod.cluster.local", .a, ["1-2-3-4.default.pod.cluster.local. 1.2.3.4"]),
      ("fd00--1.default.pod.cluster.local", .aaaa, ["fd00--1.default.pod.cluster.local. fd00::1"]),
      ("dns-version.cluster.local", .txt, ["1.1.0"]),
      ("cluster.local", .ns, ["cluster.local. = ns.dns.cluster.local."]),
      ("ns.dns.cluster.local", .a, ["ns.dns.cluster.local. 10.43.0.10"]),
      ("WEB.default.SVC.cluster.local", .any, ["web.default.svc.cluster.local. 10.43.0.20"]),
    ])
  func answers(_ name: String, _ type: RecordType, _ expected: [String]) throws {
    let message = try responder.ask(name, type)
    #expect(texts(message) == expected.sorted())
    #expect(message.header.code == .noError)
    #expect(
      message.header.flags == [
        .response, .authoritative, .recursionDesired, .recursionAvailable,
      ])
    #expect(message.answers.allSatisfy { $0.timeToLiveSeconds == 5 })
  }

  @Test(
    "what exists without the type is no error; what does not exist is one; both say who says so",
    arguments: [
      ("web.default.svc.cluster.local", RecordType.aaaa, ResponseCode.noError),
      ("default.svc.cluster.local", .a, .noError),
      ("default.pod.cluster.local", .a, .noError),
      ("svc.cluster.local", .a, .noError),
      ("_tcp.web.default.svc.cluster.local", .srv, .noError),
      ("out.default.svc.cluster.local", .aaaa, .noError),
      ("1-2-3-4.default.pod.cluster.local", .aaaa, .noError),
      ("0.43.10.in-addr.arpa", .ptr, .noError),
      ("other.default.svc.cluster.local", .a, .nameError),
      ("x.web.default.svc.cluster.local", .a, .nameError),
      ("_udp.web.default.svc.cluster.local", .srv, .nameError),
      ("none.svc.cluster.local", .a, .nameError),
      ("db-2.db.default.svc.cluster.local", .a, .nameError),
      ("1-2-3-4.none.pod.cluster.local", .a, .nameError),
      ("1-2-3.default.pod.cluster.local", .a, .nameError),
      ("example.com.cluster.local", .a, .nameError),
      ("99.0.43.10.in-addr.arpa", .ptr, .nameError),
    ])
  func denials(_ name: String, _ type: RecordType, _ code: ResponseCode) throws {
    let message = try responder.ask(name, type)
    #expect(message.header.code == code)
    #expect(message.authorities == [Sample.domain.authority])
    #expect(message.answers.allSatisfy { $0.data.type == .cname })
    #expect(message.header.flags.contains(.authoritative))
  }

  @Test(
    "names that are not the cluster's are left to others; without any, that is a failure",
    arguments: ["example.com", "xcluster.local", "local", "1.1.1.1.in-addr.arpa", "arpa"])
  func foreign(_ name: String) throws {
    let message = try responder.ask(name, .a)
    #expect(message.header.code == .serverFailure)
    #expect(!message.header.flags.contains(.authoritative))
  }

  @Test("a headless Service without ready endpoints does not exist")
  func nobodyReady() throws {
    let zone = Sample.zone([
      (
        headless,
        [
          Sample.slice(
            of: "db",
            [
              Sample.endpoint("10.42.0.5", ready: false)
            ])
        ]
      )
    ])
    #expect(
      try Responder.local(zone).ask("db.default.svc.cluster.local", .a).header.code == .nameError)
  }

  @Test("publishNotReadyAddresses shows all endpoints; unknown readiness is readiness")
  func unready() throws {
    var service = headless
    service.spec.publishNotReadyAddresses = true
    var zone = Sample.zone([(service, [slice])])
    #expect(
      try Responder.local(zone).ask("db.default.svc.cluster.local", .a).answers.count == 3)
    zone = Sample.zone([
      (headless, [Sample.slice(of: "db", [Sample.endpoint("10.42.0.9", ready: nil)])])
    ])
    #expect(
      try Responder.local(zone).ask("db.default.svc.cluster.local", .a).answers.count == 1)
  }

  @Test("lists of services bring the addresses of their hosts")
  func additionals() throws {
    let message = try responder.ask("_sql._tcp.db.default.svc.cluster.local", .srv)
    #expect(
      Set(message.additionals.map(\.data)) == [
        .address(IPAddress("10.42.0.5")!), .address(IPAddress("10.42.0.6")!),
      ])
  }

  @Test("each question gets another address first")
  func rotation() throws {
    let firsts = try (0..<4).map {
      try responder.ask("db.default.svc.cluster.local", .a, id: $0).answers[0].data
    }
    #expect(Set(firsts).count == 2)
  }

  @Test("datagrams hold what the client takes, and 1232 bytes at most; streams hold all")
  func sizes() throws {
    let many = Sample.slice(of: "db", (1...100).map { Sample.endpoint("10.42.1.\($0)") })
    let responder = Responder.local(Sample.zone([(headless, [many])]))
    let name = "db.default.svc.cluster.local"
    let plain = try responder.ask(name, .a, over: .datagram)
    #expect(plain.answers.count == (512 - 12 - 34) / 16)
    #expect(plain.header.flags.contains(.truncated))
    #expect(plain.extended == nil)
    let large = try responder.ask(
      name, .a, over: .datagram, extended: ExtendedDNS(datagramByteCountMax: 65535))
    #expect(large.answers.count == (1232 - 12 - 34 - 11) / 16)
    #expect(large.header.flags.contains(.truncated))
    #expect(large.extended?.datagramByteCountMax == 1232)
    let stream = try responder.ask(name, .a)
    #expect(stream.answers.count == 100)
    #expect(!stream.header.flags.contains(.truncated))
  }

  @Test("an alias that leads to itself is a failure, soon")
  func circle() throws {
    var service = external
    service.spec.externalName = "out.default.svc.cluster.local"
    let message = try Responder.local(Sample.zone([(service, [])])).ask(
      "out.default.svc.cluster.local", .a)
    #expect(message.header.code == .serverFailure)
  }

  @Test("transfers and other classes are refused")
  func refusals() throws {
    #expect(try responder.ask("cluster.local", .axfr).header.code == .refused)
    let chaos: [UInt8] =
      [0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0] + Sample.name("version.bind").wire + [0, 16, 0, 3]
    guard case .now(let bytes) = responder.reply(to: chaos, over: .datagram) else {
      Issue.record("no answer")
      return
    }
    #expect(try Message(bytes).header.code == .refused)
  }

  @Test("the name in the answer is spelt as it was asked")
  func spelling() throws {
    let spelt = Array("\u{3}WeB\u{7}default\u{3}svc\u{7}clusTER\u{5}local\u{0}".utf8)
    let query: [UInt8] = [0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0] + spelt + [0, 1, 0, 1]
    guard case .now(let bytes) = responder.reply(to: query, over: .datagram) else {
      Issue.record("no answer")
      return
    }
    #expect(Array(bytes[12..<(12 + spelt.count)]) == spelt)
    #expect(try Message(bytes).answers.count == 1)
  }
}
