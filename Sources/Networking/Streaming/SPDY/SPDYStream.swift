package import NIOCore

/// One stream of a `SPDYConnection`. Letting it go resets it, where it is not over.
package final class SPDYStream: ByteDuplex {
  let id: SPDYStreamID
  /// What the side that opened it said about it.
  package let headers: HeaderFields
  private let connection: SPDYConnection

  init(id: SPDYStreamID, headers: HeaderFields, connection: SPDYConnection) {
    self.id = id
    self.headers = headers
    self.connection = connection
  }

  deinit { connection.forget(id) }

  /// Accepts a stream of the peer; before it, the peer sends nothing.
  package func accept() { connection.accept(id) }

  /// Turns a stream of the peer down.
  package func refuse() { connection.close(id, .refusedStream) }

  /// Waits until the peer has accepted a stream of this side. spdystream drops what comes earlier.
  package func accepted() async throws { try await connection.waitUntilAccepted(id) }

  package func read() async throws -> ByteBuffer? { try await connection.read(id) }
  package func write(_ bytes: ByteBuffer) { connection.write(bytes, on: id) }
  package func drained() async throws { try await connection.drained(id) }
  package func flushed() async throws { try await connection.flushed() }
  package var canWrite: Bool { connection.canWrite(id) }
  package func finish() { connection.finish(id) }
  package func close() { connection.close(id, .cancel) }

  /// Drops what waits and what comes.
  package func dropInput() { connection.discardInput(id) }
}
