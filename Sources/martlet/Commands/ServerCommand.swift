import ArgumentParser
import Settings

struct ServerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "server",
    abstract: "Run the control plane and this machine's node agent in the foreground.",
    discussion: """
      Ends in order on SIGTERM or SIGINT; containers run on, and are taken up again by the next
      server with the same directories.
      """)

  @OptionGroup var settings: SettingArguments

  func run() async throws {
    try await Failures.reported {
      let settings = try settings.resolve(for: Self.self).settings
      let logger = ProcessLog.logger(settings)
      try await TerminationSignals.cancelling {
        try await HeldMemory.givingBack {
          try await ServerProcess(settings: settings, logger: logger).run()
        }
      }
    }
  }
}
