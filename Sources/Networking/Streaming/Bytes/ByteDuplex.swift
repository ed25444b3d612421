package import NIOCore

/// Bytes both ways: a TCP or TLS connection, one stream of a multiplexed connection, a pipe.
///
/// Reading is pull and writing has backpressure, so a chain of these is as fast as its slowest part
/// and holds no more than each part's bound.
package protocol ByteDuplex: AnyObject, Sendable {
  /// The next bytes in order, never empty; `nil` once input has ended. One task reads at a time.
  /// - Throws: `ByteDuplexError` when it ended other than in order; `CancellationError`.
  func read() async throws -> ByteBuffer?

  /// Queues bytes behind those before. Never waits: whoever may write much calls `drained` between.
  /// What is written after `finish` or `close`, or to a peer that is gone, is dropped.
  func write(_ bytes: ByteBuffer)

  /// Waits until so little is queued that more may be written.
  /// - Throws: `ByteDuplexError` when nothing written can arrive any more; `CancellationError`.
  func drained() async throws

  /// Waits until all that is queued has left this side.
  /// - Throws: as `drained`.
  func flushed() async throws

  /// Whether what is written now can still arrive.
  var canWrite: Bool { get }

  /// Ends output behind what is queued. Input goes on. A second call does nothing.
  func finish()

  /// Ends both ways at once; what is queued may be lost. Ends waiting calls. May be repeated.
  func close()
}

/// Why bytes ceased to flow.
package enum ByteDuplexError: Error, Equatable, Sendable {
  /// This side closed it.
  case closed
  /// The peer broke it off, or ended it while more was to come.
  case reset
  /// What is below failed; the text says how.
  case failed(String)
}

extension ByteDuplex {
  /// Writes and waits for room.
  package func send(_ bytes: ByteBuffer) async throws {
    write(bytes)
    try await drained()
  }

  /// Everything up to the end of input.
  /// - Throws: also `.failed` when more than `limit` bytes come.
  package func readAll(limit: Int) async throws -> ByteBuffer {
    var all = ByteBuffer()
    while var bytes = try await read() {
      guard all.readableBytes + bytes.readableBytes <= limit else {
        throw ByteDuplexError.failed("more than \(limit) bytes")
      }
      all.writeBuffer(&bytes)
    }
    return all
  }

  /// Reads until input ends, in whatever way, and throws the bytes away.
  package func discardInput() async {
    do {
      while try await read() != nil {}
    } catch {
      // However it ended, it has ended.
    }
  }
}
