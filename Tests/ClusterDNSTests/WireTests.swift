import Foundations
import Testing

@testable import ClusterDNS

@Suite("Messages on the wire")
struct WireTests {
  private func question(_ name: String, _ type: RecordType) -> Question {
    Question(Sample.name(name), type)
  }

  private static let records: [RecordData] = [
    .address(IPAddress("10.43.0.1")!), .address(IPAddress("fd00::1")!),
    .alias(Sample.name("other.example.com")),
    .pointer(Sample.name("web.default.svc.cluster.local")),
    .nameServer(Sample.name("ns.dns.cluster.local")),
    .service(
      ServiceLocation(
        priority: 1, weight: 33, port: 65535, target: Sample.name("a.web.default.svc.cluster.local")
      )),
    Sample.domain.authority.data,
    .text([Array("1.1.0".utf8), [], Array(repeating: 0xFF, count: 255)]),
    .other(RecordType(rawValue: 257), [1, 2, 3]),
  ]

  @Test("every type of record reads back as written", arguments: records)
  func roundTrip(_ data: RecordData) throws {
    let asked = question("web.default.svc.cluster.local", data.type)
    let record = ResourceRecord(name: asked.name, timeToLiveSeconds: .max, data: data)
    var writer = MessageWriter(
      MessageHeader(id: 0xABCD, flags: [.response, .authoritative]), asked,
      extended: ExtendedDNS(datagramByteCountMax: 1232), byteCountMax: 1232)
    writer.add(record, to: .answer)
    writer.add(record, to: .authority)
    writer.add(record, to: .additional)
    let message = try Message(writer.finish())
    #expect(message.header.id == 0xABCD)
    #expect(message.header.flags == [.response, .authoritative])
    #expect(message.answers == [record])
    #expect(message.authorities == [record])
    #expect(message.additionals == [record])
    #expect(message.extended?.datagramByteCountMax == 1232)
  }

  @Test("names that end alike are written once")
  func compression() throws {
    let asked = question("nothing.default.svc.cluster.local", .a)
    var writer = MessageWriter(
      MessageHeader(id: 1), asked, extended: nil, byteCountMax: 512)
    writer.add(Sample.domain.authority, to: .authority)
    let bytes = writer.finish()
    // Header, question, a pointer, fixed fields, "ns.dns" and "hostmaster" with pointers, numbers.
    let expected: Int = [12, 35, 4, 2, 10, 9, 13, 20].reduce(0, +)
    #expect(bytes.count == expected)
    #expect(try Message(bytes).authorities == [Sample.domain.authority])
  }

  @Test("records beyond the client's size are left out, and the answer says so")
  func truncation() throws {
    let asked = question("web.default.svc.cluster.local", .a)
    // Each record takes 16 bytes.
    for (max, count) in [(12 + 35 + 16 * 3, 3), (12 + 35 + 16 * 3 - 1, 2)] {
      var writer = MessageWriter(MessageHeader(id: 1), asked, extended: nil, byteCountMax: max)
      for last in 1...3 {
        writer.add(
          ResourceRecord(
            name: asked.name, timeToLiveSeconds: 5,
            data: .address(IPAddress("10.42.0.\(last)")!)), to: .answer)
      }
      let bytes = writer.finish()
      #expect(bytes.count <= max)
      let message = try Message(bytes)
      #expect(message.answers.count == count)
      #expect(message.header.flags.contains(.truncated) == (count < 3))
    }
  }

  @Test(
    "names have bounds",
    arguments: [
      (String(repeating: "a", count: 63), true), (String(repeating: "a", count: 64), false),
      (Array(repeating: "abc", count: 63).joined(separator: "."), true),
      (Array(repeating: "abc", count: 64).joined(separator: "."), false),
      ("", false), (".", true), ("a..b", false), (".a", false), ("a.", true),
    ])
  func nameBounds(_ text: String, _ isName: Bool) {
    #expect((DomainName(text) != nil) == isName)
  }

  @Test("names are compared without regard to case and at whole labels")
  func names() {
    let name = Sample.name("Web.Default.SVC.cluster.local")
    #expect(name == Sample.name("web.default.svc.cluster.local."))
    #expect(name.isWithin(Sample.name("cluster.local")))
    #expect(name.isWithin(name))
    #expect(!Sample.name("mycluster.local").isWithin(Sample.name("cluster.local")))
    #expect(!Sample.name("local").isWithin(Sample.name("cluster.local")))
    #expect(name.isWithin(.root))
    #expect(name.parent == Sample.name("default.svc.cluster.local"))
    #expect(name.description == "web.default.svc.cluster.local.")
  }

  @Test("pointers that lead forward or in a circle are refused")
  func pointers() {
    // An answer whose name is a pointer to itself, at offset 12.
    let header: [UInt8] = [0, 1, 0x80, 0, 0, 0, 0, 1, 0, 0, 0, 0]
    let rest: [UInt8] = [0, 1, 0, 1, 0, 0, 0, 5, 0, 4, 10, 0, 0, 1]
    for target: UInt8 in [12, 13, 40] {
      #expect(throws: WireError.badPointer(offset: 12)) {
        try Message(header + [0xC0, target] + rest)
      }
    }
    // Backwards, and from there to itself again.
    #expect(throws: WireError.self) {
      try Message(header + [1, 0x61, 0xC0, 12] + rest)
    }
  }

  @Test("queries are read, refused or left alone by what they hold")
  func queries() {
    let good: [UInt8] = [0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0x61, 0, 0, 1, 0, 1]
    func changed(_ offset: Int, _ value: UInt8) -> [UInt8] {
      var bytes = good
      bytes[offset] = value
      return bytes
    }
    func code(_ bytes: [UInt8]) -> ResponseCode? {
      switch Query.read(bytes) {
      case .query: .noError
      case .problem(_, let code, _, _): code
      case .unanswerable: nil
      }
    }
    #expect(code(good) == .noError)
    #expect(code(Array(good.prefix(11))) == nil)
    #expect(code(changed(2, 0x81)) == nil, "an answer")
    #expect(code(changed(2, 0x29)) == .notImplemented, "an update")
    #expect(code(changed(5, 2)) == .formatError, "two questions")
    #expect(code(changed(5, 0)) == .formatError, "no question")
    #expect(code(Array(good.dropLast())) == .formatError, "half a question")
    #expect(code(changed(12, 0xC0)) == .formatError, "a pointer")
    #expect(code(changed(11, 1)) == .formatError, "less than promised")
    let extended: [UInt8] = [0, 0, 41, 0x10, 0, 0, 0, 0x80, 0, 0, 0]
    guard case .query(let query) = Query.read(changed(11, 1) + extended) else {
      Issue.record("not read")
      return
    }
    #expect(query.extended?.datagramByteCountMax == 4096)
    #expect(query.extended?.wantsSignatures == true)
    var newer = extended
    newer[6] = 1
    #expect(code(changed(11, 1) + newer) == .badVersion)
    #expect(code(changed(11, 2) + extended + extended) == .formatError)
  }

  @Test("a hundred thousand damaged messages are read or refused, and every answer can be read")
  func mutations() throws {
    let seed = UInt64.random(in: .min ... .max)
    var random = SeededRandom(state: seed)
    let asked = question("a.web.default.svc.cluster.local", .srv)
    var writer = MessageWriter(
      MessageHeader(id: 9, flags: .recursionDesired), asked,
      extended: ExtendedDNS(datagramByteCountMax: 1232), byteCountMax: 4096)
    for data in Self.records {
      writer.add(
        ResourceRecord(name: asked.name, timeToLiveSeconds: 5, data: data), to: .answer)
    }
    let whole = writer.finish()
    var short = MessageWriter(
      MessageHeader(id: 9), asked, extended: ExtendedDNS(datagramByteCountMax: 4096),
      byteCountMax: 512)
    let query = short.finish()
    let zone = Sample.zone([(Sample.service(ports: [("http", 80, "TCP")]), [])])
    let responder = Responder.local(zone)
    var readCount = 0
    for round in 0..<100_000 {
      var bytes = round % 2 == 0 ? whole : query
      for _ in 0...random.next(below: 4) {
        switch random.next(below: 4) {
        case 0: bytes[random.next(below: bytes.count)] = UInt8(random.next(below: 256))
        case 1: bytes[random.next(below: bytes.count)] ^= 1 << UInt8(random.next(below: 8))
        case 2: bytes.removeLast(random.next(below: bytes.count))
        default: bytes.insert(0xC0, at: random.next(below: bytes.count))
        }
        if bytes.isEmpty { bytes = [0] }
      }
      if let message = try? Message(bytes) { readCount += message.answers.isEmpty ? 0 : 1 }
      if case .now(let reply) = responder.reply(to: bytes, over: .datagram) {
        #expect(throws: Never.self, "seed \(seed), round \(round)") { try Message(reply) }
        #expect(reply.count <= 1232)
      }
    }
    #expect(readCount > 0, "seed \(seed)")
  }
}

/// SplitMix64: the same numbers from the same seed.
struct SeededRandom {
  var state: UInt64

  mutating func next(below bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((value ^ (value >> 31)) % UInt64(bound))
  }
}
