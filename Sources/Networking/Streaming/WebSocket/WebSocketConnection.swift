package import NIOCore
import Synchronization

/// A WebSocket over a `ByteDuplex`, after the handshake. It answers pings and the closing handshake
/// while it is read. Text is passed on as it comes: nothing here depends on it being UTF-8.
package final class WebSocketConnection: Sendable {
  /// A piece of a message: see `WebSocketFrame.data`.
  package struct Piece: Sendable {
    package var bytes: ByteBuffer
    package var kind: WebSocketMessageKind
    package var isFirst: Bool
    package var isLast: Bool
  }

  private let duplex: any ByteDuplex
  private let encoder: WebSocketEncoder
  private let decoder: Mutex<WebSocketDecoder>
  private let isCloseSent = Mutex(false)

  convenience package init(serverOver duplex: any ByteDuplex) {
    self.init(duplex, role: .server)
  }

  init(_ duplex: any ByteDuplex, role: WebSocketRole) {
    self.duplex = duplex
    self.encoder = WebSocketEncoder(role: role)
    self.decoder = Mutex(WebSocketDecoder(role: role))
  }

  /// The next piece of a message, `nil` once the peer has closed in order. One task receives.
  /// - Throws: `ByteDuplexError` when the connection ended otherwise, or the peer broke the
  ///   protocol, which it is told.
  package func receive() async throws -> Piece? {
    while true {
      let frame: WebSocketFrame?
      do {
        frame = try decoder.withLock { decoder throws(WebSocketError) in try decoder.next() }
      } catch {
        close(.protocolError)
        throw ByteDuplexError.failed("WebSocket: \(error)")
      }
      switch frame {
      case .data(let bytes, let kind, let isFirst, let isLast):
        return Piece(bytes: bytes, kind: kind, isFirst: isFirst, isLast: isLast)
      case .ping(let payload):
        write(encoder.pong(payload))
        // A peer that pings without reading the answers is not read from either.
        try await duplex.drained()
      case .pong: break
      case .close(let code):
        close(code ?? .normal)
        guard code == nil || code == .normal || code == WebSocketCloseCode(1001) else {
          throw ByteDuplexError.reset
        }
        return nil
      case nil:
        guard let bytes = try await duplex.read() else { throw ByteDuplexError.reset }
        decoder.withLock { $0.feed(bytes) }
      }
    }
  }

  /// Queues one message.
  package func send(
    _ payload: ByteBuffer, kind: WebSocketMessageKind = .binary, prefix: UInt8? = nil
  ) {
    write(encoder.message(payload, kind: kind, prefix: prefix))
  }

  private func write(_ frame: ByteBuffer) {
    // Nothing follows a close frame (section 5.5.1).
    isCloseSent.withLock { if !$0 { duplex.write(frame) } }
  }

  package func drained() async throws { try await duplex.drained() }

  package func flushed() async throws { try await duplex.flushed() }

  package var canWrite: Bool { !isCloseSent.withLock { $0 } && duplex.canWrite }

  /// Says goodbye and ends output. The peer answers in kind; `abort` waits for nothing.
  package func close(_ code: WebSocketCloseCode) {
    isCloseSent.withLock { isSent in
      if !isSent { duplex.write(encoder.close(code)) }
      isSent = true
    }
    duplex.finish()
  }

  package func abort() { duplex.close() }
}
