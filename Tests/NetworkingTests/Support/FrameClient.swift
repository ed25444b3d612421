import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOPosix
import NIOSSL

/// An HTTP/2 client at the level of frames. Grants the server window only where it is told to.
final class FrameClient: Sendable {
  let channel: any Channel
  let inbox: Inbox<HTTP2Frame>

  private init(channel: any Channel, inbox: Inbox<HTTP2Frame>) {
    self.channel = channel
    self.inbox = inbox
  }

  static func connect(
    to server: TestServer, identity: TestPKI.Identity? = nil,
    settings: HTTP2Settings = [], grantsWindow: Bool = true
  ) async throws -> FrameClient {
    let inbox = Inbox<HTTP2Frame>()
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          var tls = try TLSConfiguration.client(of: server, identity: identity)
          tls.applicationProtocols = ["h2"]
          try channel.pipeline.syncOperations.addHandlers(
            try NIOSSLClientHandler(
              context: try NIOSSLContext(configuration: tls), serverHostname: "localhost"),
            NIOHTTP2Handler(
              mode: .client, initialSettings: settings, headerBlockValidation: .disabled,
              contentLengthValidation: .disabled),
            Collector(inbox, grantsWindow: grantsWindow))
        }
      }
      .connect(host: "127.0.0.1", port: server.port).get()
    return FrameClient(channel: channel, inbox: inbox)
  }

  func write(_ payload: HTTP2Frame.FramePayload, on stream: Int) {
    channel.writeAndFlush(
      HTTP2Frame(streamID: HTTP2StreamID(stream), payload: payload), promise: nil)
  }

  func sendHead(
    _ method: String, _ path: String, _ fields: [(String, String)] = [], on stream: Int,
    endStream: Bool = true
  ) {
    let pseudo = [
      (":method", method), (":scheme", "https"), (":path", path), (":authority", "localhost"),
    ]
    write(
      .headers(.init(headers: HPACKHeaders(pseudo + fields), endStream: endStream)), on: stream)
  }

  func sendBody(_ bytes: ByteBuffer, on stream: Int, endStream: Bool = true) {
    write(.data(.init(data: .byteBuffer(bytes), endStream: endStream)), on: stream)
  }

  struct Answer: Sendable {
    var status = 0
    var headers = HPACKHeaders()
    var body: [UInt8] = []
    var hasEnded = false
    var resetCode: HTTP2ErrorCode?
    var text: String { String(decoding: body, as: UTF8.self) }
  }

  func answer(on stream: Int) -> Answer { Self.answer(in: inbox.elements, on: stream) }

  static func answer(in frames: [HTTP2Frame], on stream: Int) -> Answer {
    var answer = Answer()
    for frame in frames where frame.streamID == HTTP2StreamID(stream) {
      switch frame.payload {
      case .headers(let content):
        answer.status = content.headers.first(name: ":status").flatMap { Int($0) } ?? 0
        answer.headers = content.headers
        if content.endStream { answer.hasEnded = true }
      case .data(let content):
        if case .byteBuffer(let bytes) = content.data {
          answer.body += Array(bytes.readableBytesView)
        }
        if content.endStream { answer.hasEnded = true }
      case .rstStream(let code): answer.resetCode = code
      default: break
      }
    }
    return answer
  }

  /// The answer on `stream` once it is whole or reset, or the connection is closed.
  func wholeAnswer(on stream: Int) async -> Answer {
    Self.answer(
      in: await inbox.wait { frames, _ in
        let answer = Self.answer(in: frames, on: stream)
        return answer.hasEnded || answer.resetCode != nil
      }, on: stream)
  }

  func close() { channel.close(promise: nil) }

  private final class Collector: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame
    typealias OutboundOut = HTTP2Frame
    private let inbox: Inbox<HTTP2Frame>
    private let grantsWindow: Bool

    init(_ inbox: Inbox<HTTP2Frame>, grantsWindow: Bool) {
      self.inbox = inbox
      self.grantsWindow = grantsWindow
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let frame = unwrapInboundIn(data)
      inbox.append(frame)
      guard grantsWindow, case .data(let content) = frame.payload,
        content.data.readableBytes > 0
      else { return }
      let count = content.data.readableBytes
      let ids = content.endStream ? [.rootStream] : [.rootStream, frame.streamID]
      for id in ids {
        context.write(
          wrapOutboundOut(
            HTTP2Frame(streamID: id, payload: .windowUpdate(windowSizeIncrement: count))),
          promise: nil)
      }
      context.flush()
    }

    func channelInactive(context: ChannelHandlerContext) { inbox.close() }
    func errorCaught(context: ChannelHandlerContext, error: any Error) {}
  }
}
