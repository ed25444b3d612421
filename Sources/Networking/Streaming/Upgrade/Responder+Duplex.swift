import NIOCore

extension Responder {
  /// Answers 101 and hands over the connection's bytes; `nil` where the client is gone or cannot be
  /// upgraded, which it has then been told.
  package func upgradeToDuplex(to name: String, headers: HeaderFields) async -> ChannelDuplex? {
    await withCheckedContinuation { continuation in
      upgrade(to: name, headers: headers) { channel in
        guard let channel else { return continuation.resume(returning: nil) }
        do {
          continuation.resume(returning: try ChannelDuplex.install(on: channel))
        } catch {
          // The channel has closed meanwhile.
          channel.close(promise: nil)
          continuation.resume(returning: nil)
        }
      }
    }
  }
}
