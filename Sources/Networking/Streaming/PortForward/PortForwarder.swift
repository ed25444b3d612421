/// Carries one connection of a client to a port of the pod, to its end.
/// - Parameter stream: the client's bytes.
/// - Throws: what went wrong, in words for the client.
package typealias PortForwarder =
  @Sendable (_ port: UInt16, _ stream: any ByteDuplex) async throws -> Void

/// Joins a client's stream with its connection to the pod.
///
/// The pod's end of output ends it all, after a moment in which it may still read: most clients
/// never end their own half before they have seen that. The client's end of output is only passed
/// on, since the answer to what it sent is still to come.
/// - Throws: `ByteDuplexError` where the client broke off.
func carry(
  client: any ByteDuplex, pod: any ByteDuplex, linger: Linger
) async throws {
  defer { pod.close() }
  try await withThrowingTaskGroup(of: Void.self) { group in
    defer { group.cancelAll() }
    let hasInputEnded = AwaitableState(false)
    group.addTask {
      do {
        try await copyBytes(from: client, to: pod)
      } catch let error as CancellationError {
        throw error
      } catch {
        // Whichever side broke: where it was the client, nobody is left to answer.
        if !client.canWrite { pod.close() }
      }
      hasInputEnded.update { $0 = true }
    }
    do {
      try await copyBytes(from: pod, to: client)
    } catch ByteDuplexError.closed where !client.canWrite {
      throw ByteDuplexError.reset
    }
    await linger.waiting {
      // Throws when time is over.
      try? await hasInputEnded.wait { $0 ? () : nil }
      try? await pod.flushed()
    }
  }
}

/// A forwarder that opens a connection for each of the client's.
/// - Parameter dial: to the port in the pod; what it throws the client gets to read.
package func portForwarder(
  linger: Linger = Linger(timeout: .seconds(1)),
  dialing dial: @escaping @Sendable (UInt16) async throws -> any ByteDuplex
) -> PortForwarder {
  { port, stream in
    try await carry(client: stream, pod: try await dial(port), linger: linger)
  }
}
