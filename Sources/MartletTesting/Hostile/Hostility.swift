/// What a server does to whoever asks it something.
package enum Hostility: Equatable, Sendable, CustomStringConvertible {
  /// A whole answer, which may be a good one.
  case answer(status: Int, fields: [String], body: [UInt8])
  /// Nothing, ever.
  case silence
  /// The head, and then a byte of the body now and then, without an end.
  case dripping
  /// A byte of the head now and then, without an end.
  case drippingHead
  /// A body without an end, as fast as it is taken.
  case endlessBody
  /// Header fields without an end.
  case endlessHead
  /// One header field without an end.
  case endlessField
  /// Interim answers (103) without an end.
  case endlessInterim
  /// The extension of a chunk without an end.
  case endlessChunk
  /// The greeting of another protocol.
  case otherProtocol
  /// Part of an answer, and then the connection closes.
  case hangUp
  /// `101`, which nobody asked for, and then bytes.
  case unaskedUpgrade

  package static func json(_ body: some Sequence<UInt8>) -> Hostility {
    .answer(status: 200, fields: ["content-type: application/json"], body: Array(body))
  }

  package static func redirect(to place: String) -> Hostility {
    .answer(status: 302, fields: ["location: \(place)"], body: [])
  }

  package var description: String {
    switch self {
    case .answer(let status, let fields, let body):
      "an answer \(status) \(fields.joined(separator: ", ")) of \(body.count) bytes"
    case .silence: "no answer"
    case .dripping: "a body without an end, slow"
    case .drippingHead: "a head without an end, slow"
    case .endlessBody: "a body without an end, fast"
    case .endlessHead: "fields without an end"
    case .endlessField: "a field without an end"
    case .endlessInterim: "interim answers without an end"
    case .endlessChunk: "a chunk's extension without an end"
    case .otherProtocol: "another protocol"
    case .hangUp: "half an answer"
    case .unaskedUpgrade: "an upgrade that nobody asked for"
    }
  }

  /// What is sent first, and what is sent again and again after it; `nil` for nothing.
  var bytes: (first: String, again: String?) {
    let head = "HTTP/1.1 200 OK\r\n"
    let block = String(repeating: "x", count: 1 << 14)
    let field = "x-field: \(block.prefix(1 << 12))\r\n"
    return switch self {
    case .answer, .silence: ("", nil)
    case .dripping: (head + "content-length: 99999999\r\n\r\n", " ")
    case .drippingHead: (head + "x-slow: ", "x")
    case .endlessBody: (head + "content-type: application/json\r\n\r\n", block)
    case .endlessHead: (head, field)
    case .endlessField: (head + "x-field: ", block)
    case .endlessInterim: ("", "HTTP/1.1 103 Early Hints\r\n\(field)\r\n")
    case .endlessChunk: (head + "transfer-encoding: chunked\r\n\r\n1;", block)
    case .otherProtocol: ("SSH-2.0-OpenSSH_9.9\r\n", nil)
    case .hangUp: (head + "content-length: 1000\r\n\r\n{\"kind\":", nil)
    case .unaskedUpgrade:
      (
        "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n", block
      )
    }
  }

  var isSlow: Bool { self == .dripping || self == .drippingHead }
}
