import NIOCore
import Networking
import Resources

/// What one request was told by priority and fairness: tells its client by which rules, and gives its
/// seat back once the answer is out or a stream has begun.
struct AdmittedRequest: Sendable {
  let isRefused: Bool
  let seat: RequestSeat?
  private let route: FlowRoute
  private let eventLoop: (any EventLoop)?

  var schemaName: String { route.schema.name }
  var levelName: String? { route.level?.name }

  /// - Parameter eventLoop: where the request is handled.
  init(
    _ entry: RequestFairness.Entry, by route: FlowRoute, on eventLoop: (any EventLoop)?
  ) {
    switch entry {
    case .granted(let seat): (isRefused, self.seat) = (false, seat)
    case .refused: (isRefused, seat) = (true, nil)
    }
    self.route = route
    self.eventLoop = eventLoop
  }

  /// The head of the answer is known.
  func answered(isStream: Bool, _ headers: inout HeaderFields) {
    headers.add(route.fields)
    if isStream { seat?.release() }
  }

  /// The answer is out, whole.
  ///
  /// Reads are answered while they are handled: one after the other, they would never meet. Those of
  /// one round of the event loop count as being served at once, so that a crowd of them has to wait
  /// while others, who come in the next round, have not.
  func ended() {
    guard let seat else { return }
    if let eventLoop, eventLoop.inEventLoop {
      eventLoop.execute { seat.release() }
    } else {
      seat.release()
    }
  }

  /// Nobody is left who could answer.
  func abandoned() { seat?.release() }
}

extension APIError {
  /// Source: upstream's filter, which says so and no more.
  static var tooManyRequests: APIError {
    var error = APIError(
      code: 429, reason: .tooManyRequests,
      message: "Too many requests, please try again later.")
    error.details.retryAfterSeconds = 1
    return error
  }
}
