/// Answers requests.
package protocol RequestHandler: Sendable {
  /// Called on the connection's event loop once the request's body is there, so it must not block.
  /// It answers through `responder`, at once or later, from any thread, once.
  func handle(_ request: ServerRequest, _ responder: Responder)
}

/// What went wrong before a request could reach the handler.
package enum ProtocolProblem: Error, Equatable, Sendable {
  /// 400: the request cannot be understood; the text says what about it.
  case malformed(String)
  /// 408: head or body stopped coming.
  case timeout
  /// 413: the body passes the limit.
  case bodyTooLarge(limit: Int)
  /// 431: the head passes the limit.
  case headTooLarge(limit: Int)
  /// 503: the server is stopping.
  case stopping

  package var status: Int {
    switch self {
    case .malformed: 400
    case .timeout: 408
    case .bodyTooLarge: 413
    case .headTooLarge: 431
    case .stopping: 503
    }
  }

  package var message: String {
    switch self {
    case .malformed(let what): what
    case .timeout: "the request did not arrive in time"
    case .bodyTooLarge(let limit): "the request body is larger than \(limit) bytes"
    case .headTooLarge(let limit): "the request's header fields are larger than \(limit) bytes"
    case .stopping: "the server is stopping"
    }
  }
}
