import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A short-lived program, run to its end with its output kept: `nft`, `ctr`, `iptables`.
package struct Command: Sendable {
  package var launch: ProcessLaunch
  /// What it reads; its standard input ends after it.
  package var input: [UInt8] = []
  /// After which it is killed.
  package var limit: Duration = .seconds(60)

  package init(_ program: String, _ arguments: [String]) {
    launch = ProcessLaunch(program, arguments)
  }

  package struct Outcome: Equatable, Sendable {
    /// 128 and the signal's number where a signal ended it, as shells count.
    package let exitCode: Int32
    /// The first `CommandPipes.outputBytesMax` bytes, as of `errorOutput`.
    package let output: [UInt8]
    package let errorOutput: [UInt8]

    /// Its last words, on one line: for an error message.
    package var complaint: String {
      let text = String(decoding: errorOutput.isEmpty ? output : errorOutput, as: UTF8.self)
      return text.split(whereSeparator: \.isNewline).joined(separator: "; ")
    }
  }

  /// Runs it on a thread of its own, so nothing else waits. A cancelled task kills it.
  /// - Throws: `ProcessLaunchError`, or `CancellationError`. A bad exit code is an outcome.
  package func run() async throws -> Outcome {
    let process = CommandProcess()
    let outcome = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        DetachedThread.start { continuation.resume(returning: runBlocking(as: process)) }
      }
    } onCancel: {
      process.cancel()
    }
    try Task.checkCancellation()
    return try outcome.get()
  }

  private func runBlocking(as process: CommandProcess) -> Result<Outcome, ProcessLaunchError> {
    do throws(ProcessLaunchError) {
      let pipes = try CommandPipes(program: launch.program)
      try process.start(launch, pipes)
      pipes.closeFarEnds()
      if !pipes.exchange(input: input, limit: limit) { process.cancel() }
      let exitCode = process.reap()
      return .success(
        Outcome(exitCode: exitCode, output: pipes.output, errorOutput: pipes.errorOutput))
    } catch {
      return .failure(error)
    }
  }
}

/// The process of a command, for its thread and for whoever cancels it.
private final class CommandProcess: Sendable {
  /// Next: `.notStarted` → `.running` → `.over`, or straight to `.over` when cancelled first.
  private enum State {
    case notStarted
    case running(pid_t)
    case over
  }
  private let state = Mutex(State.notStarted)

  func start(_ launch: ProcessLaunch, _ pipes: CommandPipes) throws(ProcessLaunchError) {
    try state.withLock { state throws(ProcessLaunchError) in
      guard case .notStarted = state else {
        throw ProcessLaunchError(program: launch.program, code: ECANCELED)
      }
      state = .running(
        try launch.start(
          input: pipes.inputFarEnd, output: pipes.outputFarEnd, errorOutput: pipes.errorFarEnd))
    }
  }

  func cancel() {
    state.withLock { state in
      switch state {
      case .notStarted: state = .over
      case .running(let process): kill(process, SIGKILL)
      case .over: break
      }
    }
  }

  /// Waits for the end. Nobody kills a process whose ID may be another's by then: it is reaped
  /// only after `cancel` can no longer reach it.
  func reap() -> Int32 {
    guard case .running(let process) = state.withLock({ $0 }) else { return -1 }
    var information = siginfo_t()
    while waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
    state.withLock { $0 = .over }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7f
    return signal == 0 ? (status >> 8) & 0xff : 128 + signal
  }
}
