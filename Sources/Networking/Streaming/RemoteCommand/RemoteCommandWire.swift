import Resources

/// How a client of exec or attach speaks: SPDY or WebSocket, in one of their versions. The session
/// is the same for all: see `RemoteCommandSession`.
protocol RemoteCommandWire: Sendable {
  /// Reads the connection until it ends.
  func run() async
  /// Waits for the streams that `options` ask for. Needs `run` to run.
  func streams(_ options: RemoteCommandOptions) async throws -> RemoteCommandStreams
  /// Sends how it ended, and ends everything that goes to the client.
  func finish(_ status: RemoteCommandStatus)
  /// Waits until all that goes to the client has left this side.
  func flushed() async throws
  /// Waits until the client has ended the connection.
  func ended() async throws
  /// Drops what the client still sends.
  func discardInput()
  /// Ends the connection at once.
  func abort()
}

/// Serves one exec or attach to its end.
struct RemoteCommandSession: Sendable {
  /// How long a client may take to open its streams, as kubelet has it.
  static let streamCreationTimeout: Duration = .seconds(30)

  let wire: any RemoteCommandWire
  let options: RemoteCommandOptions
  let linger: Linger

  /// Runs `command` with the client's streams and sends what it returns. It is cancelled when the
  /// client goes away.
  func run(
    _ command: @escaping @Sendable (RemoteCommandStreams) async throws -> RemoteCommandStatus
  ) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await wire.run() }
      if let streams = await openedStreams() {
        if let status = await outcome(of: command, streams) {
          wire.finish(status)
          wire.discardInput()
          // The client closes when it has read everything.
          await linger.waiting {
            await waitForEnd()
            // Throws where nobody reads it any more.
            try? await wire.flushed()
          }
        }
      }
      wire.abort()
      group.cancelAll()
    }
  }

  private func openedStreams() async -> RemoteCommandStreams? {
    let opened = AwaitableState<RemoteCommandStreams?>(nil)
    let opening = Linger(timeout: Self.streamCreationTimeout, clock: linger.clock)
    await opening.waiting {
      do {
        let streams = try await wire.streams(options)
        opened.update { $0 = streams }
      } catch {
        // The client is gone, or opened something else: there is nobody to tell.
      }
    }
    return opened.read { $0 }
  }

  /// `nil` when the client went away first.
  private func outcome(
    of command: @escaping @Sendable (RemoteCommandStreams) async throws -> RemoteCommandStatus,
    _ streams: RemoteCommandStreams
  ) async -> RemoteCommandStatus? {
    await withTaskGroup(of: RemoteCommandStatus?.self) { group in
      group.addTask {
        do {
          return try await command(streams)
        } catch is CancellationError {
          return nil
        } catch {
          return .failed(.internalError("error executing command in container: \(error)"))
        }
      }
      group.addTask {
        await waitForEnd()
        return nil
      }
      defer { group.cancelAll() }
      return await group.next() ?? nil
    }
  }

  private func waitForEnd() async {
    // Throws on cancellation: waited for long enough.
    try? await wire.ended()
  }
}
