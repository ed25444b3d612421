import ArgumentParser
import Operations
import Settings

struct UpCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "up",
    abstract: "Run a server as a service of this machine, and wait until its node takes pods.",
    discussion: """
      Uses systemd where it runs, and a supervised background process where it does not. Run again,
      it changes nothing; with other settings or another program, it restarts the server, and
      containers run on.
      """)

  @OptionGroup var settings: SettingArguments

  func run() async throws {
    try await Failures.reported {
      let resolved = try settings.resolve(for: Self.self)
      try Failures.requireRoot()
      try await ClusterStart(resolved, file: settings.file) { print($0) }.run()
    }
  }
}
