import DequeModule
import NIOCore

/// Bytes of a body that wait for the network: shared arrays, copied piece by piece only when the
/// network takes them.
struct OutgoingBody {
  private enum Batch {
    /// What was appended in one go: thousands of chunks stay in the array they came in.
    case chunks([[UInt8]])
    case buffer(ByteBuffer)
    case source(any BodySource)
  }

  private var batches = Deque<Batch>()
  /// The chunk of the first batch that is next, and how many of its bytes are gone.
  private var chunkIndex = 0
  private var offset = 0
  private(set) var byteCount = 0

  var isEmpty: Bool { byteCount == 0 }

  init() {}

  init(_ body: ResponseBody) {
    switch body {
    case .empty: break
    case .bytes(let bytes): append(bytes)
    case .chunks(let chunks): append(contentsOf: chunks)
    case .buffer(let bytes): append(contentsOf: [bytes])
    case .source(let source): append(source)
    }
  }

  mutating func append(_ chunk: [UInt8]) {
    guard !chunk.isEmpty else { return }
    batches.append(.chunks([chunk]))
    byteCount += chunk.count
  }

  mutating func append(contentsOf chunks: [[UInt8]]) {
    let added = chunks.byteCount
    guard added > 0 else { return }
    batches.append(.chunks(chunks))
    byteCount += added
  }

  mutating func append(contentsOf buffers: [ByteBuffer]) {
    for buffer in buffers where buffer.readableBytes > 0 {
      batches.append(.buffer(buffer))
      byteCount += buffer.readableBytes
    }
  }

  private mutating func append(_ source: any BodySource) {
    guard source.byteCount > 0 else { return }
    batches.append(.source(source))
    byteCount += source.byteCount
  }

  /// Moves up to `limit` bytes, in order.
  mutating func move(upTo limit: Int, into buffer: inout ByteBuffer) {
    var room = min(limit, byteCount)
    byteCount -= room
    while room > 0 {
      switch batches[0] {
      case .chunks(let batch):
        let (index, offset) = Self.copy(batch, from: chunkIndex, offset, &room, into: &buffer)
        self.offset = offset
        chunkIndex = index
        if index == batch.count {
          chunkIndex = 0
          batches.removeFirst()
        }
      case .buffer(var bytes):
        let piece = bytes.readSlice(length: min(room, bytes.readableBytes)) ?? ByteBuffer()
        room -= piece.readableBytes
        buffer.writeImmutableBuffer(piece)
        if bytes.readableBytes > 0 { batches[0] = .buffer(bytes) } else { batches.removeFirst() }
      case .source(var source):
        let count = min(room, source.byteCount)
        source.move(count, into: &buffer)
        room -= count
        if source.byteCount > 0 { batches[0] = .source(source) } else { batches.removeFirst() }
      }
    }
    // Empty chunks at the end would keep their batch alive.
    if byteCount == 0 {
      batches.removeAll(keepingCapacity: true)
      chunkIndex = 0
      offset = 0
    }
  }

  /// Copies from the chunk at `start` on, as much as there is room for. Touches no reference count:
  /// for lists of small objects that would cost as much as the copy.
  /// - Returns: the chunk that is next, and how many of its bytes are gone.
  private static func copy(
    _ batch: [[UInt8]], from start: Int, _ startOffset: Int, _ room: inout Int,
    into buffer: inout ByteBuffer
  ) -> (index: Int, offset: Int) {
    batch.withUnsafeBufferPointer { chunks in
      var index = start
      var offset = startOffset
      while room > 0, index < chunks.count {
        chunks[index].withUnsafeBytes { bytes in
          let count = min(room, bytes.count - offset)
          buffer.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count]))
          room -= count
          offset += count
          if offset == bytes.count {
            offset = 0
            index += 1
          }
        }
      }
      return (index, offset)
    }
  }
}

extension [[UInt8]] {
  /// Of all chunks together.
  var byteCount: Int {
    withUnsafeBufferPointer { chunks in
      var total = 0
      for index in chunks.indices { total += chunks[index].count }
      return total
    }
  }
}

extension ResponseBody {
  /// Appends everything to `buffer`.
  func write(into buffer: inout ByteBuffer) {
    switch self {
    case .empty: break
    case .bytes(let bytes): buffer.writeBytes(bytes)
    case .chunks(let chunks): for chunk in chunks { buffer.writeBytes(chunk) }
    case .buffer(let bytes): buffer.writeImmutableBuffer(bytes)
    case .source(var source): source.move(source.byteCount, into: &buffer)
    }
  }
}
