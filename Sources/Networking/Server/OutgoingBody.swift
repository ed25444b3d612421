import DequeModule
import NIOCore

/// Bytes of a body that wait for the network: shared arrays, copied piece by piece only when the
/// network takes them.
struct OutgoingBody {
  private var chunks = Deque<[UInt8]>()
  /// Bytes of the first chunk that are gone.
  private var offset = 0
  private(set) var byteCount = 0

  var isEmpty: Bool { byteCount == 0 }

  init() {}

  init(_ body: ResponseBody) {
    switch body {
    case .empty: break
    case .bytes(let bytes): append(bytes)
    case .chunks(let chunks): append(contentsOf: chunks)
    }
  }

  mutating func append(_ chunk: [UInt8]) {
    guard !chunk.isEmpty else { return }
    chunks.append(chunk)
    byteCount += chunk.count
  }

  mutating func append(contentsOf chunks: [[UInt8]]) {
    for chunk in chunks { append(chunk) }
  }

  /// Moves up to `limit` bytes, in order.
  mutating func move(upTo limit: Int, into buffer: inout ByteBuffer) {
    var room = min(limit, byteCount)
    byteCount -= room
    while room > 0 {
      let count = min(room, chunks[0].count - offset)
      chunks[0].withUnsafeBytes { bytes in
        _ = buffer.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count]))
      }
      room -= count
      offset += count
      if offset == chunks[0].count {
        chunks.removeFirst()
        offset = 0
      }
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
    }
  }
}
