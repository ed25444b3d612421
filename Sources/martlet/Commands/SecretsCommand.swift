import ArgumentParser
import Foundations
import Security
import Settings

struct SecretsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "secrets", abstract: "The keys that hide Secrets on this server's disk.",
    subcommands: [Rotate.self])

  struct Rotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "rotate",
      abstract: "Make a new key, seal all Secrets with it, and forget the older ones.",
      discussion: "The running server does the sealing. Without one the new key waits for the next."
    )

    @OptionGroup var settings: SettingArguments

    /// A server takes a new key within seconds; 100,000 Secrets take some ten more.
    private static let limit = Duration.seconds(60)

    func run() async throws {
      try await Failures.reported {
        let file = SealingKeyFile(try settings.resolve(for: Self.self).settings.sealingKeys)
        guard let added = try file.addKey() else {
          throw ValidationError(
            "\(file.path) is not there: a server makes it when it first starts; --data-dir says "
              + "where that server keeps its data")
        }
        let id = SealingKey.text(ofID: added.keys[0].id)
        print("added the key \(id); waiting for the server to seal all Secrets with it")
        let clock = ContinuousClock()
        let end = clock.now + Self.limit
        while let keys = try file.read(), keys.keys.count > 1 {
          guard clock.now < end else {
            print(
              "no server has done so within a minute: the next one to run on \(file.path) will, and "
                + "the older keys stay until then")
            throw ExitCode.failure
          }
          try await clock.sleep(for: .milliseconds(200))
        }
        print("all Secrets are sealed with \(id); the older keys are gone")
      }
    }
  }
}
