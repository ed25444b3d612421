import CLinux
import Foundations

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// SIGTERM and SIGINT as the cancellation of a task.
///
/// A handler writes into a pipe that a thread reads. Waiting for blocked signals would be simpler,
/// but the main thread of an asynchronous program sleeps in libdispatch with no signal blocked.
enum TerminationSignals {
  /// Written once, before the handlers that read it are installed.
  nonisolated(unsafe) private static var pipeEnd: Int32 = -1

  /// Several times what stopping in order takes: requests drain for 5 seconds.
  private static let stopTimeMax = Duration.seconds(45)

  /// Runs `body`; the first signal cancels it, a second one ends the process at once, and so does the
  /// time for stopping when it is over: what was acknowledged is on the disk, and containers run on.
  static func cancelling<Result: Sendable>(
    _ body: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    var ends: [Int32] = [-1, -1]
    guard pipe2(&ends, O_CLOEXEC) == 0 else { throw FileError("make", "a pipe", errno) }
    let readEnd = ends[0]
    pipeEnd = ends[1]
    // The handle by which the waiting thread, which no task knows of, cancels the work.
    let work = Task { try await body() }
    DetachedThread.start {
      let first = next(readEnd)
      guard first >= 0 else { return }
      work.cancel()
      guard isReadable(readEnd, within: stopTimeMax) else {
        let problem = "error: it did not stop in order within \(stopTimeMax), and ends now\n"
        _ = problem.utf8CString.withUnsafeBytes { write(2, $0.baseAddress, problem.utf8.count) }
        _exit(1)
      }
      _exit(128 + next(readEnd))
    }
    for number in [SIGTERM, SIGINT] {
      signal(number) { number in
        // Only what signal-safety(7) allows.
        let saved = errno
        var byte = UInt8(truncatingIfNeeded: number)
        _ = write(TerminationSignals.pipeEnd, &byte, 1)
        errno = saved
      }
    }
    return try await work.value
  }

  private static func isReadable(_ end: Int32, within time: Duration) -> Bool {
    let deadline = ContinuousClock.now + time
    while true {
      let left = (deadline - .now) / .milliseconds(1)
      var waited = pollfd(fd: end, events: Int16(POLLIN), revents: 0)
      let count = poll(&waited, 1, Int32(max(left, 0)))
      if count > 0 { return true }
      if count == 0 { return false }
      guard errno == EINTR else { return false }
    }
  }

  /// The next signal; -1 where the pipe is gone.
  private static func next(_ readEnd: Int32) -> Int32 {
    var byte: UInt8 = 0
    while true {
      let count = read(readEnd, &byte, 1)
      if count == 1 { return Int32(byte) }
      guard count < 0, errno == EINTR else { return -1 }
    }
  }
}
