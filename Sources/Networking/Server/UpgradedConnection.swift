package import NIOCore
import Synchronization

/// The raw bytes of a connection that left HTTP by an upgrade, both ways, from any thread.
///
/// Code that is made of NIO channel handlers takes the channel itself instead: see
/// `Responder.upgrade(to:headers:install:)`.
package final class UpgradedConnection: Sendable {
  package typealias BytesAction = @Sendable (ByteBuffer) -> Void

  private struct State {
    var channel: (any Channel)?
    var isReading = true
    var isClosed = false
    var isCloseAsked = false
    var isWritable = true
    /// Written before the channel was there. Bounded by what a caller writes before the handshake.
    var early: [ByteBuffer] = []
    /// Read before `start`: what came in one go behind the request head, at most one read.
    var unread: [ByteBuffer] = []
    var onBytes: BytesAction?
    var onClose: (@Sendable () -> Void)?
    var onWritable: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())

  package init() {}

  /// Starts delivery. Bytes come in order on the event loop: `onBytes` must not block.
  /// - Parameter onClose: called once, when no more bytes come, for whatever reason.
  package func start(
    onBytes: @escaping BytesAction, onClose: @escaping @Sendable () -> Void
  ) {
    let channel = state.withLock { state in
      state.onBytes = onBytes
      state.onClose = onClose
      return state.channel
    }
    if let channel {
      channel.eventLoop.execute { self.deliverUnread() }
    } else if state.withLock({ $0.isClosed }) {
      didClose()
    }
  }

  /// Sends bytes. What a slow peer leaves waiting is not bounded here: look at `isWritable`.
  package func write(_ bytes: ByteBuffer) {
    let channel = state.withLock { state -> (any Channel)? in
      guard !state.isClosed, !state.isCloseAsked else { return nil }
      if state.channel == nil { state.early.append(bytes) }
      return state.channel
    }
    channel?.writeAndFlush(bytes, promise: nil)
  }

  package func write(_ bytes: [UInt8]) { write(ByteBuffer(bytes: bytes)) }

  package var isWritable: Bool { state.withLock { $0.isWritable && !$0.isClosed } }

  /// Calls `action` each time the peer has caught up. Runs on the event loop.
  package func onWritable(_ action: @escaping @Sendable () -> Void) {
    state.withLock { $0.onWritable = action }
  }

  /// Stops taking bytes off the socket, so that the peer is slowed by TCP. A few may still come.
  package func pauseReading() { setReading(false) }
  package func resumeReading() { setReading(true) }

  private func setReading(_ isReading: Bool) {
    let channel = state.withLock { state in
      state.isReading = isReading
      return state.channel
    }
    guard let channel, isReading else { return }
    channel.eventLoop.execute {
      self.deliverUnread()
      channel.read()
    }
  }

  /// Closes the connection behind what was written before.
  package func close() {
    let channel = state.withLock { state in
      state.isCloseAsked = true
      return state.channel
    }
    guard let channel else { return }
    channel.writeAndFlush(ByteBuffer()).whenComplete { _ in channel.close(promise: nil) }
  }
}

// MARK: The channel's side

extension UpgradedConnection {
  /// Adds the handler that connects `channel` with this. On the channel's event loop.
  package func install(on channel: any Channel) {
    do {
      try channel.pipeline.syncOperations.addHandler(UpgradedConnectionHandler(self))
    } catch {
      channel.close(promise: nil)
      didClose()
    }
  }

  /// The upgrade cannot happen, or the channel is gone.
  package func didClose() {
    let action = state.withLock { state -> (@Sendable () -> Void)? in
      state.isClosed = true
      state.channel = nil
      state.early = []
      state.onBytes = nil
      state.onWritable = nil
      defer { state.onClose = nil }
      return state.onClose
    }
    action?()
  }

  fileprivate func attach(_ channel: any Channel) {
    let (early, isCloseAsked) = state.withLock { state in
      state.channel = channel
      defer { state.early = [] }
      return (state.early, state.isCloseAsked)
    }
    for bytes in early { channel.write(bytes, promise: nil) }
    channel.flush()
    if isCloseAsked { close() }
  }

  fileprivate func didRead(_ bytes: ByteBuffer) {
    state.withLock { $0.unread.append(bytes) }
    deliverUnread()
  }

  /// Hands over what was read, unless nobody listens yet. On the event loop.
  private func deliverUnread() {
    while true {
      let next = state.withLock { state -> (ByteBuffer, BytesAction)? in
        guard let action = state.onBytes, !state.unread.isEmpty else { return nil }
        return (state.unread.removeFirst(), action)
      }
      guard let (bytes, action) = next else { return }
      action(bytes)
    }
  }

  fileprivate var mayRead: Bool {
    state.withLock { $0.isReading && $0.onBytes != nil || $0.unread.isEmpty && $0.isReading }
  }

  fileprivate func writabilityChanged(to isWritable: Bool) {
    let action = state.withLock { state in
      state.isWritable = isWritable
      return isWritable ? state.onWritable : nil
    }
    action?()
  }
}

/// Sits at the end of an upgraded connection's pipeline.
private final class UpgradedConnectionHandler: ChannelInboundHandler, ChannelOutboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let connection: UpgradedConnection

  init(_ connection: UpgradedConnection) { self.connection = connection }

  func handlerAdded(context: ChannelHandlerContext) { connection.attach(context.channel) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    connection.didRead(unwrapInboundIn(data))
  }

  func read(context: ChannelHandlerContext) {
    if connection.mayRead { context.read() }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    connection.writabilityChanged(to: context.channel.isWritable)
    context.fireChannelWritabilityChanged()
  }

  func channelInactive(context: ChannelHandlerContext) {
    connection.didClose()
    context.fireChannelInactive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    // Without half-closure the end of input is the end of the connection.
    if case ChannelEvent.inputClosed = event { context.close(promise: nil) }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}
