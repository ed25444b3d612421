package import NIOCore

/// Bytes inside the binary messages of a WebSocket, whatever the messages' bounds: how Kubernetes
/// carries SPDY for port-forward (subprotocol `SPDY/3.1+portforward.k8s.io`).
package final class WebSocketTunnel: ByteDuplex {
  private let webSocket: WebSocketConnection

  package init(_ webSocket: WebSocketConnection) { self.webSocket = webSocket }

  package func read() async throws -> ByteBuffer? {
    while let piece = try await webSocket.receive() {
      guard piece.kind == .binary else {
        webSocket.close(.unacceptableData)
        throw ByteDuplexError.failed("a tunnel takes binary messages only")
      }
      if piece.bytes.readableBytes > 0 { return piece.bytes }
    }
    return nil
  }

  package func write(_ bytes: ByteBuffer) {
    guard bytes.readableBytes > 0 else { return }
    webSocket.send(bytes)
  }

  package func drained() async throws { try await webSocket.drained() }
  package func flushed() async throws { try await webSocket.flushed() }
  package var canWrite: Bool { webSocket.canWrite }
  package func finish() { webSocket.close(.normal) }
  package func close() { webSocket.abort() }
}
