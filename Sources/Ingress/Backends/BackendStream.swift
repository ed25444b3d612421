import NIOCore
import Networking

/// One request on its way to an endpoint, whatever the endpoint speaks. Lives on one event loop.
protocol BackendStream: AnyObject {
  /// Its connection has carried a request before.
  var isReused: Bool { get }
  /// Sends the head of a request; its body follows by `write` and `finish`.
  func begin(_ request: ForwardedRequest, for receiver: any AnswerReceiver)
  /// - Returns: whether more should be written now: `mayWrite` tells when it should again.
  func write(_ bytes: ByteBuffer) -> Bool
  /// The request is whole.
  func finish()
  /// Gives the request up, begun or not; the receiver hears nothing more.
  func cancel()
  /// Leaves the answer where it is while `isHeld`.
  func hold(_ isHeld: Bool)
}

/// A request as it is sent on.
struct ForwardedRequest {
  let request: ServerRequest
  /// That the client came to.
  let port: Int
  let framing: RequestForwarding.BodyFraming

  /// There is no body.
  var isWhole: Bool { framing == .none || framing == .length(0) }
}

/// Whoever waits for the answer to a request. Called on its event loop.
protocol AnswerReceiver: AnyObject {
  func didReceive(_ head: ResponseHead)
  func didReceive(_ bytes: ByteBuffer)
  /// One round of reading is over.
  func didReadComplete()
  /// The answer is whole. The stream is not the receiver's any more.
  func didEnd(trailers: HeaderFields)
  /// There will be no, or no more, answer. The stream is not the receiver's any more.
  func didFail(_ error: BackendError)
  /// The request's body may go on.
  func mayWrite()
}
