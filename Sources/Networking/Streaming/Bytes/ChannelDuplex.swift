import DequeModule
package import NIOCore

/// A `ByteDuplex` over a NIO channel that reads and writes `ByteBuffer`: a TCP or TLS connection.
///
/// Reads from the socket stop while more than `inboxByteCountMax` bytes wait for `read`, so TCP
/// slows the peer down.
package final class ChannelDuplex: ByteDuplex {
  static let inboxByteCountMax = 256 << 10
  /// What may be queued for the socket before `drained` waits, and how far it must then fall.
  static let outboxByteCountMax = 256 << 10
  static let outboxByteCountResume = 64 << 10

  private struct State: Sendable {
    var inbox = StreamInbox()
    var isReadHeld = false
    var outbox: Deque<ByteBuffer> = []
    /// In the outbox, and on the way through the pipeline.
    var queuedByteCount = 0
    var isPauseAdvised = false
    var isSendScheduled = false
    var isFinishAsked = false
    /// Nothing written arrives any more.
    var writeEnd: ByteDuplexError?
  }

  private let channel: any Channel
  private let state = AwaitableState(State())

  private init(_ channel: any Channel) { self.channel = channel }

  /// Connects `channel` with a new duplex: its handler goes to the end of the pipeline, so handlers
  /// before it (TLS) may decode and encode. On the channel's event loop.
  package static func install(on channel: any Channel) throws -> ChannelDuplex {
    let duplex = ChannelDuplex(channel)
    TCPKeepAlive.enable(on: channel)
    try channel.pipeline.syncOperations.addHandler(ChannelDuplexHandler(duplex))
    return duplex
  }

  deinit { channel.close(promise: nil) }

  package func read() async throws -> ByteBuffer? {
    let (bytes, resumes) = try await state.wait { state throws -> (ByteBuffer?, Bool)? in
      guard let bytes = try state.inbox.take() else { return nil }
      let resumes = state.isReadHeld && state.inbox.byteCount < Self.inboxByteCountMax / 2
      if resumes { state.isReadHeld = false }
      return (bytes, resumes)
    }
    if resumes { channel.read() }
    return bytes
  }

  package func write(_ bytes: ByteBuffer) {
    guard bytes.readableBytes > 0 else { return }
    schedule { state in
      state.outbox.append(bytes)
      state.queuedByteCount += bytes.readableBytes
    }
  }

  package func finish() { schedule { $0.isFinishAsked = true } }

  private func schedule(_ change: (inout State) -> Void) {
    let isFirst = state.update { state in
      guard state.writeEnd == nil, !state.isFinishAsked else { return false }
      change(&state)
      defer { state.isSendScheduled = true }
      return !state.isSendScheduled
    }
    if isFirst { channel.eventLoop.execute { self.sendQueued() } }
  }

  package func drained() async throws {
    try await state.wait { state throws -> Void? in
      if let end = state.writeEnd { throw end }
      if state.queuedByteCount > Self.outboxByteCountMax { state.isPauseAdvised = true }
      if state.isPauseAdvised, state.queuedByteCount > Self.outboxByteCountResume { return nil }
      state.isPauseAdvised = false
      return ()
    }
  }

  package func flushed() async throws {
    try await state.wait { state throws -> Void? in
      if state.queuedByteCount == 0 { return () }
      if let end = state.writeEnd { throw end }
      return nil
    }
  }

  package var canWrite: Bool { state.read { $0.writeEnd == nil && !$0.isFinishAsked } }

  package func close() {
    didEnd(.closed)
    channel.close(promise: nil)
  }
}

// MARK: The channel's side

extension ChannelDuplex {
  /// Writes everything queued, with one flush. On the event loop.
  private func sendQueued() {
    let (chunks, byteCount, finishes) = state.update { state in
      state.isSendScheduled = false
      let chunks = state.outbox
      state.outbox = []
      return (chunks, chunks.reduce(0) { $0 + $1.readableBytes }, state.isFinishAsked)
    }
    if let last = chunks.last {
      for bytes in chunks.dropLast() { channel.write(bytes, promise: nil) }
      channel.writeAndFlush(last).whenComplete { result in self.didSend(byteCount, result) }
    }
    if finishes { channel.writeAndFlush(ByteBuffer()).whenComplete { _ in self.finishOutput() } }
  }

  private func didSend(_ byteCount: Int, _ result: Result<Void, any Error>) {
    state.update { state in
      state.queuedByteCount -= byteCount
      if case .failure = result, state.writeEnd == nil { state.writeEnd = .reset }
    }
  }

  /// Ends output, once all of it is with the kernel: where input has ended before, or where a
  /// channel knows no half, all of it ends, and NIO drops what is still queued then.
  private func finishOutput() {
    let channel = self.channel
    channel.close(mode: .output).whenFailure { error in
      if case ChannelError.operationUnsupported = error { channel.close(promise: nil) }
    }
  }

  fileprivate func didRead(_ bytes: ByteBuffer) {
    state.update { _ = $0.inbox.append(bytes) }
  }

  /// Whether the handler may read on; where not, `read` asks for more later.
  fileprivate func mayRead() -> Bool {
    state.update { state in
      state.isReadHeld = state.inbox.byteCount >= Self.inboxByteCountMax
      return !state.isReadHeld
    }
  }

  fileprivate func inputEnded() { state.update { $0.inbox.finish(.inOrder) } }

  /// Nothing more goes either way.
  /// - Parameter inputEnd: how input ended, where it had not.
  fileprivate func didEnd(_ cause: ByteDuplexError, inputEnd: StreamInbox.End? = nil) {
    state.update { state in
      state.inbox.finish(inputEnd ?? .broken(cause))
      if state.writeEnd == nil { state.writeEnd = cause }
      state.outbox = []
    }
  }
}

private final class ChannelDuplexHandler: ChannelInboundHandler, ChannelOutboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// Weak: a duplex that nobody uses any more closes its channel.
  private weak var duplex: ChannelDuplex?

  init(_ duplex: ChannelDuplex) { self.duplex = duplex }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    duplex?.didRead(unwrapInboundIn(data))
  }

  func read(context: ChannelHandlerContext) {
    if duplex?.mayRead() ?? true { context.read() }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case ChannelEvent.inputClosed = event { duplex?.inputEnded() }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    duplex?.didEnd(.failed("\(error)"))
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    // Where the channel tells no half-closure, this is how input ends in order. What is queued is
    // lost.
    duplex?.didEnd(.reset, inputEnd: .inOrder)
    context.fireChannelInactive()
  }
}
