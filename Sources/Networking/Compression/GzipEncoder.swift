import CZlib
import NIOCore

/// Packs one body in gzip, piece by piece. Holds about 270 KB while it lives.
/// Source: RFC 1952; RFC 9110, 8.4.1.3.
///
/// `@unchecked Sendable`: it belongs to one `CompressedBody`, which calls it under a lock.
final class GzipEncoder: @unchecked Sendable {
  /// zlib keeps a pointer to this structure inside its own state, so it must never move.
  private let stream: UnsafeMutablePointer<z_stream>

  /// 16 asks for gzip's head and tail in place of zlib's own.
  private static let windowBits = MAX_WBITS + 16
  /// zlib's own default.
  private static let memoryLevel: Int32 = 8
  private static let roomByteCount = 32 << 10

  init() {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // The fastest: what is packed are lists on their way to one client, each packed once.
    let status = deflateInit2_(
      stream, Z_BEST_SPEED, Z_DEFLATED, Self.windowBits, Self.memoryLevel, Z_DEFAULT_STRATEGY,
      ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib refused its own constants, or memory is out: \(status)")
  }

  deinit {
    deflateEnd(stream)
    stream.deinitialize(count: 1)
    stream.deallocate()
  }

  /// Takes in the next piece.
  /// - Parameter isLast: nothing comes behind it, and the encoder is of no further use.
  /// - Returns: what is ready to go out: nothing, where it waits for more to go with it.
  func pack(_ piece: ByteBuffer, isLast: Bool) -> [UInt8] {
    var packed: [UInt8] = []
    piece.withUnsafeReadableBytes { input in
      // zlib's interface has no const; it does not write to its input.
      stream.pointee.next_in = UnsafeMutablePointer(
        mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
      stream.pointee.avail_in = uInt(input.count)
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.roomByteCount) { room in
        var status = Z_OK
        repeat {
          stream.pointee.next_out = room.baseAddress
          stream.pointee.avail_out = uInt(room.count)
          status = deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
          packed.append(contentsOf: room[..<(room.count - Int(stream.pointee.avail_out))])
        } while status == Z_OK && stream.pointee.avail_out == 0
        // Z_BUF_ERROR tells that a round before had brought everything already.
        precondition(
          (isLast ? status == Z_STREAM_END : status == Z_OK || status == Z_BUF_ERROR)
            && stream.pointee.avail_in == 0, "zlib could not go on: \(status)")
      }
    }
    return packed
  }
}
