import ArgumentParser
import Foundations
import Operations

/// What `up` starts where there is no systemd.
struct SuperviseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "supervise", abstract: "Run this program again whenever it ends.",
    shouldDisplay: false)

  @Argument(parsing: .captureForPassthrough)
  var words: [String] = []

  func run() async throws {
    try await Failures.reported {
      let supervision = Supervision(ProcessLaunch(CommandLine.arguments[0], words))
      let code = try await TerminationSignals.cancelling { try await supervision.run() }
      if code == ProcessExit.unusableSettings { throw ExitCode(code) }
    }
  }
}
