import ArgumentParser
import Foundations

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A command that ends in order when it is told to, by `TerminationSignals.cancelling`.
protocol EndsOnSignal {}

/// SIGTERM and SIGINT as the cancellation of a task.
enum TerminationSignals {
  private static let signals: [Int32] = [SIGTERM, SIGINT]

  private static func makeSet() -> sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals { sigaddset(&set, signal) }
    return set
  }

  /// To be called before any thread is started: all threads then leave the signals to whoever waits
  /// for them. Writing to a closed pipe becomes an error, for every command.
  static func prepare(for command: any ParsableCommand) {
    signal(SIGPIPE, SIG_IGN)
    guard command is any EndsOnSignal else { return }
    var set = makeSet()
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Runs `body`; the first signal cancels it, a second one ends the process at once.
  static func cancelling<Result: Sendable>(
    _ body: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    // The handle by which the waiting thread, which no task knows of, cancels the work.
    let work = Task { try await body() }
    DetachedThread.start {
      var set = makeSet()
      var received: Int32 = 0
      sigwait(&set, &received)
      work.cancel()
      sigwait(&set, &received)
      _exit(128 + received)
    }
    return try await work.value
  }
}
