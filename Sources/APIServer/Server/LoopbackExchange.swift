import NIOCore
import Networking
import Resources
import Synchronization

/// A request and its answer within the process, for the few calls that have no shorter way.
final class LoopbackExchange: ResponseSink {
  private let waiter = Mutex<CheckedContinuation<Document, any Error>?>(nil)

  func request(
    _ method: RequestMethod = .post, path: String, body: [UInt8] = [],
    userAgent: String = "martlet"
  ) throws(APIError) -> ServerRequest {
    do throws(RequestTarget.ParsingError) {
      return ServerRequest(
        method: method, target: try RequestTarget(path),
        headers: ["content-type": "application/json", "user-agent": userAgent], body: body,
        connection: ConnectionFacts(
          version: .http2, isTLS: true, clientCertificate: .absent, remoteAddress: ""))
    } catch {
      throw .badRequest("\(error)")
    }
  }

  /// Starts a call and waits for its answer.
  func answer(_ start: @escaping @Sendable (Responder) throws(APIError) -> Void) async throws
    -> Document
  {
    try await withCheckedThrowingContinuation { continuation in
      waiter.withLock { $0 = continuation }
      HeldRefusals.settle(on: nil, Responder(self), answer: start) { self.finish(.failure($0)) }
    }
  }

  func send(_ response: ServerResponse) {
    do {
      let document = try Document(json: response.body.allBytes)
      finish(
        response.status < 400
          ? .success(document)
          : .failure(APIError(status: document, httpCode: response.status)))
    } catch {
      finish(.failure(error))
    }
  }

  func startStream(_ head: ResponseHead, _ writer: BodyWriter) {
    finish(.failure(APIError.internalError("a stream came where an object was expected")))
  }

  func upgrade(
    to name: String, headers: HeaderFields, install: @escaping @Sendable ((any Channel)?) -> Void
  ) {
    install(nil)
    finish(.failure(APIError.internalError("an upgrade came where an object was expected")))
  }

  func onCancel(_ action: @escaping @Sendable () -> Void) {}

  private func finish(_ result: Result<Document, any Error>) {
    let waiter = waiter.withLock { slot in
      defer { slot = nil }
      return slot
    }
    waiter?.resume(with: result)
  }
}
