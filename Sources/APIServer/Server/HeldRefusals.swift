import NIOCore
import Networking
import Resources
import Synchronization

/// The way back to the client of a request that may be decided again: a refusal for want of an
/// answer (`RequestInquiry`) is held back, since the request is decided again once it is there.
final class HeldRefusals: ResponseSink {
  private let inner: any ResponseSink
  private let held = Mutex(false)

  private init(_ inner: any ResponseSink) { self.inner = inner }

  /// Answers a request: once where what is known suffices, and else again with each answer that was
  /// missing.
  /// - Parameters:
  ///   - eventLoop: where it is answered again.
  ///   - answer: throws, or answers with an error, and changes nothing, where an answer is missing.
  ///   - refuse: gets what it threw in the end.
  static func settle(
    on eventLoop: (any EventLoop)?, _ responder: Responder,
    answer: @escaping @Sendable (Responder) throws(APIError) -> Void,
    refuse: @escaping @Sendable (APIError) -> Void
  ) {
    let refusals = HeldRefusals(responder.sink)
    RequestInquiry.settle(on: eventLoop) { () throws(APIError) in
      try answer(Responder(refusals))
      // Nobody gets to read it: it is answered again.
      if refusals.takeHeld() { throw .serviceUnavailable }
    } then: { result in
      if case .failure(let error) = result { refuse(error) }
    }
  }

  /// Whether something was held back since this was last asked.
  private func takeHeld() -> Bool {
    held.withLock { held in
      defer { held = false }
      return held
    }
  }

  func send(_ response: ServerResponse) {
    if response.status >= 400, RequestInquiry.isCurrentWaiting {
      held.withLock { $0 = true }
    } else {
      inner.send(response)
    }
  }

  func startStream(_ head: ResponseHead, _ writer: BodyWriter) { inner.startStream(head, writer) }

  func upgrade(
    to name: String, headers: HeaderFields, install: @escaping @Sendable ((any Channel)?) -> Void
  ) { inner.upgrade(to: name, headers: headers, install: install) }

  func onCancel(_ action: @escaping @Sendable () -> Void) { inner.onCancel(action) }

  func onEnd(_ action: @escaping @Sendable () -> Void) { inner.onEnd(action) }
}
