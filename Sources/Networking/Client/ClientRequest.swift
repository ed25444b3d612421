package import NIOCore

/// A request to an API server.
package struct ClientRequest: Sendable {
  package var method: RequestMethod
  /// Path and query, encoded: `/api/v1/pods?limit=500`.
  package var target: String
  /// Further header fields, with lower-case names.
  package var headers: HeaderFields
  package var body: [UInt8]

  package init(
    _ method: RequestMethod, _ target: String, headers: HeaderFields = HeaderFields(),
    body: [UInt8] = []
  ) {
    self.method = method
    self.target = target
    self.headers = headers
    self.body = body
  }
}

package struct ClientResponse: Sendable {
  package var status: Int
  package var headers: HeaderFields
  package var body: [UInt8]
}

/// Hears the answer to one request, in this order, on the connection's event loop: it must not
/// block. `didEnd` comes last, exactly once.
package protocol ResponseReceiver: AnyObject, Sendable {
  func didReceiveHead(status: Int, headers: HeaderFields)
  /// - Returns: how many bytes the server may send for it. Whoever returns fewer than came grants
  ///   the rest later: `ClientStream.grant`.
  func didReceiveBody(_ bytes: ByteBuffer) -> Int
  /// Fields behind the body, or behind the head where there is none.
  func didReceiveTrailers(_ fields: HeaderFields)
  /// The request's body may go on.
  func mayWriteBody()
  /// - Parameter error: `nil` where the answer came whole.
  func didEnd(_ error: ClientError?)
}

extension ResponseReceiver {
  package func didReceiveTrailers(_ fields: HeaderFields) {}
  package func mayWriteBody() {}
}

/// Why a request has no answer.
package enum ClientError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No connection came to be; nothing was sent.
  case cannotConnect(server: ServerURL, reason: String)
  /// The server speaks TLS, but no HTTP/2.
  case noHTTP2(server: ServerURL)
  /// The server did not look at the request: it may be sent again.
  case notProcessed
  /// The connection broke, or the server broke the answer off. The request may have been carried out.
  case connectionLost(reason: String)
  case timedOut(after: Duration)
  case cancelled
  /// The answer passes what the caller wants to hold.
  case answerTooLarge(limit: Int)
  /// More requests wait on one connection than it takes.
  case tooManyRequests(limit: Int)
  /// Streamed answers have taken all their places on as many connections as there may be.
  case noConnectionLeft(connectionsMax: Int)

  package var description: String {
    switch self {
    case .cannotConnect(let server, let reason): "cannot connect to \(server): \(reason)"
    case .noHTTP2(let server): "\(server) does not speak HTTP/2"
    case .notProcessed: "the server refused the request before it looked at it"
    case .connectionLost(let reason): "the connection to the server broke: \(reason)"
    case .timedOut(let duration): "the server did not answer within \(duration)"
    case .cancelled: "the request was cancelled"
    case .answerTooLarge(let limit): "the answer is larger than \(limit) bytes"
    case .tooManyRequests(let limit): "more than \(limit) requests wait for the server"
    case .noConnectionLeft(let max):
      "all \(max) connections to the server are taken by answers that are read as they come"
    }
  }
}
