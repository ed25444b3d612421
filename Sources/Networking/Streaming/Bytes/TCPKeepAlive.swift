import NIOCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Lets the kernel find out that a peer vanished: a session may be silent for hours, and what runs
/// behind it must not outlive its client by more than two minutes.
enum TCPKeepAlive {
  private static let idleSeconds: Int = 60
  private static let intervalSeconds: Int = 15
  private static let probesMax: Int = 4

  /// On the channel's event loop. Channels that are no TCP sockets are left as they are.
  static func enable(on channel: any Channel) {
    guard let options = channel.syncOptions else { return }
    do {
      try options.setOption(.socketOption(.so_keepalive), value: 1)
      #if os(Linux)
        try options.setOption(.tcpOption(.init(rawValue: TCP_KEEPIDLE)), value: idleSeconds)
        try options.setOption(.tcpOption(.init(rawValue: TCP_KEEPINTVL)), value: intervalSeconds)
        try options.setOption(.tcpOption(.init(rawValue: TCP_KEEPCNT)), value: probesMax)
      #endif
    } catch {
      // A Unix or embedded channel: its peer cannot vanish unseen.
    }
  }
}
