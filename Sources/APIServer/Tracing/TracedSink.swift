import NIOCore
import Networking
import Synchronization
import Tracing

/// The way back to the client of a request that is traced: its span ends with its answer.
final class TracedSink: ResponseSink {
  private let inner: any ResponseSink
  private let trace: RequestTrace
  private let isAnswered = Atomic(false)

  init(_ inner: any ResponseSink, _ trace: RequestTrace) {
    self.inner = inner
    self.trace = trace
  }

  deinit {
    if isAnswered.load(ordering: .acquiring) { return }
    trace.span.setStatus(SpanStatus(code: .error, message: "the client did not wait for an answer"))
    trace.end()
  }

  private func answered(_ status: Int) {
    isAnswered.store(true, ordering: .releasing)
    trace.span.updateAttributes { $0["http.status_code"] = status }
    if status >= 500 { trace.span.setStatus(SpanStatus(code: .error)) }
  }

  func send(_ response: ServerResponse) {
    answered(response.status)
    trace.end()
    inner.send(response)
  }

  func startStream(_ head: ResponseHead, _ writer: BodyWriter) {
    answered(head.status)
    trace.span.addEvent(SpanEvent(name: "the answer begins"))
    writer.onEnd { [trace] _ in trace.end() }
    inner.startStream(head, writer)
  }

  func upgrade(
    to name: String, headers: HeaderFields, install: @escaping @Sendable ((any Channel)?) -> Void
  ) {
    answered(101)
    inner.upgrade(to: name, headers: headers) { [trace] channel in
      if let channel {
        channel.closeFuture.whenComplete { _ in trace.end() }
      } else {
        trace.end()
      }
      install(channel)
    }
  }

  func onCancel(_ action: @escaping @Sendable () -> Void) { inner.onCancel(action) }

  func onEnd(_ action: @escaping @Sendable () -> Void) { inner.onEnd(action) }
}
