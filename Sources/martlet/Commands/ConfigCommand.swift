import ArgumentParser
import Settings

struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Look at the settings of a server.", subcommands: [Show.self])

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Print every setting in force, and where it comes from.")

    @OptionGroup var settings: SettingArguments

    func run() throws {
      let resolved = try Failures.reported { try settings.resolve(for: Self.self) }
      print(SettingsHelp.table(resolved))
    }
  }
}
