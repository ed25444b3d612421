import NIOCore
import Synchronization

/// Knows the server's connections: for their limit, and to stop them.
final class ConnectionRegistry: Sendable {
  private struct State {
    /// Accepted and not closed, handshakes included.
    var channels: [ObjectIdentifier: any Channel] = [:]
    var connections: [ObjectIdentifier: StartedConnection] = [:]
    var isStopping = false
    var onEmpty: (@Sendable () -> Void)?
  }

  private struct StartedConnection: Sendable {
    let eventLoop: any EventLoop
    let connection: NIOLoopBound<any ServerConnection>
  }

  private let connectionsMax: Int
  private let state = Mutex(State())

  init(connectionsMax: Int) { self.connectionsMax = connectionsMax }

  var count: Int { state.withLock { $0.channels.count } }

  /// Takes a new channel in.
  /// - Returns: `false` where there is no room, or the server stops: the channel is to be closed.
  func admit(_ channel: any Channel) -> Bool {
    let id = ObjectIdentifier(channel)
    let isAdmitted = state.withLock { state in
      guard !state.isStopping, state.channels.count < connectionsMax else { return false }
      state.channels[id] = channel
      return true
    }
    if isAdmitted { channel.closeFuture.whenComplete { _ in self.didClose(id) } }
    return isAdmitted
  }

  /// The channel speaks HTTP now. On its event loop.
  func didStart(_ connection: any ServerConnection, on channel: any Channel) {
    let started = StartedConnection(
      eventLoop: channel.eventLoop,
      connection: NIOLoopBound(connection, eventLoop: channel.eventLoop))
    let isStopping = state.withLock { state in
      if state.channels[ObjectIdentifier(channel)] != nil {
        state.connections[ObjectIdentifier(channel)] = started
      }
      return state.isStopping
    }
    if isStopping { connection.stopGracefully() }
  }

  private func didClose(_ id: ObjectIdentifier) {
    let action = state.withLock { state -> (@Sendable () -> Void)? in
      state.channels[id] = nil
      state.connections[id] = nil
      return state.channels.isEmpty ? state.onEmpty : nil
    }
    action?()
  }

  /// Admits no more, and has every connection end once its requests are answered. `onEmpty` is
  /// called when none is left.
  func stopGracefully(onEmpty: @escaping @Sendable () -> Void) {
    let (connections, isEmpty) = state.withLock { state in
      state.isStopping = true
      state.onEmpty = onEmpty
      return (Array(state.connections.values), state.channels.isEmpty)
    }
    if isEmpty { onEmpty() }
    for started in connections {
      started.eventLoop.execute { started.connection.value.stopGracefully() }
    }
  }

  /// Closes what is left.
  func closeAll() {
    let channels = state.withLock { Array($0.channels.values) }
    for channel in channels { channel.close(promise: nil) }
  }
}
