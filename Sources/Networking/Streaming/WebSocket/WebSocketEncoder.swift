import NIOCore
import NIOWebSocket

/// Writes WebSocket frames, each message whole in one. Source: RFC 6455, section 5.2.
struct WebSocketEncoder: Sendable {
  let role: WebSocketRole

  /// One message.
  /// - Parameter prefix: bytes of the message before `payload`, such as a channel's number.
  func message(
    _ payload: ByteBuffer, kind: WebSocketMessageKind, prefix: UInt8? = nil
  ) -> ByteBuffer {
    frame(opcode: kind == .text ? 1 : 2, payload, prefix: prefix)
  }

  func pong(_ payload: ByteBuffer) -> ByteBuffer { frame(opcode: 10, payload) }
  func ping(_ payload: ByteBuffer) -> ByteBuffer { frame(opcode: 9, payload) }

  func close(_ code: WebSocketCloseCode?) -> ByteBuffer {
    var payload = ByteBuffer()
    if let code { payload.writeInteger(code.rawValue) }
    return frame(opcode: 8, payload)
  }

  private func frame(opcode: UInt8, _ payload: ByteBuffer, prefix: UInt8? = nil) -> ByteBuffer {
    let length = payload.readableBytes + (prefix == nil ? 0 : 1)
    // At most 10 bytes of head, 4 of mask.
    var frame = ByteBufferAllocator().buffer(capacity: length + 14)
    frame.writeInteger(0x80 | opcode)
    let maskBit: UInt8 = role == .client ? 0x80 : 0
    switch length {
    case ...125: frame.writeInteger(maskBit | UInt8(length))
    case ...0xFFFF:
      frame.writeInteger(maskBit | 126)
      frame.writeInteger(UInt16(length))
    default:
      frame.writeInteger(maskBit | 127)
      frame.writeInteger(UInt64(length))
    }
    var mask: WebSocketMaskingKey?
    if role == .client {
      let key = WebSocketMaskingKey.random()
      frame.writeBytes(key)
      mask = key
    }
    let start = frame.writerIndex
    if let prefix { frame.writeInteger(prefix) }
    frame.writeImmutableBuffer(payload)
    if let mask, var body = frame.getSlice(at: start, length: length) {
      body.webSocketUnmask(mask)
      frame.setBuffer(body, at: start)
    }
    return frame
  }
}
