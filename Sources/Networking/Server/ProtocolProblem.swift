import Resources

/// What went wrong before a request could reach the handler.
package enum ProtocolProblem: Error, Equatable, Sendable {
  /// 400: the request cannot be understood; the text says what about it.
  case malformed(String)
  /// 408: head or body stopped coming.
  case timeout
  /// 413: the body passes the limit.
  case bodyTooLarge(limit: Int)
  /// 429: too many bodies come at once, of all clients together.
  case overloaded
  /// 431: the head passes the limit.
  case headTooLarge(limit: Int)
  /// 503: the server is stopping.
  case stopping

  package var status: Int {
    switch self {
    case .malformed: 400
    case .timeout: 408
    case .bodyTooLarge: 413
    case .overloaded: 429
    case .headTooLarge: 431
    case .stopping: 503
    }
  }

  package var message: String {
    switch self {
    case .malformed(let what): what
    case .timeout: "the request did not arrive in time"
    case .bodyTooLarge(let limit): "the request body is larger than \(limit) bytes"
    case .overloaded: "the server receives too many request bodies at once, try again later"
    case .headTooLarge(let limit): "the request's header fields are larger than \(limit) bytes"
    case .stopping: "the server is stopping, try again later"
    }
  }

  /// As the API's clients read it: a `Status` object in JSON.
  package var response: ServerResponse {
    var error = APIError(code: status, reason: reason, message: message)
    var headers: HeaderFields = ["content-type": "application/json"]
    if isPassing {
      error.details.retryAfterSeconds = 1
      headers.add("retry-after", "1")
    }
    return ServerResponse(status: status, headers: headers, body: .bytes(error.status.json))
  }

  private var reason: APIError.Reason {
    switch self {
    case .malformed, .headTooLarge: .badRequest
    case .timeout: .timeout
    case .bodyTooLarge: .requestEntityTooLarge
    case .overloaded: .tooManyRequests
    case .stopping: .serviceUnavailable
    }
  }

  /// The same request may succeed in a moment.
  private var isPassing: Bool { self == .overloaded || self == .stopping }
}
