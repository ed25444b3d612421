import NIOCore

/// One connection to a `HostileServer`: looks for the end of a request's head, and answers.
final class HostileConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private static let pause = TimeAmount.milliseconds(50)

  private let server: HostileServer
  private let hostility: @Sendable (String) -> Hostility
  private var received: [UInt8] = []

  init(_ server: HostileServer, _ hostility: @escaping @Sendable (String) -> Hostility) {
    self.server = server
    self.hostility = hostility
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    received += unwrapInboundIn(data).readableBytesView
    // What stands behind the head is a body, which nobody here reads: its last line is no request's.
    let text = String(decoding: received, as: UTF8.self)
    guard text.contains("\r\n\r\n") else { return }
    received = []
    let words = text.prefix { $0 != "\r\n" }.split(separator: " ")
    guard words.count == 3, words[2].hasPrefix("HTTP/") else { return }
    let target = String(words[1])
    server.asked(target)
    answer(hostility(target), context)
  }

  private func answer(_ hostility: Hostility, _ context: ChannelHandlerContext) {
    if case .answer(let status, let fields, let body) = hostility {
      let lines = ["HTTP/1.1 \(status) -"] + fields + ["content-length: \(body.count)", "", ""]
      return send(Array(lines.joined(separator: "\r\n").utf8) + body, context)
    }
    let (first, again) = hostility.bytes
    if !first.isEmpty { send(Array(first.utf8), context) }
    if hostility == .hangUp {
      // Behind what was written.
      context.close(promise: nil)
    } else if let again {
      sendAgain(ByteBuffer(string: again), hostility.isSlow, context)
    }
  }

  private func send(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    server.sent(bytes.count)
  }

  /// Ends when the other side has had enough.
  private func sendAgain(_ bytes: ByteBuffer, _ isSlow: Bool, _ context: ChannelHandlerContext) {
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    context.writeAndFlush(wrapOutboundOut(bytes)).whenSuccess {
      let (handler, context) = bound.value
      handler.server.sent(bytes.readableBytes)
      context.eventLoop.scheduleTask(in: isSlow ? Self.pause : .zero) {
        let (handler, context) = bound.value
        if context.channel.isActive { handler.sendAgain(bytes, isSlow, context) }
      }
    }
  }
}
