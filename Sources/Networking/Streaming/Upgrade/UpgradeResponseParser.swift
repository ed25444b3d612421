import NIOCore

/// Reads the answer to an upgrade request: a 101, behind which the bytes are no longer HTTP, or any
/// other whole answer. Source: RFC 9112, sections 2 to 7.
///
/// (NIO's decoder loses the bytes behind a 101 when the end of the connection comes with them, and
/// sessions can be that short.)
struct UpgradeResponseParser: Sendable {
  enum Answer: Sendable {
    /// - Parameter rest: what came behind the head.
    case upgraded(HeaderFields, rest: ByteBuffer)
    case refused(ServerResponse)
  }

  enum Failure: Error, Equatable, Sendable {
    case notHTTP
    case headTooLarge(limit: Int)
    case endedEarly
  }

  private enum State {
    case head
    case length(Int)
    case chunkHead
    case chunk(Int)
    /// The line break behind a chunk.
    case chunkEnd
    case trailer
    /// The end of the connection ends the body.
    case untilEnd
  }

  static let headByteCountMax = 64 << 10
  /// An error page: what goes beyond is cut off.
  static let bodyByteCountMax = 1 << 20

  private var state = State.head
  private var buffer = ByteBuffer()
  private var status = 0
  private var headers = HeaderFields()
  private var body = ByteBuffer()

  /// Takes bytes from the wire. After an answer or an error it is of no further use.
  mutating func feed(_ bytes: ByteBuffer) throws(Failure) -> Answer? {
    buffer.writeImmutableBuffer(bytes)
    while true {
      switch state {
      case .head:
        guard let line = try nextHeadLine() else { return nil }
        if let answer = try takeHead(line) { return answer }
      case .length(let count):
        let piece = takeUp(to: count)
        body.writeImmutableBuffer(piece)
        state = .length(count - piece.readableBytes)
        return piece.readableBytes == count || isBodyCutOff ? refused() : nil
      case .chunkHead:
        guard let line = try nextHeadLine() else { return nil }
        let digits = line.prefix { $0 != ";" && $0 != " " }
        guard let count = Int(digits, radix: 16), count >= 0 else { throw .notHTTP }
        state = count == 0 ? .trailer : .chunk(count)
      case .chunk(let count):
        let piece = takeUp(to: count)
        body.writeImmutableBuffer(piece)
        if isBodyCutOff { return refused() }
        guard piece.readableBytes == count else {
          state = .chunk(count - piece.readableBytes)
          return nil
        }
        state = .chunkEnd
      case .chunkEnd:
        guard let line = try nextHeadLine() else { return nil }
        guard line.isEmpty else { throw .notHTTP }
        state = .chunkHead
      case .trailer:
        guard let line = try nextHeadLine() else { return nil }
        if line.isEmpty { return refused() }
      case .untilEnd:
        body.writeImmutableBuffer(takeUp(to: .max))
        return isBodyCutOff ? refused() : nil
      }
    }
  }

  /// The connection has ended.
  mutating func end() throws(Failure) -> Answer {
    if case .untilEnd = state { return refused() }
    throw .endedEarly
  }

  private var isBodyCutOff: Bool { body.readableBytes >= Self.bodyByteCountMax }

  private mutating func takeUp(to count: Int) -> ByteBuffer {
    let room = Self.bodyByteCountMax - body.readableBytes
    let length = min(count, room, buffer.readableBytes)
    return buffer.readSlice(length: length) ?? ByteBuffer()
  }

  private func refused() -> Answer {
    .refused(
      ServerResponse(
        status: status, headers: headers, body: .bytes(Array(body.readableBytesView))))
  }

  /// A line without its end, `nil` until it is whole.
  private mutating func nextHeadLine() throws(Failure) -> String? {
    guard let end = buffer.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) else {
      guard buffer.readableBytes <= Self.headByteCountMax else {
        throw .headTooLarge(limit: Self.headByteCountMax)
      }
      return nil
    }
    guard let bytes = buffer.readBytes(length: end - buffer.readerIndex + 1),
      var line = String(validating: bytes.dropLast(), as: UTF8.self)
    else { throw .notHTTP }
    if line.utf8.last == UInt8(ascii: "\r") { line.unicodeScalars.removeLast() }
    return line
  }

  /// Takes a line of the head; at its end, decides what follows.
  private mutating func takeHead(_ line: String) throws(Failure) -> Answer? {
    if status == 0 {
      let parts = line.split(separator: " ", maxSplits: 2)
      guard parts.count >= 2, parts[0].hasPrefix("HTTP/1."), let code = Int(parts[1]),
        (100...599).contains(code)
      else { throw .notHTTP }
      status = code
      return nil
    }
    guard line.isEmpty else {
      guard let colon = line.firstIndex(of: ":"), colon != line.startIndex,
        headers.underestimatedCount < 256
      else { throw .notHTTP }
      headers.add(String(line[..<colon]), line[line.index(after: colon)...].trimmingSpaces)
      return nil
    }
    return try endHead()
  }

  private mutating func endHead() throws(Failure) -> Answer? {
    switch status {
    case 101: return .upgraded(headers, rest: buffer)
    case 100..<200:
      // More to come: RFC 9110, section 15.2.
      status = 0
      headers = HeaderFields()
    case 204, 304: return refused()
    default:
      if headers.hasToken("chunked", in: "transfer-encoding") {
        state = .chunkHead
      } else if let text = headers["content-length"] {
        guard let count = Int(text), count >= 0 else { throw .notHTTP }
        state = .length(count)
      } else {
        state = .untilEnd
      }
    }
    return nil
  }
}
