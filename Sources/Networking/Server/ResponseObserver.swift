import NIOCore
import Synchronization

/// Somebody who is told how a request was answered.
package protocol ResponseObserver: Sendable {
  /// Called once, when the head of the answer is known.
  /// - Parameter isStream: the answer goes on, for as long as the client likes.
  /// - Returns: a field that is added to an answer that ends; `nil` for none.
  func answered(_ status: Int, isStream: Bool) -> (name: String, value: String)?
  /// Called once in place of `answered`, when nobody is left who could answer: the client went away.
  func abandoned()
}

extension Responder {
  /// The same way back, with somebody who is told what goes over it. Cost is one small object.
  package func observed(by observer: some ResponseObserver) -> Responder {
    Responder(ObservedSink(sink, observer))
  }
}

private final class ObservedSink<Observer: ResponseObserver>: ResponseSink {
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

  private func tell(_ status: Int, isStream: Bool) -> (name: String, value: String)? {
    isAnswered.store(true, ordering: .relaxed)
    return observer.answered(status, isStream: isStream)
  }

  func send(_ response: ServerResponse) {
    var response = response
    if let field = tell(response.status, isStream: false) {
      response.headers.add(field.name, field.value)
    }
    sink.send(response)
  }

  func startStream(_ head: ResponseHead, _ writer: BodyWriter) {
    _ = tell(head.status, isStream: true)
    sink.startStream(head, writer)
  }

  func upgrade(
    to name: String, headers: HeaderFields, install: @escaping @Sendable ((any Channel)?) -> Void
  ) {
    _ = tell(101, isStream: true)
    sink.upgrade(to: name, headers: headers, install: install)
  }

  func onCancel(_ action: @escaping @Sendable () -> Void) { sink.onCancel(action) }
}
