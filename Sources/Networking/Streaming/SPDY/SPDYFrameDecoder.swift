import NIOCore

/// Cuts a byte stream into frames. Data goes through as it comes; control frames are kept until they
/// are whole, up to a limit. After an error it is of no further use.
struct SPDYFrameDecoder: Sendable {
  private enum State {
    case atFrame
    case inData(SPDYStreamID, remaining: Int, isFinal: Bool)
    /// Behind a frame that is skipped.
    case skipping(remaining: Int)
  }

  private var state = State.atFrame
  private var buffer = ByteBuffer()
  private let controlFrameByteCountMax: Int
  private let inflater: SPDYHeaderInflater

  private static let headerByteCount = 8
  private static let flagFinal: UInt8 = 0x01
  private static let flagOneWay: UInt8 = 0x02

  init(controlFrameByteCountMax: Int, headerByteCountMax: Int) {
    self.controlFrameByteCountMax = controlFrameByteCountMax
    self.inflater = SPDYHeaderInflater(limit: headerByteCountMax)
  }

  /// Adds bytes from the wire. Take every frame with `next` before more are added.
  mutating func feed(_ bytes: ByteBuffer) {
    guard buffer.readableBytes > 0 else {
      buffer = bytes
      return
    }
    // What is left is a head or a control frame: a fresh buffer lets go of the one it came in.
    var merged = ByteBufferAllocator().buffer(
      capacity: buffer.readableBytes + bytes.readableBytes)
    merged.writeImmutableBuffer(buffer)
    merged.writeImmutableBuffer(bytes)
    buffer = merged
  }

  /// The next frame or piece of one, or `nil` until more bytes come.
  mutating func next() throws(SPDYError) -> SPDYFrame? {
    while true {
      switch state {
      case .atFrame:
        guard let frame = try readFrame() else {
          if case .atFrame = state { return nil }
          continue
        }
        return frame
      case .inData(let id, let remaining, let isFinal):
        return readData(id, remaining, isFinal)
      case .skipping(let remaining):
        let count = min(remaining, buffer.readableBytes)
        buffer.moveReaderIndex(forwardBy: count)
        state = count == remaining ? .atFrame : .skipping(remaining: remaining - count)
        if count < remaining { return nil }
      }
    }
  }

  private mutating func readData(
    _ id: SPDYStreamID, _ remaining: Int, _ isFinal: Bool
  ) -> SPDYFrame? {
    guard let piece = buffer.readSlice(length: min(remaining, buffer.readableBytes)),
      piece.readableBytes > 0 || remaining == 0
    else { return nil }
    let left = remaining - piece.readableBytes
    state = left == 0 ? .atFrame : .inData(id, remaining: left, isFinal: isFinal)
    return .data(id, piece, isLast: isFinal && left == 0)
  }

  /// Reads a frame's head, and all of it where it is a control frame. `nil` with another state
  /// than `atFrame` means: go on from there.
  private mutating func readFrame() throws(SPDYError) -> SPDYFrame? {
    let start = buffer.readerIndex
    guard let word = buffer.getInteger(at: start, as: UInt32.self),
      let flagsAndLength = buffer.getInteger(at: start + 4, as: UInt32.self)
    else { return nil }
    let flags = UInt8(flagsAndLength >> 24)
    let length = Int(flagsAndLength & 0xFF_FFFF)
    guard word & 0x8000_0000 != 0 else {
      guard word != 0 else { throw .zeroStreamID }
      buffer.moveReaderIndex(forwardBy: Self.headerByteCount)
      state = .inData(
        SPDYStreamID(word), remaining: length, isFinal: flags & Self.flagFinal != 0)
      return nil
    }
    let version = Int(word >> 16 & 0x7FFF)
    guard version == 3 else { throw .unsupportedVersion(version) }
    let type = UInt16(truncatingIfNeeded: word)
    guard Self.isUsed(type) else {
      buffer.moveReaderIndex(forwardBy: Self.headerByteCount)
      state = .skipping(remaining: length)
      return .ignored(type: type)
    }
    guard length <= controlFrameByteCountMax else {
      throw .controlFrameTooLarge(byteCount: length, limit: controlFrameByteCountMax)
    }
    guard buffer.readableBytes >= Self.headerByteCount + length else { return nil }
    buffer.moveReaderIndex(forwardBy: Self.headerByteCount)
    guard let payload = buffer.readSlice(length: length) else { return nil }
    return try parse(type, flags, payload)
  }

  /// SYN_STREAM, SYN_REPLY, RST_STREAM, PING, GOAWAY, HEADERS. The others carry nothing that this
  /// side acts on: like Kubernetes' own servers and clients it has no flow-control windows.
  private static func isUsed(_ type: UInt16) -> Bool { [1, 2, 3, 6, 7, 8].contains(type) }

  private func parse(
    _ type: UInt16, _ flags: UInt8, _ payload: ByteBuffer
  ) throws(SPDYError) -> SPDYFrame {
    var payload = payload
    guard let first = payload.readInteger(as: UInt32.self) else {
      throw .malformedFrame(type: type)
    }
    let id = SPDYStreamID(first)
    if type != 6, type != 7, id.rawValue == 0 { throw .zeroStreamID }
    let isLast = flags & Self.flagFinal != 0
    switch type {
    case 1:
      // Associated stream, priority and slot: ignored.
      guard payload.readableBytes >= 6 else { throw .malformedFrame(type: type) }
      payload.moveReaderIndex(forwardBy: 6)
      return .synStream(
        id, try headers(payload), isLast: isLast, isOneWay: flags & Self.flagOneWay != 0)
    case 2: return .synReply(id, try headers(payload), isLast: isLast)
    case 3:
      guard let status = payload.readInteger(as: UInt32.self) else {
        throw .malformedFrame(type: type)
      }
      return .rstStream(id, SPDYResetStatus(status))
    case 6: return .ping(first)
    case 7: return .goAway(lastGood: id)
    default: return .headers(id, try headers(payload), isLast: isLast)
    }
  }

  private func headers(_ packed: ByteBuffer) throws(SPDYError) -> HeaderFields {
    try SPDYHeaderBlock.decode(try inflater.unpack(Array(packed.readableBytesView)))
  }
}
