import NIOCore

/// A client's connection, as its exchanges and the server see it. Lives on one event loop; every
/// call is made there.
protocol ServerConnection: AnyObject {
  func answer(_ exchange: Exchange, with response: ServerResponse)
  /// Sends the head; the exchange holds the writer already.
  func beginStream(_ exchange: Exchange, _ head: ResponseHead)
  /// Moves what waits in the exchange's body towards the client, as far as it goes.
  func pump(_ exchange: Exchange)
  func upgrade(
    _ exchange: Exchange, to name: String, headers: HeaderFields,
    install: @escaping @Sendable ((any Channel)?) -> Void)
  /// Hands everything written so far to the socket.
  func flush()
  /// Takes no new requests, closes once the running ones are answered.
  func stopGracefully()
  /// Closes now.
  func closeNow()
}
