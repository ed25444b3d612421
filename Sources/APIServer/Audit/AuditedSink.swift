import NIOCore
import Networking

/// The way back to the client of a request that is written down: what passes is noted first.
final class AuditedSink: ResponseSink {
  private let inner: any ResponseSink
  private let trail: AuditTrail

  init(_ inner: any ResponseSink, _ trail: AuditTrail) {
    self.inner = inner
    self.trail = trail
  }

  func send(_ response: ServerResponse) {
    trail.complete(status: response.status, response)
    var response = response
    response.headers.add("audit-id", trail.auditID)
    inner.send(response)
  }

  func startStream(_ head: ResponseHead, _ writer: BodyWriter) {
    trail.started(status: head.status)
    writer.onEnd { [trail] _ in trail.complete(status: head.status) }
    var head = head
    head.headers.add("audit-id", trail.auditID)
    inner.startStream(head, writer)
  }

  func upgrade(
    to name: String, headers: HeaderFields, install: @escaping @Sendable ((any Channel)?) -> Void
  ) {
    trail.started(status: 101)
    inner.upgrade(to: name, headers: headers) { [trail] channel in
      if let channel {
        channel.closeFuture.whenComplete { _ in trail.complete(status: 101) }
      } else {
        // The connection has said so itself, or is gone.
        trail.complete(status: 400)
      }
      install(channel)
    }
  }

  func onCancel(_ action: @escaping @Sendable () -> Void) { inner.onCancel(action) }

  func onEnd(_ action: @escaping @Sendable () -> Void) { inner.onEnd(action) }
}
