/// Answers requests.
package protocol RequestHandler: Sendable {
  /// Called on the connection's event loop once the request's body is there, so it must not block.
  /// It answers through `responder`, at once or later, from any thread, once.
  func handle(_ request: ServerRequest, _ responder: Responder)
}

/// Answers requests whose bodies it takes as they come. Requests that ask for an upgrade come whole.
package protocol StreamingRequestHandler: RequestHandler {
  /// Called on the connection's event loop once the request's head is there; `request.body` is empty.
  /// The request may be answered before its body has come: what follows of it is then thrown away.
  func handle(_ request: ServerRequest, _ body: RequestBody, _ responder: Responder)
}
