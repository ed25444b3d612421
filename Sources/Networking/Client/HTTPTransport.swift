package import NIOCore
import NIOPosix
import Synchronization

/// Requests to one API server, over one HTTP/2 connection that is made when it is needed and made
/// again when it broke. Streamed answers that do not fit on it beside the other requests get further
/// connections.
package final class HTTPTransport: Sendable {
  /// Larger answers than any list that fits the server's own limits.
  package static let answerByteCountMax = 1 << 30

  private struct State {
    var configuration: ClientConfiguration
    /// Counts the configurations, so that a connection of an old one is not kept.
    var generation = 0
    /// The first that is usable takes all requests that are soon answered.
    var connections: [ClientConnection] = []
    /// Those who wait while somebody connects; `nil` while nobody does. Bounded by the callers.
    var waiters: [CheckedContinuation<Void, any Error>]?
  }

  private let limits: ClientLimits
  private let group: any EventLoopGroup
  private let state: Mutex<State>

  package init(
    _ configuration: ClientConfiguration, limits: ClientLimits = ClientLimits(),
    on group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
  ) {
    self.limits = limits
    self.group = group
    self.state = Mutex(State(configuration: configuration))
  }

  /// Uses other certificates, or another server, from the next connection on; requests under way
  /// end as they began.
  package func reload(_ configuration: ClientConfiguration) {
    state.withLock { state in
      state.configuration = configuration
      state.generation += 1
      state.connections = []
    }
  }

  /// The whole answer. Sends again, once, what a server that is stopping has not looked at.
  /// - Throws: `ClientError`; any status of the server is an answer and no error.
  package func send(
    _ request: ClientRequest, timeout: Duration = .seconds(60)
  ) async throws -> ClientResponse {
    do {
      return try await attempt(request, timeout)
    } catch ClientError.notProcessed {
      return try await attempt(request, timeout)
    }
  }

  private func attempt(
    _ request: ClientRequest, _ timeout: Duration
  ) async throws -> ClientResponse {
    let connection = try await connection { _ in true }
    let receiver = WholeResponse(limit: Self.answerByteCountMax)
    return try await receiver.answer(to: request, on: connection, timeout: timeout)
  }

  /// The head of an answer whose body comes piece by piece, for watches and logs.
  /// - Parameter timeout: for the head. The body may take as long as it likes: a server that is
  ///   gone is noticed by PING.
  /// - Throws: `.noConnectionLeft` where there are `connectionsMax`, all full of such answers.
  package func stream(
    _ request: ClientRequest, timeout: Duration = .seconds(60)
  ) async throws -> StreamedResponse {
    do {
      return try await attemptStream(request, timeout)
    } catch ClientError.notProcessed {
      return try await attemptStream(request, timeout)
    }
  }

  private func attemptStream(
    _ request: ClientRequest, _ timeout: Duration
  ) async throws -> StreamedResponse {
    let connection = try await connection { $0.takePlace() }
    return try await StreamedResponse.open(request, on: connection, timeout: timeout)
  }

  package func close() {
    let connections = state.withLock { state in
      defer { state.connections = [] }
      return state.connections
    }
    for connection in connections { connection.close() }
  }

  /// A connection that has room; where there is none, one caller connects for all.
  /// - Parameter takesRoom: takes what is needed of it.
  private func connection(
    _ takesRoom: (ClientConnection) -> Bool
  ) async throws -> ClientConnection {
    enum Role {
      case use(ClientConnection)
      case connect(ClientConfiguration, generation: Int)
      case wait
      case refuse
    }
    while true {
      let role = state.withLock { state -> Role in
        for connection in state.connections where connection.isUsable && takesRoom(connection) {
          return .use(connection)
        }
        if state.waiters != nil { return .wait }
        state.connections.removeAll { !$0.isUsable }
        guard state.connections.count < limits.connectionsMax else { return .refuse }
        state.waiters = []
        return .connect(state.configuration, generation: state.generation)
      }
      switch role {
      case .use(let connection): return connection
      case .connect(let configuration, let generation):
        let connection = try await connect(configuration, generation)
        if takesRoom(connection) { return connection }
      case .wait: try await waitForConnection()
      case .refuse: throw ClientError.noConnectionLeft(connectionsMax: limits.connectionsMax)
      }
    }
  }

  private func connect(
    _ configuration: ClientConfiguration, _ generation: Int
  ) async throws -> ClientConnection {
    let result: Result<ClientConnection, any Error>
    do {
      result = .success(
        try await ClientConnection.connect(configuration, limits: limits, on: group))
    } catch {
      result = .failure(error)
    }
    let waiters = state.withLock { state in
      if case .success(let connection) = result, state.generation == generation {
        state.connections.append(connection)
      }
      defer { state.waiters = nil }
      return state.waiters ?? []
    }
    for waiter in waiters { waiter.resume(with: result.map { _ in }) }
    return try result.get()
  }

  /// Returns once somebody has connected, or nobody connects any more: look again.
  private func waitForConnection() async throws {
    try await withCheckedThrowingContinuation { continuation in
      let isWaiting = state.withLock { state in
        state.waiters?.append(continuation)
        return state.waiters != nil
      }
      if !isWaiting { continuation.resume() }
    }
  }
}
