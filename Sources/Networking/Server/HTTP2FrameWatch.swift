import NIOHTTP2

/// Notices when NIO's HTTP/2 handler gives a connection up, which it says with a frame only.
/// Used on the connection's event loop.
final class HTTP2FrameWatch: NIOHTTP2FrameDelegate {
  /// GOAWAY with an error has been sent.
  private(set) var hasSentError = false

  func wroteFrame(_ frame: HTTP2Frame) {
    if case .goAway(_, let code, _) = frame.payload, code != .noError { hasSentError = true }
  }
}
