import DequeModule
import NIOCore

/// Carries a `SPDYStateMachine` over a `ByteDuplex`, and hands out its streams.
///
/// SPDY as Kubernetes uses it has no flow control per stream: when the readers of its streams fall
/// behind by more than `bufferedByteCountMax` in all, the whole connection is read no further.
package final class SPDYConnection: Sendable {
  /// What may wait for the readers of all streams together.
  static let bufferedByteCountMax = 1 << 20

  fileprivate struct Core: Sendable {
    var machine: SPDYStateMachine
    var inboxes: [SPDYStreamID: StreamInbox] = [:]
    /// Streams of this side that the peer has accepted.
    var accepted: Set<SPDYStreamID> = []
    /// Streams of the peer that nobody has taken yet. Bounded by the machine's `streamsMax`.
    var incoming: Deque<IncomingStream> = []
    var bufferedByteCount = 0
    /// Set once nothing more comes, by the first cause.
    var end: ByteDuplexError?
  }

  fileprivate struct IncomingStream: Sendable {
    let id: SPDYStreamID
    let headers: HeaderFields
  }

  private let duplex: any ByteDuplex
  private let core: AwaitableState<Core>

  convenience package init(clientOver duplex: any ByteDuplex) {
    self.init(duplex, SPDYStateMachine(role: .client))
  }

  convenience package init(serverOver duplex: any ByteDuplex) {
    self.init(duplex, SPDYStateMachine(role: .server))
  }

  init(_ duplex: any ByteDuplex, _ machine: SPDYStateMachine) {
    self.duplex = duplex
    self.core = AwaitableState(Core(machine: machine))
  }

  /// Reads the connection until it ends. Streams live while this runs; when it returns, or is
  /// cancelled, all have ended.
  package func run() async {
    do {
      while let bytes = try await duplex.read() {
        let hasAnswered = try core.update { core in
          for event in try core.machine.receive(bytes) { core.apply(event) }
          return flush(&core)
        }
        // A peer that asks without reading the answers is not read from either.
        if hasAnswered { try await duplex.drained() }
        try await core.wait { $0.bufferedByteCount <= Self.bufferedByteCountMax ? () : nil }
      }
      end(.reset)
    } catch let error as SPDYError {
      core.update { core in
        core.machine.goAway(.protocolError)
        _ = flush(&core)
      }
      end(.failed("SPDY: \(error)"))
      duplex.finish()
    } catch {
      end(error as? ByteDuplexError ?? .closed)
    }
  }

  private func end(_ cause: ByteDuplexError) {
    core.update { core in
      if core.end == nil { core.end = cause }
      for id in core.inboxes.keys { core.inboxes[id]?.finish(.broken(cause)) }
    }
  }

  /// Tells the peer that this side is done, and ends output.
  package func finish() {
    core.update { core in
      core.machine.goAway(.ok)
      _ = flush(&core)
    }
    duplex.finish()
  }

  package func close() { duplex.close() }

  /// Waits until all that was written on any stream has left this side.
  func flushed() async throws { try await duplex.flushed() }

  /// Hands output to the duplex. Under the lock, so that frames leave in the order they were made.
  private func flush(_ core: inout Core) -> Bool {
    let output = core.machine.takeOutput()
    for bytes in output { duplex.write(bytes) }
    return !output.isEmpty
  }
}

// MARK: Streams

extension SPDYConnection {
  /// Opens a stream without waiting for the peer; `SPDYStream.accepted` does that.
  package func open(_ headers: HeaderFields) throws -> SPDYStream {
    let id = try core.update { core throws in
      if let end = core.end { throw end }
      guard let id = core.machine.open(headers) else { throw ByteDuplexError.closed }
      core.inboxes[id] = StreamInbox()
      _ = flush(&core)
      return id
    }
    return SPDYStream(id: id, headers: headers, connection: self)
  }

  /// The next stream that the peer opens, `nil` once the connection has ended. Whoever takes it
  /// calls `accept` or `refuse`.
  package func incoming() async throws -> SPDYStream? {
    let next = try await core.wait { core -> IncomingStream?? in
      if let next = core.incoming.popFirst() { return .some(next) }
      return core.end == nil ? nil : .some(nil)
    }
    return next.map { SPDYStream(id: $0.id, headers: $0.headers, connection: self) }
  }

  /// Waits until the connection has ended, and all of it is read.
  package func ended() async throws {
    try await core.wait { $0.end == nil ? nil : () }
  }

  func accept(_ id: SPDYStreamID) {
    core.update { core in
      core.machine.accept(id)
      _ = flush(&core)
    }
  }

  func waitUntilAccepted(_ id: SPDYStreamID) async throws {
    try await core.wait { core throws -> Void? in
      if core.accepted.contains(id) { return () }
      if case .broken(let error) = core.inboxes[id]?.end { throw error }
      return nil
    }
  }

  func read(_ id: SPDYStreamID) async throws -> ByteBuffer? {
    try await core.wait { core throws -> ByteBuffer?? in
      guard let taken = try core.inboxes[id]?.take() else {
        return core.inboxes[id] == nil ? .some(nil) : nil
      }
      core.bufferedByteCount -= taken?.readableBytes ?? 0
      return taken
    }
  }

  func write(_ bytes: ByteBuffer, on id: SPDYStreamID) {
    core.update { core in
      core.machine.send(bytes, on: id)
      _ = flush(&core)
    }
  }

  func drained(_ id: SPDYStreamID) async throws {
    guard canWrite(id) else { throw ByteDuplexError.reset }
    try await duplex.drained()
  }

  func canWrite(_ id: SPDYStreamID) -> Bool {
    core.read { $0.end == nil && $0.machine.canSend(on: id) }
  }

  func finish(_ id: SPDYStreamID) {
    core.update { core in
      core.machine.finish(id)
      _ = flush(&core)
    }
  }

  /// Ends the stream, with a reset where it was not over, and forgets it.
  func close(_ id: SPDYStreamID, _ status: SPDYResetStatus) {
    core.update { core in
      core.machine.reset(id, status)
      _ = flush(&core)
      core.inboxes[id]?.finish(.broken(.closed))
      core.bufferedByteCount -= core.inboxes[id]?.discard() ?? 0
    }
  }

  /// The stream's object is gone.
  func forget(_ id: SPDYStreamID) {
    close(id, .cancel)
    core.update { core in
      core.inboxes[id] = nil
      core.accepted.remove(id)
    }
  }

  /// Drops what waits on the stream and what comes, so that it holds nobody up.
  func discardInput(_ id: SPDYStreamID) {
    core.update { core in
      core.bufferedByteCount -= core.inboxes[id]?.discard() ?? 0
    }
  }
}

extension SPDYConnection.Core {
  fileprivate mutating func apply(_ event: SPDYStateMachine.Event) {
    switch event {
    case .opened(let id, let headers):
      inboxes[id] = StreamInbox()
      incoming.append(.init(id: id, headers: headers))
    case .accepted(let id): accepted.insert(id)
    case .data(let id, let bytes): bufferedByteCount += inboxes[id]?.append(bytes) ?? 0
    case .inputEnded(let id): inboxes[id]?.finish(.inOrder)
    case .reset(let id, _): inboxes[id]?.finish(.broken(.reset))
    case .goingAway: break
    }
  }
}
