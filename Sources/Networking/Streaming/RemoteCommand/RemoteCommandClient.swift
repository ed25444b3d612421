import NIOCore

/// Speaks with a container runtime's streaming server for one exec or attach: SPDY/3.1 with
/// `v4.channel.k8s.io`, as containerd and CRI-O serve it.
package struct RemoteCommandClient: Sendable {
  /// How long a runtime may take to accept streams, as Kubernetes' own client has it.
  private static let acceptTimeout: Duration = .seconds(30)
  /// A `Status` object with its message.
  private static let statusByteCountMax = 64 << 10

  private let duplex: any ByteDuplex
  private let options: RemoteCommandOptions
  private let clock: any Clock<Duration>

  /// - Parameter duplex: after the upgrade to SPDY/3.1.
  init(
    _ duplex: any ByteDuplex, _ options: RemoteCommandOptions,
    clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.duplex = duplex
    self.options = options
    self.clock = clock
  }

  package enum ConnectResult: Sendable {
    case connected(RemoteCommandClient)
    /// The runtime's own words: an unknown token, a container that is gone.
    case refused(ServerResponse)
  }

  /// - Parameter url: from CRI's Exec or Attach, asked for with the same options; good for one use.
  package static func connect(
    to url: StreamingURL, _ options: RemoteCommandOptions, with client: UpgradeClient
  ) async throws -> ConnectResult {
    let request = UpgradeClient.Request.spdy(
      target: url.target, protocols: [SPDYCommandWire.Version.version4.rawValue])
    switch try await client.upgrade(request, at: url.endpoint) {
    case .upgraded(_, let duplex): return .connected(RemoteCommandClient(duplex, options))
    case .refused(let response): return .refused(response)
    }
  }

  /// Gives up a session that was not run.
  package func close() { duplex.close() }

  /// Joins the client's streams with the runtime's until the command is over.
  /// - Returns: how the command ended.
  /// - Throws: when the client cannot be written to any more, or on cancellation; the runtime's
  ///   connection is closed then, and the command sees the end of its input.
  package func run(_ client: RemoteCommandStreams) async throws -> RemoteCommandStatus {
    let connection = SPDYConnection(clientOver: duplex)
    defer { connection.close() }
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await connection.run() }
      defer { group.cancelAll() }
      let runtime = try await openStreams(on: connection)
      for (source, target) in [
        (client.stdin, runtime.streams.stdin), (client.resize, runtime.streams.resize),
      ] {
        guard let source, let target else { continue }
        group.addTask { await feed(from: source, to: target) }
      }
      async let stdout: Void = drain(runtime.streams.stdout, into: client.stdout)
      async let stderr: Void = drain(runtime.streams.stderr, into: client.stderr)
      let status = await readStatus(runtime.error)
      _ = try await (stdout, stderr)
      return status
    }
  }

  private func openStreams(
    on connection: SPDYConnection
  ) async throws -> (error: SPDYStream, streams: RemoteCommandStreams) {
    func open(_ type: String) throws -> SPDYStream {
      try connection.open(["streamtype": type])
    }
    // All at once: their answers take one round trip.
    let error = try open("error")
    let stdin = options.hasStdin ? try open("stdin") : nil
    let stdout = options.hasStdout ? try open("stdout") : nil
    let stderr = options.hasStderr ? try open("stderr") : nil
    let resize = options.isTTY ? try open("resize") : nil
    let all = [error, stdin, stdout, stderr, resize].compactMap { $0 }
    let areAccepted = AwaitableState(false)
    await Linger(timeout: Self.acceptTimeout, clock: clock).waiting {
      do {
        for stream in all { try await stream.accepted() }
        areAccepted.update { $0 = true }
      } catch {
        // Refused, or the connection ended: told below.
      }
    }
    guard areAccepted.read({ $0 }) else {
      try Task.checkCancellation()
      throw ByteDuplexError.failed("the container runtime did not accept the session's streams")
    }
    return (
      error, RemoteCommandStreams(stdin: stdin, stdout: stdout, stderr: stderr, resize: resize)
    )
  }

  /// Copies input. When the command takes no more, the rest is read and dropped: the client must
  /// not be held up by it.
  private func feed(from source: any ByteDuplex, to target: any ByteDuplex) async {
    do {
      try await copyBytes(from: source, to: target)
    } catch {
      target.finish()
      await source.discardInput()
    }
  }

  /// Copies output to its end. containerd ends its streams by a reset: that is an end like another,
  /// since whether something is missing is what the status says.
  private func drain(_ source: (any ByteDuplex)?, into target: (any ByteDuplex)?) async throws {
    guard let source else { return }
    while true {
      let bytes: ByteBuffer?
      do {
        bytes = try await source.read()
      } catch let error as CancellationError {
        throw error
      } catch {
        bytes = nil
      }
      guard let bytes else { break }
      try await target?.send(bytes)
    }
    target?.finish()
  }

  private func readStatus(_ error: SPDYStream) async -> RemoteCommandStatus {
    var json: [UInt8] = []
    do {
      while let bytes = try await error.read(), json.count < Self.statusByteCountMax {
        json += Array(bytes.readableBytesView)
      }
    } catch {
      // A reset ends it too.
    }
    return RemoteCommandStatus(json: json)
  }
}
