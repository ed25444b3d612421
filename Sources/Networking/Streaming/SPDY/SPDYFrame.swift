import NIOCore

/// The number of a stream, 31 bits: odd where the client opened it, even where the server did.
struct SPDYStreamID: Hashable, Comparable, Sendable, CustomStringConvertible {
  let rawValue: UInt32

  init(_ rawValue: UInt32) { self.rawValue = rawValue & 0x7FFF_FFFF }

  static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
  var isClients: Bool { rawValue % 2 == 1 }
  var description: String { "\(rawValue)" }
}

/// Why a stream was broken off. Source: SPDY draft 3.1, section 2.6.3.
struct SPDYResetStatus: Hashable, Sendable {
  let rawValue: UInt32
  init(_ rawValue: UInt32) { self.rawValue = rawValue }

  static let protocolError = SPDYResetStatus(1)
  static let invalidStream = SPDYResetStatus(2)
  static let refusedStream = SPDYResetStatus(3)
  static let cancel = SPDYResetStatus(5)
  static let streamInUse = SPDYResetStatus(8)
}

/// Why a connection is given up. Source: SPDY draft 3.1, section 2.6.6.
enum SPDYGoAwayStatus: UInt32, Sendable {
  case ok = 0
  case protocolError = 1
  case internalError = 2
}

/// One frame, or a piece of a data frame, as it came off the wire.
/// Source: SPDY draft 3.1, section 2.6.
enum SPDYFrame: Sendable {
  /// - Parameter isOneWay: the peer wants nothing on this stream but what it sends itself.
  case synStream(SPDYStreamID, HeaderFields, isLast: Bool, isOneWay: Bool)
  case synReply(SPDYStreamID, HeaderFields, isLast: Bool)
  case headers(SPDYStreamID, HeaderFields, isLast: Bool)
  /// A data frame comes in as many pieces as it took to arrive; `isLast` stands with its final one.
  case data(SPDYStreamID, ByteBuffer, isLast: Bool)
  case rstStream(SPDYStreamID, SPDYResetStatus)
  case ping(UInt32)
  case goAway(lastGood: SPDYStreamID)
  /// SETTINGS, WINDOW_UPDATE and what the draft has us ignore: nobody here acts on them.
  case ignored(type: UInt16)
}

/// What a peer did that ends the connection.
enum SPDYError: Error, Equatable, Sendable {
  case unsupportedVersion(Int)
  case controlFrameTooLarge(byteCount: Int, limit: Int)
  case malformedFrame(type: UInt16)
  case zeroStreamID
  case headersTooLarge(limit: Int)
  case malformedHeaders
  /// zlib refused the compressed header block.
  case badCompression
  /// A stream opened with a number that is not the peer's to give, or not above the last one.
  case badStreamID(UInt32)
}
