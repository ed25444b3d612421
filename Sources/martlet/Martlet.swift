import ArgumentParser

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// The program: one command per thing that people do with it.
@main
struct Martlet: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "martlet",
    abstract: "A Kubernetes-compatible container orchestrator in one program.",
    subcommands: [
      UpCommand.self, DownCommand.self, StatusCommand.self, ServerCommand.self, AgentCommand.self,
      TokenCommand.self, SecretsCommand.self, ConfigCommand.self, ImageCommand.self,
      PurgeCommand.self, VersionCommand.self,
      BenchCommand.self, SuperviseCommand.self,
    ])

  /// Sentences for people, without the usage text that would bury them.
  static func main() async {
    signal(SIGPIPE, SIG_IGN)  // writing to what nobody reads is an error, not the end
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      exit(withError: error)
    }
  }
}
