import FoundationEssentials
import NIOCore

extension Responder {
  /// For a request that asks for a WebSocket where HTTP has a body: logs and watches.
  ///
  /// Whoever answers does so as ever; a successful answer's body goes out as messages, one for each
  /// piece written, and the WebSocket closes with it. Any other answer stays HTTP. Subprotocols:
  /// `binary.k8s.io`, `base64.binary.k8s.io` or none. Source: apiserver's websocket streams.
  /// - Parameter isText: pieces are text, such as the events of a watch in JSON.
  package func overWebSocket(_ request: ServerRequest, isText: Bool = false) -> Responder {
    Responder(WebSocketBodySink(sink, request.headers, isText: isText))
  }
}

/// Answers a request whose body travels in a WebSocket.
final class WebSocketBodySink: ResponseSink {
  private enum Framing { case binary, text, base64 }

  private let http: any ResponseSink
  private let headers: HeaderFields
  private let isText: Bool
  private let linger = Linger()

  init(_ http: any ResponseSink, _ headers: HeaderFields, isText: Bool) {
    self.http = http
    self.headers = headers
    self.isText = isText
  }

  func send(_ response: ServerResponse) {
    guard (200..<300).contains(response.status) else { return http.send(response) }
    let writer = BodyWriter(bufferLimit: BodyWriter.defaultBufferLimit)
    switch response.body {
    case .empty: break
    case .bytes(let bytes): writer.write(bytes)
    case .chunks(let chunks): writer.write(chunks)
    case .buffer(let bytes): writer.write(bytes)
    case .source(let source): writer.write(source.bytes)
    }
    writer.finish()
    startStream(ResponseHead(status: response.status, headers: response.headers), writer)
  }

  func startStream(_ head: ResponseHead, _ writer: BodyWriter) {
    guard (200..<300).contains(head.status) else { return http.startStream(head, writer) }
    let supported = ["binary.k8s.io", "base64.binary.k8s.io", ""]
    switch WebSocketHandshake.answer(headers, supported: supported) {
    case .refuse(let response):
      http.send(response)
      writer.didClose(.clientGone)
    case .accept(let fields, let name):
      let framing: Framing = name == "base64.binary.k8s.io" ? .base64 : isText ? .text : .binary
      // A sink is called from callbacks; this ends with the body or the connection.
      Task {
        guard let duplex = await Responder(http).upgradeToDuplex(to: "websocket", headers: fields)
        else { return writer.didClose(.clientGone) }
        await carry(writer, framing, over: duplex)
      }
    }
  }

  func upgrade(
    to name: String, headers: HeaderFields, install: @escaping @Sendable ((any Channel)?) -> Void
  ) {
    http.upgrade(to: name, headers: headers, install: install)
  }

  func onCancel(_ action: @escaping @Sendable () -> Void) { http.onCancel(action) }

  func onEnd(_ action: @escaping @Sendable () -> Void) { http.onEnd(action) }

  private func carry(
    _ writer: BodyWriter, _ framing: Framing, over duplex: ChannelDuplex
  ) async {
    let webSocket = WebSocketConnection(serverOver: duplex)
    let drain = WebSocketBodyDrain()
    // Clients take the first message, empty as it is, for the sign that the stream stands.
    send(ByteBuffer(), framing, on: webSocket)
    writer.attach(drain)
    let isWhole = await withTaskGroup(of: Bool.self) { group in
      group.addTask { await self.pump(writer, drain, framing, webSocket) }
      group.addTask {
        // What the client sends means nothing; that it ends does. It throws where it breaks off.
        do { while try await webSocket.receive() != nil {} } catch {}
        return false
      }
      defer { group.cancelAll() }
      return await group.next() ?? false
    }
    if isWhole {
      webSocket.close(.normal)
      await linger.close(duplex)
      writer.didClose(.finished)
    } else {
      webSocket.abort()
      writer.didClose(.clientGone)
    }
  }

  /// - Returns: whether the whole body went out.
  private func pump(
    _ writer: BodyWriter, _ drain: WebSocketBodyDrain, _ framing: Framing,
    _ webSocket: WebSocketConnection
  ) async -> Bool {
    do {
      while true {
        try await drain.awake()
        let work = writer.takeWork()
        for chunk in work.chunks {
          send(ByteBuffer(bytes: chunk), framing, on: webSocket)
          try await webSocket.drained()
          writer.didHandOver(byteCount: chunk.count)
        }
        if work.isBroken { return false }
        if work.isLast { return true }
      }
    } catch {
      return false
    }
  }

  private func send(_ bytes: ByteBuffer, _ framing: Framing, on webSocket: WebSocketConnection) {
    switch framing {
    case .binary: webSocket.send(bytes)
    case .text: webSocket.send(bytes, kind: .text)
    case .base64:
      let text = Data(bytes.readableBytesView).base64EncodedString()
      webSocket.send(ByteBuffer(string: text), kind: .text)
    }
  }
}

private final class WebSocketBodyDrain: BodyDrain {
  private let isWoken = AwaitableState(false)

  func wake() { isWoken.update { $0 = true } }

  func awake() async throws {
    try await isWoken.wait { isWoken in
      defer { isWoken = false }
      return isWoken ? () : nil
    }
  }
}
