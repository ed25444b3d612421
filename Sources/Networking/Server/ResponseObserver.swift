import NIOCore
import Synchronization

/// Somebody who is told how a request was answered.
package protocol ResponseObserver: Sendable {
  /// Called once, when the head of the answer is known.
  /// - Parameters:
  ///   - isStream: the answer goes on, for as long as the client likes.
  ///   - headers: of the answer: the observer may add to them.
  func answered(_ status: Int, isStream: Bool, _ headers: inout HeaderFields)
  /// Called once when a whole answer is out, or nobody is left to read it; never for streams.
  func ended()
  /// Called once in place of `answered`, when nobody is left who could answer: the client went away.
  func abandoned()
  /// Whether `ended` matters to it.
  var awaitsEnd: Bool { get }
}

extension ResponseObserver {
  package func ended() {}
  package var awaitsEnd: Bool { false }
}

extension Responder {
  /// The same way back, with somebody who is told what goes over it. Cost is one small object.
  package func observed(by observer: some ResponseObserver) -> Responder {
    Responder(ObservedSink(sink, observer))
  }
}

private final class ObservedSink<Observer: ResponseObserver>: ResponseSink {
  /// A body up to here goes out with its head: its end need not be waited for.
  private static var promptByteCount: Int { 32 << 10 }

  private let sink: any ResponseSink
  private let observer: Observer
  private let isAnswered = Atomic(false)

  init(_ sink: any ResponseSink, _ observer: Observer) {
    self.sink = sink
    self.observer = observer
  }

  deinit {
    if !isAnswered.load(ordering: .relaxed) { observer.abandoned() }
  }

  private func tell(_ status: Int, isStream: Bool, _ headers: HeaderFields) -> HeaderFields {
    isAnswered.store(true, ordering: .relaxed)
    var headers = headers
    observer.answered(status, isStream: isStream, &headers)
    return headers
  }

  func send(_ response: ServerResponse) {
    var response = response
    response.headers = tell(response.status, isStream: false, response.headers)
    guard observer.awaitsEnd else { return sink.send(response) }
    guard response.body.byteCount > Self.promptByteCount else {
      sink.send(response)
      return observer.ended()
    }
    sink.onEnd { [observer] in observer.ended() }
    sink.send(response)
  }

  func startStream(_ head: ResponseHead, _ writer: BodyWriter) {
    var head = head
    head.headers = tell(head.status, isStream: true, head.headers)
    sink.startStream(head, writer)
  }

  func upgrade(
    to name: String, headers: HeaderFields, install: @escaping @Sendable ((any Channel)?) -> Void
  ) {
    sink.upgrade(to: name, headers: tell(101, isStream: true, headers), install: install)
  }

  func onCancel(_ action: @escaping @Sendable () -> Void) { sink.onCancel(action) }

  func onEnd(_ action: @escaping @Sendable () -> Void) { sink.onEnd(action) }
}
