/// Copies until `source` ends, then finishes `target`.
func copyBytes(from source: any ByteDuplex, to target: any ByteDuplex) async throws {
  while let bytes = try await source.read() { try await target.send(bytes) }
  target.finish()
}

/// Joins two connections: what one sends, the other gets, until both ways have ended, or one side
/// is gone, or breaks. Both are closed when this returns. Holds no bytes but the two's own.
package func splice(
  _ left: any ByteDuplex, _ right: any ByteDuplex, linger: Linger = Linger()
) async {
  enum Outcome { case halfClosed, gone, broken }
  let isBroken = await withTaskGroup(of: Outcome.self) { group in
    for (source, target) in [(left, right), (right, left)] {
      group.addTask {
        do {
          try await copyBytes(from: source, to: target)
          return source.canWrite ? .halfClosed : .gone
        } catch {
          return .broken
        }
      }
    }
    for await outcome in group where outcome != .halfClosed {
      group.cancelAll()
      return outcome == .broken
    }
    return false
  }
  if isBroken {
    left.close()
    right.close()
  } else {
    async let leftClosed: Void = linger.close(left)
    await linger.close(right)
    await leftClosed
  }
}

/// How a connection is closed so that the peer gets its last bytes.
///
/// TCP throws away what it has sent when a socket is closed on bytes that nobody read, so whoever
/// ends a connection first ends its output, and then reads until the peer has closed its side.
package struct Linger: Sendable {
  /// How long the peer may take. What is still on the way, megabytes in the kernels of both
  /// machines, has to go through within it; a client that is done closes at once.
  package var timeout: Duration
  package var clock: any Clock<Duration>

  package init(
    timeout: Duration = .seconds(60), clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.timeout = timeout
    self.clock = clock
  }

  func close(_ duplex: any ByteDuplex) async {
    duplex.finish()
    await waiting {
      await duplex.discardInput()
      // Throws where nobody reads it any more.
      try? await duplex.flushed()
    }
    duplex.close()
  }

  /// Runs `body` for no longer than the timeout.
  func waiting(_ body: @escaping @Sendable () async -> Void) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await body() }
      group.addTask { [timeout, clock] in
        // Throws where `body` was done before: there is nothing left to wait for.
        try? await clock.sleep(for: timeout)
      }
      await group.next()
      group.cancelAll()
    }
  }
}
