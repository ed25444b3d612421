import Networking

/// Why a call to the container runtime gave no answer. Every message is fit for an event.
package enum RuntimeError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The sandbox, container or image is not there (any more).
  case notFound(String)
  /// Nobody answers at the socket: the message says what to do.
  case unavailable(String)
  /// The deadline passed. What was asked for may have happened all the same.
  case timedOut(String)
  /// This runtime does not know the call.
  case unimplemented(String)
  /// The runtime tried and could not, in its own words.
  case failed(String)

  package var description: String {
    switch self {
    case .notFound(let message), .unavailable(let message), .timedOut(let message),
      .unimplemented(let message), .failed(let message):
      message
    }
  }
}

extension RuntimeError {
  /// - Parameters:
  ///   - call: the method's name, "RunPodSandbox".
  ///   - socketPath: where it was sent.
  init(_ error: GRPCError, call: String, socketPath: String) {
    switch error.code {
    case .notFound:
      self = .notFound(error.message)
    case .unavailable:
      self = .unavailable(
        "the container runtime does not answer at \(socketPath) (\(error.message)): see that "
          + "containerd is running and that its CRI plugin is not disabled")
    case .deadlineExceeded:
      self = .timedOut("\(call): no answer from the container runtime in time")
    case .unimplemented:
      self = .unimplemented("the container runtime at \(socketPath) does not know \(call)")
    default:
      // containerd has read back its containers only some time after it opened its socket.
      let isStarting = error.message.contains("server is not initialized yet")
      self = isStarting ? .unavailable(error.message) : .failed(error.message)
    }
  }
}
