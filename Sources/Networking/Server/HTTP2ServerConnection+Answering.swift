import NIOCore
import NIOHPACK
import NIOHTTP2

extension HTTP2ServerConnection: ServerConnection {
  /// Bodies are copied, framed and encrypted in pieces that stay in a core's cache.
  private static let pieceByteCount = 128 << 10

  func answer(_ exchange: Exchange, with response: ServerResponse) {
    guard let stream = streams[exchange.streamNumber] else { return }
    let byteCount = response.body.byteCount
    let isBodiless = Self.isBodiless(response.status)
    let sendsBody = !isBodiless && !exchange.isHeadRequest && byteCount > 0
    var block = headerBlock(status: response.status, response.headers)
    if !isBodiless {
      block.add(name: "content-length", value: String(byteCount), indexing: .nonIndexable)
    }
    write(.headers(.init(headers: block, endStream: !sendsBody)), on: stream.id)
    flushUnlessReading()
    guard sendsBody else { return end(stream) }
    exchange.outgoing = OutgoingBody(response.body)
    exchange.isOutgoingComplete = true
    exchange.lastProgress = context?.eventLoop.now ?? exchange.lastProgress
    pump(exchange)
  }

  func beginStream(_ exchange: Exchange, _ head: ResponseHead) {
    guard let stream = streams[exchange.streamNumber] else { return }
    let isBodiless = Self.isBodiless(head.status) || exchange.isHeadRequest
    var block = headerBlock(status: head.status, head.headers)
    if let contentLength = head.contentLength, !Self.isBodiless(head.status) {
      block.add(name: "content-length", value: String(contentLength), indexing: .nonIndexable)
    }
    write(.headers(.init(headers: block, endStream: isBodiless)), on: stream.id)
    flushUnlessReading()
    if isBodiless { end(stream) }
  }

  func pump(_ exchange: Exchange) {
    guard let stream = streams[exchange.streamNumber], !stream.hasEnded else { return }
    while case .sent = takeTurn(stream) {}
  }

  /// Lets the streams that wait send, a piece each in turn: a small answer does not stand behind
  /// the whole of a large one.
  func giveTurns() {
    var untried = waiting.count
    while untried > 0, sendWindow > 0, context?.channel.isWritable == true,
      let number = waiting.popFirst()
    {
      guard let stream = streams[number], !stream.hasEnded else { continue }
      switch takeTurn(stream) {
      case .sent:
        waiting.append(number)
        untried = waiting.count
      case .blocked: untried -= 1
      case .finished: break
      }
    }
  }

  private enum Turn {
    /// A piece is on its way, and there may be more.
    case sent
    /// It waits, in `waiting`.
    case blocked
    /// There is nothing to send.
    case finished
  }

  /// Sends one piece of a stream's body, as far as it may.
  private func takeTurn(_ stream: Stream) -> Turn {
    let exchange = stream.exchange
    guard let context else { return .finished }
    guard exchange.takeBodyWork() else {
      exchange.didBreak(.aborted)
      reset(stream, .internalError)
      return .finished
    }
    if exchange.outgoing.isEmpty {
      waiting.remove(exchange.streamNumber)
      guard exchange.isOutgoingComplete else { return .finished }
      if exchange.trailers.isEmpty {
        write(.data(.init(data: .byteBuffer(ByteBuffer()), endStream: true)), on: stream.id)
      } else {
        let block = block(of: exchange.trailers)
        write(.headers(.init(headers: block, endStream: true)), on: stream.id)
      }
      flushUnlessReading()
      end(stream)
      return .finished
    }
    let room = min(
      exchange.outgoing.byteCount, sendWindow, exchange.sendWindow, Self.pieceByteCount)
    guard room > 0, context.channel.isWritable else {
      if waiting.append(exchange.streamNumber), exchange.writer != nil {
        exchange.lastProgress = context.eventLoop.now
      }
      return .blocked
    }
    guard sendPiece(of: stream, byteCount: room, context) else { return .sent }
    end(stream)
    return .finished
  }

  /// - Returns: whether this was the last of the answer.
  private func sendPiece(
    of stream: Stream, byteCount: Int, _ context: ChannelHandlerContext
  ) -> Bool {
    let exchange = stream.exchange
    var piece = context.channel.allocator.buffer(capacity: byteCount)
    exchange.outgoing.move(upTo: byteCount, into: &piece)
    sendWindow -= byteCount
    exchange.sendWindow -= byteCount
    let isLast =
      exchange.outgoing.isEmpty && exchange.isOutgoingComplete && exchange.trailers.isEmpty
    write(.data(.init(data: .byteBuffer(piece), endStream: isLast)), on: stream.id)
    exchange.didSend(byteCount: byteCount, at: context.eventLoop.now)
    // Writability follows the socket only once bytes are flushed.
    if byteCount == Self.pieceByteCount { flush() } else { flushUnlessReading() }
    return isLast
  }

  /// The answer is whole. A client that still sends its request may stop.
  /// Source: RFC 9113, section 8.1.
  private func end(_ stream: Stream) {
    let isRequestUnfinished = stream.isRequestUnfinished
    didAnswer(stream)
    guard isRequestUnfinished else { return }
    // A reset overtakes data that waits for a flush, and throws it away.
    flush()
    reset(stream, .noError)
  }

  func upgrade(
    _ exchange: Exchange, to name: String, headers: HeaderFields,
    install: @escaping @Sendable ((any Channel)?) -> Void
  ) {
    install(nil)
    let problem = ProtocolProblem.malformed("HTTP/2 has no upgrade to \(name): use HTTP/1.1")
    answer(exchange, with: services.onProtocolProblem(problem))
  }

  private func headerBlock(status: Int, _ headers: HeaderFields) -> HPACKHeaders {
    var block = HPACKHeaders()
    block.reserveCapacity(headers.underestimatedCount + 3)
    block.add(name: ":status", value: String(status))
    add(headers, to: &block)
    block.add(name: "date", value: services.outbox.dateField())
    return block
  }

  private func block(of trailers: HeaderFields) -> HPACKHeaders {
    var block = HPACKHeaders()
    add(trailers, to: &block)
    return block
  }

  private func add(_ fields: HeaderFields, to block: inout HPACKHeaders) {
    for field in fields {
      let name = field.name.lowercasedASCII
      if HTTP2FieldRules.isOfConnection(name) { continue }
      block.add(name: name, value: field.value.withoutControlCharacters)
    }
  }

  private static func isBodiless(_ status: Int) -> Bool {
    status < 200 || status == 204 || status == 304
  }
}

extension String {
  /// Itself, with `a`...`z` for `A`...`Z`.
  package var lowercasedASCII: String {
    guard holdsCapital else { return self }
    return String(decoding: utf8.map(\.foldedToLowercase), as: UTF8.self)
  }
}
