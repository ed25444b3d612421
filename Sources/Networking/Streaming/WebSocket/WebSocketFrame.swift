import NIOCore

/// What kind of message a data frame belongs to. Source: RFC 6455, section 5.2.
package enum WebSocketMessageKind: Sendable { case text, binary }

/// A frame, or a piece of a data frame, as it came off the wire.
enum WebSocketFrame: Sendable {
  /// A piece of a message. A message has at least one piece, which may be empty; pieces follow the
  /// wire, not the sender's frames.
  case data(ByteBuffer, kind: WebSocketMessageKind, isFirst: Bool, isLast: Bool)
  case ping(ByteBuffer)
  case pong
  /// `code` is `nil` where the peer gave none.
  case close(code: WebSocketCloseCode?)
}

/// Why a connection is closed. Source: RFC 6455, section 7.4.1.
package struct WebSocketCloseCode: Hashable, Sendable {
  package let rawValue: UInt16
  package init(_ rawValue: UInt16) { self.rawValue = rawValue }

  package static let normal = WebSocketCloseCode(1000)
  package static let protocolError = WebSocketCloseCode(1002)
  package static let unacceptableData = WebSocketCloseCode(1003)
  package static let messageTooBig = WebSocketCloseCode(1009)
  package static let internalError = WebSocketCloseCode(1011)
}

/// What a peer did that ends the connection; each is a protocol error of RFC 6455.
enum WebSocketError: Error, Equatable, Sendable {
  case reservedBits
  case unknownOpcode(UInt8)
  /// A client masks its frames, a server does not (section 5.1).
  case wrongMasking
  case fragmentedControlFrame
  case controlFrameTooLarge(Int)
  case lengthOutOfRange
  /// A continuation without a beginning, or a beginning within a message.
  case badFragmentation
  case badCloseFrame
}

enum WebSocketRole: Sendable { case client, server }
