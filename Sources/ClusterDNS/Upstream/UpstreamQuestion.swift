/// What is asked of servers outside. Equal ones share an answer.
package struct UpstreamQuestion: Hashable, Sendable {
  package var name: DomainName
  package var type: RecordType
  package var `class`: UInt16
  /// Whether the client speaks EDNS: servers answer in kind.
  package var isExtended: Bool
  package var wantsSignatures: Bool
  package var isCheckingDisabled: Bool

  package init(_ query: Query) {
    name = query.question.name
    type = query.question.type
    `class` = query.question.class
    isExtended = query.extended != nil
    wantsSignatures = query.extended?.wantsSignatures ?? false
    isCheckingDisabled = query.header.flags.contains(.checkingDisabled)
  }

  package init(_ name: DomainName, _ type: RecordType) {
    self.init(Query(header: MessageHeader(id: 0), question: Question(name, type)))
  }

  /// The datagram to send.
  func message(id: UInt16) -> [UInt8] {
    var flags: MessageHeader.Flags = [.recursionDesired]
    if isCheckingDisabled { flags.insert(.checkingDisabled) }
    var extended: ExtendedDNS?
    if isExtended {
      extended = ExtendedDNS(datagramByteCountMax: UInt16(datagramByteCountMax))
      extended?.wantsSignatures = wantsSignatures
    }
    var writer = MessageWriter(
      MessageHeader(id: id, flags: flags),
      Question(spelling: name.wire, type: type, class: `class`),
      extended: extended, byteCountMax: datagramByteCountMax)
    return writer.finish()
  }

  /// Whether `bytes` answer what `message(id:)` asked. Anything else is somebody's guess.
  func isAnswered(by bytes: [UInt8], id: UInt16) -> Bool {
    let end = 12 + name.wire.count
    guard bytes.count >= end + 4, bytes[0] == UInt8(id >> 8), bytes[1] == UInt8(id & 0xFF),
      bytes[2] & 0xF8 == 0x80, bytes[4] == 0, bytes[5] == 1
    else { return false }
    func word(_ offset: Int) -> UInt16 { UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1]) }
    return DomainName(wire: Array(bytes[12..<end])) == name && word(end) == type.rawValue
      && word(end + 2) == `class`
  }
}

/// The largest datagram sent or asked for: passes every network without being cut.
/// Source: DNS Flag Day 2020.
package let datagramByteCountMax = 1232
