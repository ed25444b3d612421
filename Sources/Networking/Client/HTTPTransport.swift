package import NIOCore
import NIOPosix
import Synchronization

/// Requests to one API server, over one HTTP/2 connection that is made when it is needed and made
/// again when it broke.
package final class HTTPTransport: Sendable {
  /// Larger answers than any list that fits the server's own limits.
  package static let answerByteCountMax = 1 << 30

  private struct State {
    var configuration: ClientConfiguration
    /// Counts the configurations, so that a connection of an old one is not kept.
    var generation = 0
    var connection: ClientConnection?
    /// Those who wait while somebody connects; `nil` while nobody does. Bounded by the callers.
    var waiters: [CheckedContinuation<ClientConnection?, any Error>]?
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
      state.connection = nil
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
    let connection = try await connection()
    let receiver = WholeResponse(limit: Self.answerByteCountMax)
    return try await receiver.answer(to: request, on: connection, timeout: timeout)
  }

  /// The head of an answer whose body comes piece by piece, for watches and logs.
  /// - Parameter timeout: for the head. The body may take as long as it likes: a server that is
  ///   gone is noticed by PING.
  package func stream(
    _ request: ClientRequest, timeout: Duration = .seconds(60)
  ) async throws -> StreamedResponse {
    do {
      return try await StreamedResponse.open(request, on: connection(), timeout: timeout)
    } catch ClientError.notProcessed {
      return try await StreamedResponse.open(request, on: connection(), timeout: timeout)
    }
  }

  package func close() {
    let connection = state.withLock { state in
      defer { state.connection = nil }
      return state.connection
    }
    connection?.close()
  }

  /// The connection of now; where there is none, one caller connects for all.
  private func connection() async throws -> ClientConnection {
    enum Role {
      case use(ClientConnection)
      case connect(ClientConfiguration, generation: Int)
      case wait
    }
    while true {
      let role = state.withLock { state -> Role in
        if let connection = state.connection, connection.isUsable { return .use(connection) }
        if state.waiters != nil { return .wait }
        state.waiters = []
        return .connect(state.configuration, generation: state.generation)
      }
      switch role {
      case .use(let connection): return connection
      case .connect(let configuration, let generation):
        return try await connect(configuration, generation)
      case .wait: if let connection = try await waitForConnection() { return connection }
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
        state.connection = connection
      }
      defer { state.waiters = nil }
      return state.waiters ?? []
    }
    for waiter in waiters { waiter.resume(with: result.map { $0 }) }
    return try result.get()
  }

  /// - Returns: `nil` where nobody connects any more: look again.
  private func waitForConnection() async throws -> ClientConnection? {
    try await withCheckedThrowingContinuation { continuation in
      let isWaiting = state.withLock { state in
        state.waiters?.append(continuation)
        return state.waiters != nil
      }
      if !isWaiting { continuation.resume(returning: nil) }
    }
  }
}
