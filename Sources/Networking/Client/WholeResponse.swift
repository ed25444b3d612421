import NIOCore
import Synchronization

/// Gathers one answer in memory.
final class WholeResponse: ResponseReceiver {
  private struct State {
    var status = 0
    var headers = HeaderFields()
    var body: [UInt8] = []
    var continuation: CheckedContinuation<ClientResponse, any Error>?
    var stream: ClientStream?
    var timeout: Scheduled<Void>?
    var isCancelled = false
  }

  private let limit: Int
  private let state = Mutex(State())

  /// - Parameter limit: most bytes of the body.
  init(limit: Int) { self.limit = limit }

  func answer(
    to request: ClientRequest, on connection: ClientConnection, timeout: Duration
  ) async throws -> ClientResponse {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        state.withLock { $0.continuation = continuation }
        let stream = connection.send(request, to: self)
        let task = stream.eventLoop.scheduleTask(in: TimeAmount(timeout)) {
          stream.cancel(.timedOut(after: timeout))
        }
        let (isCancelled, isOver) = state.withLock { state in
          state.stream = stream
          state.timeout = task
          return (state.isCancelled, state.continuation == nil)
        }
        if isCancelled { stream.cancel() }
        if isOver { task.cancel() }
      }
    } onCancel: {
      let stream = state.withLock { state in
        state.isCancelled = true
        return state.stream
      }
      stream?.cancel()
    }
  }

  func didReceiveHead(status: Int, headers: HeaderFields) {
    state.withLock { state in
      state.status = status
      state.headers = headers
      let announced = headers["content-length"].flatMap { Int($0) } ?? 0
      state.body.reserveCapacity(min(announced, limit))
    }
  }

  func didReceiveBody(_ bytes: ByteBuffer) -> Int {
    let stream = state.withLock { state -> ClientStream? in
      guard state.body.count + bytes.readableBytes <= limit else { return state.stream }
      state.body.append(contentsOf: bytes.readableBytesView)
      return nil
    }
    stream?.cancel(.answerTooLarge(limit: limit))
    return bytes.readableBytes
  }

  func didEnd(_ error: ClientError?) {
    let (continuation, timeout, response) = state.withLock { state in
      defer { state.continuation = nil }
      return (
        state.continuation, state.timeout,
        ClientResponse(status: state.status, headers: state.headers, body: state.body)
      )
    }
    timeout?.cancel()
    switch error {
    case nil: continuation?.resume(returning: response)
    case .cancelled?: continuation?.resume(throwing: CancellationError())
    case let error?: continuation?.resume(throwing: error)
    }
  }
}
