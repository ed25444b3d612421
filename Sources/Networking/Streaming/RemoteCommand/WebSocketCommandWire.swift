import NIOCore

/// Exec and attach over a WebSocket with one of the channel protocols.
struct WebSocketCommandWire: RemoteCommandWire {
  /// Channels by number: the first three are the standard streams' file descriptors.
  private enum Channel {
    static let stdin: UInt8 = 0
    static let stdout: UInt8 = 1
    static let stderr: UInt8 = 2
    static let error: UInt8 = 3
    static let resize: UInt8 = 4
  }

  private let multiplexer: ChannelMultiplexer
  private let format: ChannelProtocol

  init(_ duplex: any ByteDuplex, _ format: ChannelProtocol, _ options: RemoteCommandOptions) {
    self.format = format
    self.multiplexer = ChannelMultiplexer(
      WebSocketConnection(serverOver: duplex), format,
      readable: [options.hasStdin, false, false, false, options.isTTY])
  }

  func run() async { await multiplexer.run() }

  func streams(_ options: RemoteCommandOptions) async throws -> RemoteCommandStreams {
    // Clients take the first message, empty as it is, for the sign that the session stands.
    let first =
      options.hasStdout ? Channel.stdout : options.hasStderr ? Channel.stderr : Channel.error
    multiplexer.announce(first)
    return RemoteCommandStreams(
      stdin: options.hasStdin ? multiplexer.channel(Channel.stdin) : nil,
      stdout: options.hasStdout ? multiplexer.channel(Channel.stdout) : nil,
      stderr: options.hasStderr ? multiplexer.channel(Channel.stderr) : nil,
      resize: options.isTTY ? multiplexer.channel(Channel.resize) : nil)
  }

  func finish(_ status: RemoteCommandStatus) {
    let error = multiplexer.channel(Channel.error)
    if format.hasStructuredStatus {
      error.write(ByteBuffer(bytes: status.json))
    } else if let message = status.failureMessage {
      error.write(ByteBuffer(string: message))
    }
    multiplexer.close(.normal)
  }

  func flushed() async throws { try await multiplexer.flushed() }
  func ended() async throws { try await multiplexer.ended() }
  func discardInput() { multiplexer.discardInput() }
  func abort() { multiplexer.abort() }
}
