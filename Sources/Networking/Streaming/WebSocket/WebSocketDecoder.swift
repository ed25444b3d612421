import NIOCore
import NIOWebSocket

/// Cuts a byte stream into WebSocket frames and takes the masks off. Data goes through as it comes,
/// so a frame of any length takes no memory; control frames hold at most 125 bytes.
/// After an error it is of no further use. Source: RFC 6455, section 5.
struct WebSocketDecoder: Sendable {
  /// A data frame whose head has come.
  private struct DataFrame: Sendable {
    var kind: WebSocketMessageKind
    var remaining: UInt64
    /// What came of the payload, for the place in the mask.
    var offset = 0
    var mask: WebSocketMaskingKey?
    var isFirstPiece: Bool
    var endsMessage: Bool
  }

  private struct Head {
    var opcode: UInt8
    var isFinal: Bool
    var length: UInt64
    var mask: WebSocketMaskingKey?
    var byteCount: Int
  }

  private static let controlByteCountMax = 125

  private let role: WebSocketRole
  private var buffer = ByteBuffer()
  private var current: DataFrame?
  /// The kind of the message whose continuation is awaited.
  private var openMessage: WebSocketMessageKind?

  /// - Parameter role: of this side; the frames are the other's.
  init(role: WebSocketRole) { self.role = role }

  /// Adds bytes from the wire. Take every frame with `next` before more are added.
  mutating func feed(_ bytes: ByteBuffer) {
    guard buffer.readableBytes > 0 else {
      buffer = bytes
      return
    }
    var merged = ByteBufferAllocator().buffer(
      capacity: buffer.readableBytes + bytes.readableBytes)
    merged.writeImmutableBuffer(buffer)
    merged.writeImmutableBuffer(bytes)
    buffer = merged
  }

  /// The next frame or piece of one, or `nil` until more bytes come.
  mutating func next() throws(WebSocketError) -> WebSocketFrame? {
    if let current { return readPiece(of: current) }
    guard let head = try readHead() else { return nil }
    return head.opcode & 0x8 == 0 ? try beginData(head) : try readControl(head)
  }

  private mutating func readPiece(of frame: DataFrame) -> WebSocketFrame? {
    let count = Int(min(frame.remaining, UInt64(buffer.readableBytes)))
    guard count > 0 || frame.remaining == 0, var piece = buffer.readSlice(length: count) else {
      return nil
    }
    if let mask = frame.mask { piece.webSocketUnmask(mask, indexOffset: frame.offset) }
    var rest = frame
    rest.remaining -= UInt64(count)
    // The mask has four bytes.
    rest.offset = (frame.offset + count) & 3
    rest.isFirstPiece = false
    current = rest.remaining == 0 ? nil : rest
    return .data(
      piece, kind: frame.kind, isFirst: frame.isFirstPiece,
      isLast: frame.endsMessage && rest.remaining == 0)
  }

  /// Reads a frame's head without taking it off the buffer.
  private func readHead() throws(WebSocketError) -> Head? {
    var rest = buffer
    guard let first = rest.readInteger(as: UInt8.self),
      let second = rest.readInteger(as: UInt8.self)
    else { return nil }
    guard first & 0x70 == 0 else { throw .reservedBits }
    let isMasked = second & 0x80 != 0
    guard isMasked == (role == .server) else { throw .wrongMasking }
    let length: UInt64
    switch second & 0x7F {
    case 126:
      guard let long = rest.readInteger(as: UInt16.self) else { return nil }
      length = UInt64(long)
    case 127:
      guard let long = rest.readInteger(as: UInt64.self) else { return nil }
      guard long <= UInt64(Int64.max) else { throw .lengthOutOfRange }
      length = long
    case let short: length = UInt64(short)
    }
    var mask: WebSocketMaskingKey?
    if isMasked {
      guard let bytes = rest.readBytes(length: 4) else { return nil }
      mask = WebSocketMaskingKey(bytes)
    }
    return Head(
      opcode: first & 0xF, isFinal: first & 0x80 != 0, length: length, mask: mask,
      byteCount: buffer.readableBytes - rest.readableBytes)
  }

  private mutating func beginData(_ head: Head) throws(WebSocketError) -> WebSocketFrame? {
    let kind: WebSocketMessageKind
    switch (head.opcode, openMessage) {
    case (0, let open?): kind = open
    case (1, nil): kind = .text
    case (2, nil): kind = .binary
    case (0...2, _): throw .badFragmentation
    default: throw .unknownOpcode(head.opcode)
    }
    buffer.moveReaderIndex(forwardBy: head.byteCount)
    let frame = DataFrame(
      kind: kind, remaining: head.length, mask: head.mask, isFirstPiece: openMessage == nil,
      endsMessage: head.isFinal)
    openMessage = head.isFinal ? nil : kind
    current = frame
    return readPiece(of: frame)
  }

  private mutating func readControl(_ head: Head) throws(WebSocketError) -> WebSocketFrame? {
    guard (8...10).contains(head.opcode) else { throw .unknownOpcode(head.opcode) }
    guard head.isFinal else { throw .fragmentedControlFrame }
    guard head.length <= Self.controlByteCountMax else {
      throw .controlFrameTooLarge(Int(head.length))
    }
    let length = Int(head.length)
    guard buffer.readableBytes >= head.byteCount + length else { return nil }
    buffer.moveReaderIndex(forwardBy: head.byteCount)
    guard var payload = buffer.readSlice(length: length) else { return nil }
    if let mask = head.mask { payload.webSocketUnmask(mask) }
    switch head.opcode {
    case 9: return .ping(payload)
    case 10: return .pong
    default:
      guard length != 1 else { throw .badCloseFrame }
      return .close(code: payload.readInteger(as: UInt16.self).map { WebSocketCloseCode($0) })
    }
  }
}
