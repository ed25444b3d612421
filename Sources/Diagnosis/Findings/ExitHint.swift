import Resources

/// What the end of a container tells of its cause. Source: POSIX shells' exit codes 126 to 128 + signal.
struct ExitHint: Equatable {
  enum Cause: Equatable {
    case memory
    /// What should run is not there, or cannot be run.
    case command
    /// It did what it should, and ended.
    case done
    case other
  }

  let cause: Cause
  let reason: String

  init(_ end: ContainerStateTerminated) {
    let code = end.exitCode
    switch (end.reason ?? "", code) {
    case ("OOMKilled", _):
      cause = .memory
      reason = "it was killed for using more memory than it may (OOMKilled)"
    case ("StartError", _), ("ContainerCannotRun", _), (_, 126), (_, 127):
      cause = .command
      reason = "its command cannot be run (exit code \(code))"
    case (_, 0):
      cause = .done
      reason = "it ended by itself (exit code 0)"
    case (_, 129...192):
      cause = .other
      reason = "it was ended by \(Self.name(ofSignal: code - 128)) (exit code \(code))"
    default:
      cause = .other
      reason = "it ended with exit code \(code)"
    }
  }

  private static func name(ofSignal number: Int) -> String {
    switch number {
    case 4: "SIGILL"
    case 6: "SIGABRT"
    case 7: "SIGBUS"
    case 8: "SIGFPE"
    case 9: "SIGKILL"
    case 11: "SIGSEGV"
    case 15: "SIGTERM"
    default: "signal \(number)"
    }
  }
}
