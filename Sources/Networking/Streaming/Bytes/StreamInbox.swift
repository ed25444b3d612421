import DequeModule
import NIOCore

/// Bytes of one stream that came and wait for their reader, and how the stream ended.
struct StreamInbox: Sendable {
  /// How input ended.
  enum End: Equatable, Sendable {
    case inOrder
    case broken(ByteDuplexError)
  }

  private var chunks: Deque<ByteBuffer> = []
  private(set) var byteCount = 0
  private(set) var end: End?
  /// Nobody will read: what comes is dropped.
  private var isDiscarding = false

  /// A chunk up to this size is copied behind a small one: a peer that sends single bytes must not
  /// make each hold a buffer of its own.
  private static let smallByteCount = 1 << 10
  private static let coalescedByteCount = 16 << 10

  /// Takes bytes from the wire; none are taken after the end.
  /// - Returns: by how much `byteCount` grew.
  mutating func append(_ bytes: ByteBuffer) -> Int {
    guard end == nil, !isDiscarding, bytes.readableBytes > 0 else { return 0 }
    byteCount += bytes.readableBytes
    if bytes.readableBytes <= Self.smallByteCount, let last = chunks.last,
      last.readableBytes < Self.coalescedByteCount
    {
      chunks[chunks.count - 1].writeImmutableBuffer(bytes)
    } else {
      chunks.append(bytes)
    }
    return bytes.readableBytes
  }

  /// The first end counts: a reset behind an end in order says nothing new.
  mutating func finish(_ how: End) {
    if end == nil { end = how }
  }

  /// Drops what waits and what comes.
  /// - Returns: how many bytes waited.
  mutating func discard() -> Int {
    defer {
      chunks = []
      byteCount = 0
      isDiscarding = true
    }
    return byteCount
  }

  /// What a reader gets now: `.some(nil)` at the end, `nil` while it has to wait.
  mutating func take() throws -> ByteBuffer?? {
    if let first = chunks.popFirst() {
      byteCount -= first.readableBytes
      return .some(first)
    }
    switch end {
    case nil: return nil
    case .inOrder: return .some(nil)
    case .broken(let error): throw error
    }
  }
}
