/// The first four bytes of a message. Source: RFC 1035, 4.1.1; AD and CD: RFC 4035, 3.2.
package struct MessageHeader: Equatable, Sendable {
  package var id: UInt16
  package var flags: Flags
  package var opcode: UInt8
  package var code: ResponseCode

  package struct Flags: OptionSet, Sendable {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }
    /// QR: an answer, not a question.
    package static let response = Flags(rawValue: 0x8000)
    /// AA
    package static let authoritative = Flags(rawValue: 0x0400)
    /// TC
    package static let truncated = Flags(rawValue: 0x0200)
    /// RD
    package static let recursionDesired = Flags(rawValue: 0x0100)
    /// RA
    package static let recursionAvailable = Flags(rawValue: 0x0080)
    /// CD
    package static let checkingDisabled = Flags(rawValue: 0x0010)
    static let all: UInt16 = 0x87F0
  }

  package init(id: UInt16, flags: Flags = [], opcode: UInt8 = 0, code: ResponseCode = .noError) {
    self.id = id
    self.flags = flags
    self.opcode = opcode
    self.code = code
  }

  init(id: UInt16, word: UInt16) {
    self.init(
      id: id, flags: Flags(rawValue: word & Flags.all), opcode: UInt8(word >> 11 & 0xF),
      code: ResponseCode(rawValue: word & 0xF))
  }

  /// The code's upper bits travel in the OPT record.
  var word: UInt16 { flags.rawValue | UInt16(opcode) << 11 | code.rawValue & 0xF }
}

/// How a query went. Source: RFC 1035, 4.1.1; RFC 6891, 9.
package struct ResponseCode: RawRepresentable, Hashable, Sendable {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }

  package static let noError = ResponseCode(rawValue: 0)
  package static let formatError = ResponseCode(rawValue: 1)
  package static let serverFailure = ResponseCode(rawValue: 2)
  /// NXDOMAIN
  package static let nameError = ResponseCode(rawValue: 3)
  package static let notImplemented = ResponseCode(rawValue: 4)
  package static let refused = ResponseCode(rawValue: 5)
  /// BADVERS
  package static let badVersion = ResponseCode(rawValue: 16)
}
