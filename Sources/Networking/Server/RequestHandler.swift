/// Answers requests.
package protocol RequestHandler: Sendable {
  /// Called on the connection's event loop once the request's body is there, so it must not block.
  /// It answers through `responder`, at once or later, from any thread, once.
  func handle(_ request: ServerRequest, _ responder: Responder)
}
