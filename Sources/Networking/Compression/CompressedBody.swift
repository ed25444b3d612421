import NIOCore
import Synchronization

/// Sends a body in gzip as the client takes it: a slice at a time on the connection's event loop, which
/// turns to its other connections between two slices. Nothing is packed ahead of a slow client.
final class CompressedBody: Sendable {
  /// About half a millisecond of packing.
  private static let sliceByteCount = 64 << 10

  private struct State {
    var body: OutgoingBody
    let encoder = GzipEncoder()
  }

  private let state: Mutex<State>
  private let writer: BodyWriter

  private init(_ body: ResponseBody, _ writer: BodyWriter) {
    state = Mutex(State(body: OutgoingBody(body)))
    self.writer = writer
  }

  /// The writer keeps what it calls until the stream ends.
  static func send(_ body: ResponseBody, through writer: BodyWriter) {
    let compressed = CompressedBody(body, writer)
    writer.onAsked { compressed.sendSlice() }
    writer.onWritable { writer.askSource() }
    writer.askSource()
  }

  private func sendSlice() {
    guard writer.isOpen else { return }
    let (packed, isLast) = state.withLock { state in
      let count = min(Self.sliceByteCount, state.body.byteCount)
      var slice = ByteBufferAllocator().buffer(capacity: count)
      state.body.move(upTo: count, into: &slice)
      let isLast = state.body.isEmpty
      return (state.encoder.pack(slice, isLast: isLast), isLast)
    }
    writer.write(packed)
    if isLast { return writer.finish() }
    if writer.isWritable { writer.askSource() }
  }
}
