import NIOCore

/// Writes frames. Frames with headers must reach the peer in the order in which they are made, since
/// each is packed with what came before.
struct SPDYFrameEncoder: Sendable {
  private let deflater = SPDYHeaderDeflater()

  /// The draft allows 2^24 - 1. Receivers hold one frame in memory, so ours stay small.
  static let dataFrameByteCountMax = 256 << 10

  private static let controlBits: UInt32 = 0x8003_0000

  func synStream(_ id: SPDYStreamID, _ headers: HeaderFields) -> ByteBuffer {
    let packed = deflater.pack(SPDYHeaderBlock.encode(headers))
    var frame = Self.controlFrame(1, length: 10 + packed.count)
    frame.writeInteger(id.rawValue)
    // No associated stream, highest priority, no slot.
    frame.writeInteger(UInt32(0))
    frame.writeInteger(UInt16(0))
    frame.writeBytes(packed)
    return frame
  }

  func synReply(_ id: SPDYStreamID, _ headers: HeaderFields = HeaderFields()) -> ByteBuffer {
    let packed = deflater.pack(SPDYHeaderBlock.encode(headers))
    var frame = Self.controlFrame(2, length: 4 + packed.count)
    frame.writeInteger(id.rawValue)
    frame.writeBytes(packed)
    return frame
  }

  func rstStream(_ id: SPDYStreamID, _ status: SPDYResetStatus) -> ByteBuffer {
    var frame = Self.controlFrame(3, length: 8)
    frame.writeInteger(id.rawValue)
    frame.writeInteger(status.rawValue)
    return frame
  }

  func ping(_ id: UInt32) -> ByteBuffer {
    var frame = Self.controlFrame(6, length: 4)
    frame.writeInteger(id)
    return frame
  }

  func goAway(lastGood: SPDYStreamID, _ status: SPDYGoAwayStatus) -> ByteBuffer {
    var frame = Self.controlFrame(7, length: 8)
    frame.writeInteger(lastGood.rawValue)
    frame.writeInteger(status.rawValue)
    return frame
  }

  /// `bytes` in as many frames as it takes, at least one, all in one buffer.
  /// - Parameter isLast: the last frame ends this side of the stream.
  func data(_ id: SPDYStreamID, _ bytes: ByteBuffer, isLast: Bool) -> ByteBuffer {
    var bytes = bytes
    let frameCount = bytes.readableBytes / Self.dataFrameByteCountMax + 1
    var frames = ByteBufferAllocator().buffer(
      capacity: bytes.readableBytes + frameCount * 8)
    repeat {
      let length = min(bytes.readableBytes, Self.dataFrameByteCountMax)
      let isFinal = isLast && length == bytes.readableBytes
      frames.writeInteger(id.rawValue)
      frames.writeInteger(UInt32(length) | (isFinal ? 0x0100_0000 : 0))
      if var piece = bytes.readSlice(length: length) { frames.writeBuffer(&piece) }
    } while bytes.readableBytes > 0
    return frames
  }

  private static func controlFrame(_ type: UInt32, length: Int) -> ByteBuffer {
    var frame = ByteBufferAllocator().buffer(capacity: 8 + length)
    frame.writeInteger(controlBits | type)
    frame.writeInteger(UInt32(length))
    return frame
  }
}
