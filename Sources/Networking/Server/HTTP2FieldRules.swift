import NIOHPACK

/// What HTTP/2 demands of the fields of a message. NIO's own check of them is off: it walks names and
/// values by their characters, which costs more than all else that is done to a request's head.
///
/// Source: RFC 9113, sections 8.2 and 8.3.
enum HTTP2FieldRules {
  /// - Throws: `ProtocolProblem.malformed`.
  static func require(name: String, value: String) throws(ProtocolProblem) {
    guard isName(name) else { throw .malformed("a header field's name is no lower-case token") }
    guard !value.holdsLineBreak else {
      throw .malformed("the header field \(name) holds a line break or a zero byte")
    }
    guard !isOfConnection(name) else {
      throw .malformed("HTTP/2 has no header field \(name): it is about one connection only")
    }
  }

  /// - Throws: `ProtocolProblem.malformed`, also for pseudo header fields.
  static func require(trailers: HPACKHeaders) throws(ProtocolProblem) {
    for (name, value, _) in trailers { try require(name: name, value: value) }
  }

  /// A token without capital letters. Source: RFC 9110, section 5.6.2.
  static func isName(_ text: String) -> Bool {
    let bytes = text.utf8Span.span
    for index in bytes.indices where !isNameByte[Int(bytes[index])] { return false }
    return !bytes.isEmpty
  }

  private static let isNameByte: [Bool] = {
    let marks = Set("!#$%&'*+-.^_`|~".utf8)
    return (UInt8.min...UInt8.max).map { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
      default: marks.contains(byte)
      }
    }
  }()

  /// Whether a field is about one connection, and so has no place in HTTP/2. Told by length first: it
  /// is asked of every field.
  /// - Parameter name: in lower case.
  /// - Source: RFC 9113, section 8.2.2.
  static func isOfConnection(_ name: String) -> Bool {
    switch name.utf8.count {
    case 7: name == "upgrade"
    case 10: name == "connection" || name == "keep-alive"
    case 16: name == "proxy-connection"
    case 17: name == "transfer-encoding"
    default: false
    }
  }
}
