/// An answer in the making.
struct Draft: Sendable {
  private let header: MessageHeader
  private let question: Question?
  private let extended: ExtendedDNS?
  let byteCountMax: Int
  var isAuthoritative = false
  private(set) var answers: [ResourceRecord] = []
  private var authority: ResourceRecord?
  private var additionals: [ResourceRecord] = []

  /// What every client takes. Source: RFC 1035, 4.2.1.
  private static let plainDatagramByteCountMax = 512
  /// Targets whose addresses are added to a list of services; the rest is a question away.
  private static let targetsMax = 32

  init(
    _ header: MessageHeader, _ question: Question?, _ extended: ExtendedDNS?,
    _ transport: Responder.Transport
  ) {
    self.header = header
    self.question = question
    var own: ExtendedDNS?
    if let extended {
      own = ExtendedDNS(datagramByteCountMax: UInt16(datagramByteCountMax))
      own?.wantsSignatures = extended.wantsSignatures
    }
    self.extended = own
    byteCountMax =
      switch transport {
      case .stream: Int(UInt16.max)
      case .datagram:
        min(
          datagramByteCountMax,
          max(
            Self.plainDatagramByteCountMax,
            Int(extended?.datagramByteCountMax ?? 0)))
      }
  }

  init(_ query: Query, _ transport: Responder.Transport) {
    self.init(query.header, query.question, query.extended, transport)
  }

  /// Adds records of one name, beginning with another one each time: clients that take the first
  /// spread over all.
  mutating func add(_ records: [RecordData], of name: DomainName, startingAt start: Int) {
    for index in records.indices {
      answers.append(
        ResourceRecord(
          name: name, timeToLiveSeconds: ClusterDomain.timeToLiveSeconds,
          data: records[(index + start) % records.count]))
    }
  }

  /// Adds the addresses of the hosts that offer a service.
  mutating func addTargets(of records: [RecordData], in zone: ClusterZone) {
    for case .service(let location) in records.prefix(Self.targetsMax) {
      for data in zone.names[location.target] ?? [] {
        guard case .address = data else { continue }
        additionals.append(
          ResourceRecord(
            name: location.target, timeToLiveSeconds: ClusterDomain.timeToLiveSeconds, data: data))
      }
    }
  }

  /// Says who denies, so that the denial may be remembered.
  mutating func deny(_ authority: ResourceRecord) {
    isAuthoritative = true
    self.authority = authority
  }

  /// With what a server outside says about the alias's target.
  func completed(by bytes: [UInt8], _ type: RecordType) -> [UInt8] {
    var whole = self
    do {
      let message = try Message(bytes)
      for record in message.answers where record.data.type == type || record.data.type == .cname {
        whole.answers.append(record)
      }
      for record in message.authorities where record.data.type == .soa {
        whole.authority = record
      }
      return whole.bytes(message.header.code)
    } catch {
      return self.bytes(.serverFailure)
    }
  }

  func bytes(_ code: ResponseCode) -> [UInt8] {
    var header = header
    header.flags.formIntersection([.recursionDesired, .checkingDisabled])
    header.flags.formUnion([.response, .recursionAvailable])
    if isAuthoritative { header.flags.insert(.authoritative) }
    header.code = code
    var writer = MessageWriter(header, question, extended: extended, byteCountMax: byteCountMax)
    for record in answers { writer.add(record, to: .answer) }
    if let authority { writer.add(authority, to: .authority) }
    for record in additionals { writer.add(record, to: .additional) }
    return writer.finish()
  }

  /// Nothing but the word that there is more: the client comes back by stream.
  func cut() -> [UInt8] {
    var header = header
    header.flags.formIntersection([.recursionDesired, .checkingDisabled])
    header.flags.formUnion([.response, .recursionAvailable, .truncated])
    var writer = MessageWriter(header, question, extended: extended, byteCountMax: byteCountMax)
    return writer.finish()
  }
}
