import NIOCore
import Synchronization

/// An answer whose body is read while it comes. Letting go of it ends the request.
package struct StreamedResponse: Sendable {
  package let status: Int
  package let headers: HeaderFields
  private let lifetime: Lifetime

  /// The next bytes, `nil` at the end. One caller at a time.
  ///
  /// The server is granted more only as bytes are taken, so what waits is bounded.
  package func next() async throws -> [UInt8]? { try await lifetime.body.next() }

  /// The whole of what is left.
  /// - Parameter limit: most bytes; more is an error.
  package func collect(upTo limit: Int) async throws -> [UInt8] {
    var all: [UInt8] = []
    while let bytes = try await next() {
      guard all.count + bytes.count <= limit else {
        throw ClientError.answerTooLarge(limit: limit)
      }
      all += bytes
    }
    return all
  }

  /// - Parameter connection: a place for this was taken on it.
  static func open(
    _ request: ClientRequest, on connection: ClientConnection, timeout: Duration
  ) async throws -> StreamedResponse {
    let body = StreamedBody()
    let (status, headers) = try await body.head(of: request, on: connection, timeout: timeout)
    return StreamedResponse(status: status, headers: headers, lifetime: Lifetime(body))
  }

  /// Ends the request with the last reference to the response.
  private final class Lifetime: Sendable {
    let body: StreamedBody
    init(_ body: StreamedBody) { self.body = body }
    deinit { body.cancel() }
  }
}

/// Passes one answer from the event loop to the task that reads it.
private final class StreamedBody: ResponseReceiver {
  private struct State {
    var head: CheckedContinuation<(Int, HeaderFields), any Error>?
    var reader: CheckedContinuation<[UInt8]?, any Error>?
    /// Bounded by the stream's window.
    var waiting: [ByteBuffer] = []
    var end: Result<Void, ClientError>?
    var stream: ClientStream?
    var timeout: Scheduled<Void>?
    var isCancelled = false
  }

  private let state = Mutex(State())

  func head(
    of request: ClientRequest, on connection: ClientConnection, timeout: Duration
  ) async throws -> (Int, HeaderFields) {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        state.withLock { $0.head = continuation }
        let stream = connection.send(request, to: self, holdsPlace: true)
        let task = stream.eventLoop.scheduleTask(in: TimeAmount(timeout)) {
          stream.cancel(.timedOut(after: timeout))
        }
        let (isCancelled, hasHead) = state.withLock { state in
          state.stream = stream
          state.timeout = task
          return (state.isCancelled, state.head == nil)
        }
        if isCancelled { stream.cancel() }
        if hasHead { task.cancel() }
      }
    } onCancel: {
      cancel()
    }
  }

  func cancel() {
    let stream = state.withLock { state in
      state.isCancelled = true
      return state.stream
    }
    stream?.cancel()
  }

  func next() async throws -> [UInt8]? {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        state.withLock { state in
          precondition(state.reader == nil, "a streamed response has one reader at a time")
          state.reader = continuation
        }
        serve()
      }
    } onCancel: {
      cancel()
    }
  }

  /// Gives the reader what waits, if both are there.
  private func serve() {
    typealias Reader = CheckedContinuation<[UInt8]?, any Error>
    let (reader, buffers, end, stream) = state.withLock {
      state -> (Reader?, [ByteBuffer], Result<Void, ClientError>?, ClientStream?) in
      guard let reader = state.reader, !state.waiting.isEmpty || state.end != nil else {
        return (nil, [], nil, nil)
      }
      defer {
        state.waiting = []
        state.reader = nil
      }
      return (reader, state.waiting, state.end, state.stream)
    }
    guard let reader else { return }
    if !buffers.isEmpty {
      var bytes: [UInt8] = []
      bytes.reserveCapacity(buffers.reduce(0) { $0 + $1.readableBytes })
      for buffer in buffers { bytes.append(contentsOf: buffer.readableBytesView) }
      stream?.grant(byteCount: bytes.count)
      return reader.resume(returning: bytes)
    }
    switch end {
    case .success, nil: reader.resume(returning: nil)
    case .failure(.cancelled): reader.resume(throwing: CancellationError())
    case .failure(let error): reader.resume(throwing: error)
    }
  }

  func didReceiveHead(status: Int, headers: HeaderFields) {
    let (head, timeout) = state.withLock { state in
      defer {
        state.head = nil
        state.timeout = nil
      }
      return (state.head, state.timeout)
    }
    timeout?.cancel()
    head?.resume(returning: (status, headers))
  }

  func didReceiveBody(_ bytes: ByteBuffer) -> Int {
    state.withLock { $0.waiting.append(bytes) }
    serve()
    return 0  // granted as the reader takes them
  }

  func didEnd(_ error: ClientError?) {
    let (head, timeout) = state.withLock { state in
      state.end = error.map { .failure($0) } ?? .success(())
      defer {
        state.head = nil
        state.timeout = nil
        state.stream = nil
      }
      return (state.head, state.timeout)
    }
    timeout?.cancel()
    if let head {
      if let error, error != .cancelled {
        head.resume(throwing: error)
      } else {
        head.resume(throwing: CancellationError())
      }
    }
    serve()
  }
}
