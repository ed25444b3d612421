import NIOCore

/// Port-forward over a WebSocket with channels: channel 2n carries the bytes of the n-th port of the
/// query and channel 2n+1 what went wrong with it. One connection per port. Each channel starts with
/// its port, 16 bits, low byte first. Source: kubelet's streaming API.
struct WebSocketPortForward: Sendable {
  /// Channel numbers are a byte.
  static let portsMax = 100

  let ports: [UInt16]
  let format: ChannelProtocol
  let linger: Linger
  let forward: PortForwarder

  func run(_ duplex: any ByteDuplex) async {
    let multiplexer = ChannelMultiplexer(
      WebSocketConnection(serverOver: duplex), format,
      readable: ports.flatMap { _ in [true, false] })
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await multiplexer.run() }
      await withTaskGroup(of: Void.self) { forwards in
        for (index, port) in ports.enumerated() {
          forwards.addTask {
            await serve(
              port, multiplexer.channel(UInt8(2 * index)),
              multiplexer.channel(UInt8(2 * index + 1)))
          }
        }
      }
      multiplexer.close(.normal)
      multiplexer.discardInput()
      await linger.waiting {
        await waitForEnd(multiplexer)
        // Throws where nobody reads it any more.
        try? await multiplexer.flushed()
      }
      multiplexer.abort()
      group.cancelAll()
    }
  }

  private func serve(_ port: UInt16, _ data: ChannelStream, _ error: ChannelStream) async {
    for channel in [data, error] {
      channel.write(ByteBuffer(integer: port, endianness: .little))
    }
    do {
      try await forward(port, data)
    } catch let failure {
      error.write(ByteBuffer(string: "error forwarding port \(port): \(failure)"))
    }
  }

  private func waitForEnd(_ multiplexer: ChannelMultiplexer) async {
    // Throws on cancellation: waited for long enough.
    try? await multiplexer.ended()
  }
}
