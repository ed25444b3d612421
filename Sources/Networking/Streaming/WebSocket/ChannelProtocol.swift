import FoundationEssentials
import NIOCore

/// The subprotocols that carry several channels in one WebSocket: each message starts with the
/// number of its channel. Source: Kubernetes API Concepts, and kubelet's streaming API.
struct ChannelProtocol: Hashable, Sendable {
  /// How a message is packed.
  enum Codec: Sendable {
    /// Binary messages; the channel is a byte.
    case raw
    /// Text messages; the channel is a digit, the rest base64.
    case base64
  }

  let name: String
  let codec: Codec
  /// Message `255 N` says that the client ends channel N.
  let hasCloseSignal: Bool
  /// The error channel carries a `Status` in JSON; before version 4 it carried text.
  let hasStructuredStatus: Bool

  private init(_ name: String, _ codec: Codec, structured: Bool, closeSignal: Bool = false) {
    self.name = name
    self.codec = codec
    self.hasCloseSignal = closeSignal
    self.hasStructuredStatus = structured
  }

  static let version5 = ChannelProtocol(
    "v5.channel.k8s.io", .raw, structured: true, closeSignal: true)
  static let version4 = ChannelProtocol("v4.channel.k8s.io", .raw, structured: true)
  static let version4Base64 = ChannelProtocol(
    "v4.base64.channel.k8s.io", .base64, structured: true)
  static let version1 = ChannelProtocol("channel.k8s.io", .raw, structured: false)
  static let version1Base64 = ChannelProtocol("base64.channel.k8s.io", .base64, structured: false)
  /// A client that names no protocol.
  static let unnamed = ChannelProtocol("", .raw, structured: false)

  static let remoteCommand = [
    version5, version4, version4Base64, version1, version1Base64, unnamed,
  ]
  static let portForward = [version4, version4Base64, unnamed]
}

/// Takes the pieces of messages apart by channel. Raw messages go through as they come; base64 and
/// signals are kept until they are whole.
struct ChannelMessageDecoder: Sendable {
  enum Event: Equatable, Sendable {
    case bytes(channel: UInt8, ByteBuffer)
    /// The client ends this channel.
    case ended(channel: UInt8)
  }

  enum Failure: Error, Equatable, Sendable {
    case messageTooLarge(limit: Int)
    case badBase64
    case badCloseSignal
  }

  static let keptByteCountMax = 1 << 20
  private static let closeSignal: UInt8 = 255

  let format: ChannelProtocol
  /// Of the message that is coming; `nil` before its first byte.
  private var channel: UInt8?
  private var kept = ByteBuffer()

  init(_ format: ChannelProtocol) { self.format = format }

  mutating func decode(
    _ piece: ByteBuffer, isFirst: Bool, isLast: Bool
  ) throws(Failure) -> Event? {
    var piece = piece
    if isFirst {
      channel = nil
      kept = ByteBuffer()
    }
    if channel == nil { channel = piece.readInteger(as: UInt8.self) }
    // An empty message says nothing.
    guard let channel else { return nil }
    if format.hasCloseSignal, channel == Self.closeSignal {
      try keep(piece)
      return isLast ? try endedChannel() : nil
    }
    switch format.codec {
    case .raw: return piece.readableBytes > 0 ? .bytes(channel: channel, piece) : nil
    case .base64:
      try keep(piece)
      guard isLast, kept.readableBytes > 0 else { return nil }
      guard let data = Data(base64Encoded: Data(kept.readableBytesView)) else { throw .badBase64 }
      return .bytes(channel: channel &- UInt8(ascii: "0"), ByteBuffer(bytes: data))
    }
  }

  private mutating func keep(_ piece: ByteBuffer) throws(Failure) {
    guard kept.readableBytes + piece.readableBytes <= Self.keptByteCountMax else {
      throw .messageTooLarge(limit: Self.keptByteCountMax)
    }
    kept.writeImmutableBuffer(piece)
  }

  private mutating func endedChannel() throws(Failure) -> Event {
    guard kept.readableBytes == 1, let ended = kept.readInteger(as: UInt8.self) else {
      throw .badCloseSignal
    }
    return .ended(channel: ended)
  }
}
