import NIOCore
import NIOHTTP1

extension HTTP1ServerConnection: ServerConnection {
  /// Bodies up to this size travel in the head's buffer.
  private static let smallBodyByteCount = 64 << 10
  /// Larger bodies are copied, encrypted and written in pieces that stay in a core's cache.
  private static let pieceByteCount = 128 << 10

  private enum BodyFraming {
    case length(Int)
    case chunked
    /// The end of the connection ends the body: HTTP/1.0.
    case untilClose
    case none
  }

  func answer(_ exchange: Exchange, with response: ServerResponse) {
    let sendsBody = !exchange.isHeadRequest && !Self.isBodiless(response.status)
    // What still comes of the request is not waited for.
    if isBodyComing { isKeepAlive = false }
    if sendsBody, response.body.byteCount > Self.smallBodyByteCount {
      writeWhole(response, sendsBody: false)
      isChunked = false
      exchange.outgoing = OutgoingBody(response.body)
      exchange.isOutgoingComplete = true
      pump(exchange)
    } else {
      writeWhole(response, sendsBody: sendsBody)
      didAnswer(exchange)
    }
  }

  /// Writes the head, and the body behind it where it `sendsBody` now.
  func writeWhole(_ response: ServerResponse, sendsBody: Bool) {
    let byteCount = response.body.byteCount
    var bytes = headBytes(
      status: response.status, headers: response.headers,
      framing: Self.isBodiless(response.status) ? .none : .length(byteCount),
      room: sendsBody ? byteCount : 0)
    if sendsBody { response.body.write(into: &bytes) }
    write(bytes)
  }

  func beginStream(_ exchange: Exchange, _ head: ResponseHead) {
    let isBodiless = Self.isBodiless(head.status)
    isChunked = !isVersion10 && !isBodiless && head.contentLength == nil
    if isVersion10, head.contentLength == nil { isKeepAlive = false }
    let framing: BodyFraming =
      head.contentLength.map { .length($0) } ?? (isChunked ? .chunked : .untilClose)
    write(
      headBytes(
        status: head.status, headers: head.headers, framing: isBodiless ? .none : framing, room: 0))
    if isBodiless || exchange.isHeadRequest { didAnswer(exchange) } else { flushUnlessReading() }
  }

  func pump(_ exchange: Exchange) {
    guard case .answering(let current) = phase, current === exchange, let context else { return }
    while true {
      guard exchange.takeBodyWork() else {
        exchange.didBreak(.aborted)
        return closeNow()
      }
      let waiting = exchange.outgoing.byteCount
      if waiting == 0 {
        guard exchange.isOutgoingComplete else { return }
        if isChunked { write(ByteBuffer(string: "0\r\n\r\n")) }
        return didAnswer(exchange)
      }
      guard context.channel.isWritable else {
        if exchange.writer == nil || services.limits.limitsStreamStalls, !isStalled {
          isStalled = true
          timer?.set(services.limits.sendStallTimeout)
        }
        return
      }
      if isStalled {
        isStalled = false
        timer?.set(nil)
      }
      writePiece(of: exchange, byteCount: min(waiting, Self.pieceByteCount), context)
      // Writability follows the socket only once bytes are flushed. A stream's last bytes leave
      // with all else of this round.
      if exchange.outgoing.isEmpty { flushUnlessReading() } else { flush() }
    }
  }

  private func writePiece(
    of exchange: Exchange, byteCount: Int, _ context: ChannelHandlerContext
  ) {
    var piece = context.channel.allocator.buffer(capacity: byteCount + 16)
    if isChunked { piece.writeString(String(byteCount, radix: 16) + "\r\n") }
    exchange.outgoing.move(upTo: byteCount, into: &piece)
    if isChunked { piece.writeStaticString("\r\n") }
    write(piece)
    exchange.didSend(byteCount: byteCount, at: context.eventLoop.now)
  }

  func upgrade(
    _ exchange: Exchange, to name: String, headers: HeaderFields,
    install: @escaping @Sendable ((any Channel)?) -> Void
  ) {
    if isReading, let context {
      // The parser may be at work below this call, with more of what it read to come. The loop is
      // that of this connection.
      let this = NIOLoopBound(self, eventLoop: context.eventLoop)
      let exchange = NIOLoopBound(exchange, eventLoop: context.eventLoop)
      return context.eventLoop.execute {
        this.value.upgradeNow(exchange.value, to: name, headers: headers, install: install)
      }
    }
    upgradeNow(exchange, to: name, headers: headers, install: install)
  }

  private func upgradeNow(
    _ exchange: Exchange, to name: String, headers: HeaderFields,
    install: @escaping @Sendable ((any Channel)?) -> Void
  ) {
    guard case .answering(let current) = phase, current === exchange else { return install(nil) }
    // A backlog: the parser did not take this for an upgrade, and has parsed what follows it.
    guard isUpgradeAsked, backlog.isEmpty, let context else {
      install(nil)
      let problem = ProtocolProblem.malformed("this request cannot be upgraded to \(name)")
      return answer(exchange, with: services.onProtocolProblem(problem))
    }
    var fields = headers
    fields.set("connection", "Upgrade")
    fields.set("upgrade", name)
    isKeepAlive = true
    write(headBytes(status: 101, headers: fields, framing: .none, room: 0))
    flush()
    didUpgrade(exchange)
    handOver(context, install)
  }

  /// Leaves the pipeline to `install`'s handlers. The decoder goes last: it passes on the bytes it
  /// still holds, and they find the new handlers.
  private func handOver(
    _ context: ChannelHandlerContext, _ install: (((any Channel)?) -> Void)
  ) {
    let channel = context.channel
    let pipeline = channel.pipeline.syncOperations
    let isReadHeld = self.isReadHeld
    install(channel)
    pipeline.removeHandler(context: context, promise: nil)
    do {
      let decoder = try pipeline.context(
        handlerType: ByteToMessageHandler<HTTP1RequestDecoder>.self)
      pipeline.removeHandler(context: decoder, promise: nil)
    } catch {
      channel.close(promise: nil)
    }
    if isReadHeld { channel.read() }
  }

  private func headBytes(
    status: Int, headers: HeaderFields, framing: BodyFraming, room: Int
  ) -> ByteBuffer {
    var bytes =
      context?.channel.allocator.buffer(capacity: room + 512) ?? ByteBuffer()
    bytes.writeStaticString("HTTP/1.1 ")
    bytes.writeString("\(status) \(HTTPStatus.reasonPhrase(of: status))\r\n")
    for field in headers {
      bytes.writeString(field.name)
      bytes.writeStaticString(": ")
      bytes.writeString(field.value.withoutControlCharacters)
      bytes.writeStaticString("\r\n")
    }
    switch framing {
    case .length(let byteCount): bytes.writeString("content-length: \(byteCount)\r\n")
    case .chunked: bytes.writeStaticString("transfer-encoding: chunked\r\n")
    case .untilClose, .none: break
    }
    bytes.writeStaticString("date: ")
    bytes.writeString(services.outbox.dateField())
    if status != 101, !headers.contains("connection") {
      if !isKeepAlive {
        bytes.writeStaticString("\r\nconnection: close")
      } else if isVersion10 {
        bytes.writeStaticString("\r\nconnection: keep-alive")
      }
    }
    bytes.writeStaticString("\r\n\r\n")
    return bytes
  }

  private static func isBodiless(_ status: Int) -> Bool {
    status < 200 || status == 204 || status == 304
  }
}

extension String {
  /// Itself, with a space for each byte that would end a header field or start another: text of a
  /// client may come back in a header field.
  package var withoutControlCharacters: String {
    // A tab is one too, and is rare: it may take the longer way, and stays.
    guard holdsControlCharacter else { return self }
    return String(
      decoding: utf8.map { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F ? 0x20 : $0 }, as: UTF8.self)
  }
}
