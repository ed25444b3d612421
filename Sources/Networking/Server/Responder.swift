package import NIOCore

/// The way back to the client of one request. Exactly one of `send`, `stream` and `upgrade` is
/// called, exactly once: a second call is a bug of the caller and stops the process.
///
/// Every call may be made from any thread; on the connection's event loop it is cheapest.
/// When the client is gone, calls do nothing.
package struct Responder: Sendable {
  package let sink: any ResponseSink

  package init(_ sink: any ResponseSink) { self.sink = sink }

  /// Answers with a whole body.
  package func send(_ response: ServerResponse) { sink.send(response) }

  /// Sends `head` and hands out the body's writer, for watches and logs.
  /// - Parameter bufferLimit: most bytes that may wait for a slow client. The write that passes it
  ///   ends the stream abruptly (HTTP/2: RST_STREAM; HTTP/1.1: the connection closes), since
  ///   a reader that has fallen so far behind is better off to list again.
  package func stream(
    _ head: ResponseHead, bufferLimit: Int = BodyWriter.defaultBufferLimit
  ) -> BodyWriter {
    let writer = BodyWriter(bufferLimit: bufferLimit)
    sink.startStream(head, writer)
    return writer
  }

  /// Answers `101 Switching Protocols` and hands the connection's bytes over, both ways.
  ///
  /// HTTP/1.1 only; over HTTP/2, or when the client did not ask for an upgrade, the client gets 400
  /// and the connection reports its close at once.
  /// - Parameters:
  ///   - name: the value of the `Upgrade` field: `SPDY/3.1`, `websocket`.
  ///   - headers: further fields of the 101 answer.
  package func upgrade(to name: String, headers: HeaderFields = HeaderFields())
    -> UpgradedConnection
  {
    let connection = UpgradedConnection()
    upgrade(to: name, headers: headers) { channel in
      if let channel { connection.install(on: channel) } else { connection.didClose() }
    }
    return connection
  }

  /// Like `upgrade(to:headers:)`, for code made of NIO channel handlers.
  /// - Parameter install: called on the event loop once the 101 answer is written and no HTTP
  ///   handler is left, with a channel that reads and writes `ByteBuffer`; it adds its handlers
  ///   before it returns. `nil` where the upgrade could not happen.
  package func upgrade(
    to name: String, headers: HeaderFields = HeaderFields(),
    install: @escaping @Sendable ((any Channel)?) -> Void
  ) {
    sink.upgrade(to: name, headers: headers, install: install)
  }

  /// Calls `action` once when the client goes away, or resets the request, before it was fully
  /// answered; at once where that has happened already. Runs on the event loop: it must not block.
  /// A later call replaces the action of an earlier one.
  package func onCancel(_ action: @escaping @Sendable () -> Void) { sink.onCancel(action) }
}

/// What a `Responder` answers into: an HTTP/1.1 connection, an HTTP/2 stream, or a caller in the
/// same process. An implementation may be called from any thread.
package protocol ResponseSink: AnyObject, Sendable {
  func send(_ response: ServerResponse)
  /// Sends `head`, then attaches itself to `writer` as its drain.
  func startStream(_ head: ResponseHead, _ writer: BodyWriter)
  func upgrade(
    to name: String, headers: HeaderFields, install: @escaping @Sendable ((any Channel)?) -> Void)
  func onCancel(_ action: @escaping @Sendable () -> Void)
  /// Calls `action` once when everything of the answer is out, or nobody is left to read it; at once
  /// where that is so already. Runs on the event loop: it must not block. A later call replaces the
  /// action of an earlier one.
  func onEnd(_ action: @escaping @Sendable () -> Void)
}

extension ResponseSink {
  /// Of a sink that keeps nothing back: whatever is sent is out at once.
  package func onEnd(_ action: @escaping @Sendable () -> Void) { action() }
}
