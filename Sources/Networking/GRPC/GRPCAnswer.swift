import Synchronization

/// The single message that a call waits for.
final class GRPCAnswer: Sendable {
  typealias Waiter = CheckedContinuation<Result<[UInt8], GRPCError>, Never>

  private struct State {
    var message: [UInt8]?
    var isRepeated = false
    var waiter: Waiter?
  }
  private let state = Mutex(State())

  func wait(with waiter: Waiter) {
    state.withLock { $0.waiter = waiter }
  }

  func add(_ message: [UInt8]) {
    state.withLock { state in
      state.isRepeated = state.message != nil
      state.message = message
    }
  }

  /// Only the first end counts.
  func end(_ error: GRPCError?) {
    let (waiter, result) = state.withLock { state in
      defer { state.waiter = nil }
      return (state.waiter, Self.result(state, error))
    }
    waiter?.resume(returning: result)
  }

  private static func result(_ state: State, _ error: GRPCError?) -> Result<[UInt8], GRPCError> {
    if let error { return .failure(error) }
    guard let message = state.message, !state.isRepeated else {
      return .failure(
        GRPCError(
          code: .unknown,
          message: state.isRepeated ? "two answers to one call" : "an end without an answer"))
    }
    return .success(message)
  }
}
