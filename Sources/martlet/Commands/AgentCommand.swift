import ArgumentParser
import Foundations
import Networking
import Security
import Settings

struct AgentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agent",
    abstract: "Run this machine as a further node of a cluster, in the foreground.",
    discussion: """
      Joins with a token of martlet token create the first time, and needs none afterwards. What \
      all nodes agree on (addresses of pods and services, the cluster's domain) comes from the \
      server. Ends in order on SIGTERM or SIGINT; containers run on.
      """)

  @OptionGroup var settings: SettingArguments

  private static let server = (
    flag: "--server", help: "https://HOST:6443 of the cluster to join; MARTLET_SERVER"
  )
  private static let token = (
    flag: "--token",
    help: "What martlet token create printed; MARTLET_TOKEN keeps it out of the process list"
  )

  func run() async throws {
    try await Failures.reported {
      let (arguments, own) = settings.taking([Self.server.flag, Self.token.flag])
      let settings = try arguments.resolve(
        for: Self.self, flags: [Self.server, Self.token]
      ).settings
      let environment = ProcessFacts.environment
      let server = try (own[Self.server.flag] ?? environment["MARTLET_SERVER"]).map {
        guard let url = ServerURL($0) else { throw UnusableSettings(reason: Self.badURL($0)) }
        return url
      }
      let token = try (own[Self.token.flag] ?? environment["MARTLET_TOKEN"]).map { text in
        do { return try JoinToken(text) } catch { throw UnusableSettings(reason: "\(error)") }
      }
      let logger = ProcessLog.logger(settings)
      try await TerminationSignals.cancelling {
        try await HeldMemory.givingBack {
          try await AgentProcess(
            settings: settings, server: server, token: token, logger: logger
          ).run()
        }
      }
    }
  }

  private static func badURL(_ text: String) -> String {
    "--server is \"\(text)\": it has to be an https URL, as https://192.0.2.7:6443"
  }
}
