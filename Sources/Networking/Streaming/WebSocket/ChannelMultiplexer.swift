import FoundationEssentials
import NIOCore

/// Several channels in one WebSocket, seen from the server.
///
/// There is no flow control per channel: when their readers fall behind by more than
/// `bufferedByteCountMax` in all, the WebSocket is read no further.
final class ChannelMultiplexer: Sendable {
  static let bufferedByteCountMax = 1 << 20

  fileprivate struct Core: Sendable {
    var decoder: ChannelMessageDecoder
    var inboxes: [StreamInbox]
    var bufferedByteCount = 0
    var end: ByteDuplexError?
  }

  private let webSocket: WebSocketConnection
  private let format: ChannelProtocol
  private let core: AwaitableState<Core>

  /// - Parameter readable: for each channel, whether the client may send on it; what it sends on
  ///   others is dropped.
  init(_ webSocket: WebSocketConnection, _ format: ChannelProtocol, readable: [Bool]) {
    self.webSocket = webSocket
    self.format = format
    let inboxes = readable.map { isReadable in
      var inbox = StreamInbox()
      if !isReadable { _ = inbox.discard() }
      return inbox
    }
    self.core = AwaitableState(
      Core(decoder: ChannelMessageDecoder(format), inboxes: inboxes))
  }

  /// Reads the WebSocket until it ends. When this returns, or is cancelled, every channel has ended.
  func run() async {
    do {
      while let piece = try await webSocket.receive() {
        try core.update { core in
          let event = try core.decoder.decode(
            piece.bytes, isFirst: piece.isFirst, isLast: piece.isLast)
          if let event { core.apply(event) }
        }
        try await core.wait { $0.bufferedByteCount <= Self.bufferedByteCountMax ? () : nil }
      }
      end(.reset)
    } catch let error as ChannelMessageDecoder.Failure {
      if case .messageTooLarge = error {
        webSocket.close(.messageTooBig)
      } else {
        webSocket.close(.unacceptableData)
      }
      end(.failed("\(error)"))
    } catch {
      end(error as? ByteDuplexError ?? .closed)
    }
  }

  private func end(_ cause: ByteDuplexError) {
    core.update { core in
      if core.end == nil { core.end = cause }
      for index in core.inboxes.indices { core.inboxes[index].finish(.broken(cause)) }
    }
  }

  /// Waits until the WebSocket has ended.
  func ended() async throws { try await core.wait { $0.end == nil ? nil : () } }

  func channel(_ number: UInt8) -> ChannelStream { ChannelStream(number, self) }

  /// Tells the client that a channel is there, before anything is to be said on it.
  func announce(_ number: UInt8) { sendMessage(ByteBuffer(), on: number) }

  /// Waits until all that was written on any channel has left this side.
  func flushed() async throws { try await webSocket.flushed() }

  func close(_ code: WebSocketCloseCode) { webSocket.close(code) }
  func abort() { webSocket.abort() }

  /// Drops what waits and what comes, on all channels.
  func discardInput() {
    core.update { core in
      for index in core.inboxes.indices { _ = core.inboxes[index].discard() }
      core.bufferedByteCount = 0
    }
  }
}

// MARK: One channel

extension ChannelMultiplexer {
  fileprivate func read(_ number: UInt8) async throws -> ByteBuffer? {
    try await core.wait { core throws -> ByteBuffer?? in
      guard let taken = try core.inboxes[Int(number)].take() else { return nil }
      core.bufferedByteCount -= taken?.readableBytes ?? 0
      return taken
    }
  }

  fileprivate func sendMessage(_ bytes: ByteBuffer, on number: UInt8) {
    switch format.codec {
    case .raw: webSocket.send(bytes, prefix: number)
    case .base64:
      let text = Data(bytes.readableBytesView).base64EncodedString()
      webSocket.send(
        ByteBuffer(string: text), kind: .text, prefix: UInt8(ascii: "0") &+ number)
    }
  }

  fileprivate func drained() async throws { try await webSocket.drained() }
  fileprivate var canWrite: Bool { core.read { $0.end == nil } && webSocket.canWrite }

  fileprivate func closeInput(_ number: UInt8) {
    core.update { core in
      core.inboxes[Int(number)].finish(.broken(.closed))
      core.bufferedByteCount -= core.inboxes[Int(number)].discard()
    }
  }
}

/// One channel of a `ChannelMultiplexer`. The protocol knows no end of what a server sends on one
/// channel: the end of the WebSocket is it, so `finish` only stops this side from writing more.
final class ChannelStream: ByteDuplex {
  private let number: UInt8
  private let multiplexer: ChannelMultiplexer
  private let isFinished = AwaitableState(false)

  fileprivate init(_ number: UInt8, _ multiplexer: ChannelMultiplexer) {
    self.number = number
    self.multiplexer = multiplexer
  }

  func read() async throws -> ByteBuffer? { try await multiplexer.read(number) }

  func write(_ bytes: ByteBuffer) {
    guard bytes.readableBytes > 0, canWrite else { return }
    multiplexer.sendMessage(bytes, on: number)
  }

  func drained() async throws {
    guard canWrite else { throw ByteDuplexError.reset }
    try await multiplexer.drained()
  }

  func flushed() async throws { try await multiplexer.flushed() }

  var canWrite: Bool { !isFinished.read { $0 } && multiplexer.canWrite }
  func finish() { isFinished.update { $0 = true } }

  func close() {
    finish()
    multiplexer.closeInput(number)
  }
}

extension ChannelMultiplexer.Core {
  fileprivate mutating func apply(_ event: ChannelMessageDecoder.Event) {
    switch event {
    // A channel that is not there is none of ours: its bytes are dropped, as kubelet does.
    case .bytes(let channel, let bytes):
      guard inboxes.indices.contains(Int(channel)) else { return }
      bufferedByteCount += inboxes[Int(channel)].append(bytes)
    case .ended(let channel):
      guard inboxes.indices.contains(Int(channel)) else { return }
      inboxes[Int(channel)].finish(.inOrder)
    }
  }
}
