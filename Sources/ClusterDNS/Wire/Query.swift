/// What is asked.
package struct Question: Sendable {
  package var name: DomainName
  /// The name as the client spelt it, letter by letter: the answer repeats it.
  package var spelling: [UInt8]
  package var type: RecordType
  package var `class`: UInt16

  package init(spelling: [UInt8], type: RecordType, class: UInt16 = internetClass) {
    name = DomainName(wire: spelling)
    self.spelling = spelling
    self.type = type
    self.class = `class`
  }

  package init(_ name: DomainName, _ type: RecordType) {
    self.init(spelling: name.wire, type: type)
  }
}

/// What a sender can do beyond RFC 1035. Source: RFC 6891, 6.1.
package struct ExtendedDNS: Equatable, Sendable {
  /// The largest datagram that it takes.
  package var datagramByteCountMax: UInt16
  package var version: UInt8 = 0
  /// DO: wants signatures.
  package var wantsSignatures = false
  /// The upper eight bits of a response code.
  var codeHigh: UInt8 = 0

  package init(datagramByteCountMax: UInt16) { self.datagramByteCountMax = datagramByteCountMax }

  init(_ frame: WireReader.RecordFrame) {
    datagramByteCountMax = frame.class
    codeHigh = UInt8(frame.timeToLive >> 24)
    version = UInt8(frame.timeToLive >> 16 & 0xFF)
    wantsSignatures = frame.timeToLive & 0x8000 != 0
  }

  var timeToLive: UInt32 {
    UInt32(codeHigh) << 24 | UInt32(version) << 16 | (wantsSignatures ? 0x8000 : 0)
  }
}

/// A question that can be answered.
package struct Query: Sendable {
  package var header: MessageHeader
  package var question: Question
  package var extended: ExtendedDNS?

  package init(header: MessageHeader, question: Question, extended: ExtendedDNS? = nil) {
    self.header = header
    self.question = question
    self.extended = extended
  }

  /// What became of a client's bytes.
  package enum Reading: Sendable {
    case query(Query)
    /// To be refused with `code`. The question is `nil` where it cannot be read.
    case problem(MessageHeader, ResponseCode, Question?, ExtendedDNS?)
    /// Not to be answered: too short for an id, or itself an answer.
    case unanswerable
  }

  private static let headerByteCount = 12
  /// What a client may add: OPT and a signature. More is somebody's attempt to keep us busy.
  private static let additionalMax = 4

  package static func read(_ bytes: [UInt8]) -> Reading {
    guard bytes.count >= headerByteCount else { return .unanswerable }
    func word(_ offset: Int) -> UInt16 { UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1]) }
    let header = MessageHeader(id: word(0), word: word(2))
    guard !header.flags.contains(.response) else { return .unanswerable }
    guard header.opcode == 0 else { return .problem(header, .notImplemented, nil, nil) }
    var question: Question?
    do throws(WireError) {
      guard word(4) == 1, word(6) == 0, word(8) == 0, word(10) <= Self.additionalMax else {
        return .problem(header, .formatError, nil, nil)
      }
      var reader = WireReader(bytes, at: headerByteCount)
      let spelling = try reader.plainName()
      let asked = Question(
        spelling: spelling, type: RecordType(rawValue: try reader.number16()),
        class: try reader.number16())
      question = asked
      var extended: ExtendedDNS?
      for _ in 0..<word(10) {
        let nameOffset = reader.offset
        try reader.skipName()
        let frame = try reader.recordFrame()
        guard frame.type == .opt else { continue }
        guard extended == nil, bytes[nameOffset] == 0 else {
          return .problem(header, .formatError, question, nil)
        }
        extended = ExtendedDNS(frame)
      }
      if let extended, extended.version != 0 {
        return .problem(header, .badVersion, question, extended)
      }
      return .query(Query(header: header, question: asked, extended: extended))
    } catch {
      return .problem(header, .formatError, question, nil)
    }
  }
}
