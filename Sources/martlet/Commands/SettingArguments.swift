import ArgumentParser
import Settings

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// The settings of a server on a command line. They are read by their own table, so that flags,
/// variables, file, help and `config show` cannot disagree.
struct SettingArguments: ParsableArguments {
  @Argument(parsing: .captureForPassthrough, help: .hidden)
  var words: [String] = []

  /// Flags that are not settings, taken out of the words: `--dry-run`.
  func contains(_ flag: String) -> Bool { words.contains(flag) }

  /// Options that are no settings, taken out of the words with their values: `--token T`,
  /// `--token=T`. The last of several counts.
  func taking(_ flags: [String]) -> (rest: SettingArguments, values: [String: String]) {
    var values: [String: String] = [:]
    var rest = SettingArguments()
    rest.words = []
    var index = 0
    while index < words.count {
      let word = words[index]
      index += 1
      if flags.contains(word), index < words.count {
        values[word] = words[index]
        index += 1
      } else if let flag = flags.first(where: { word.hasPrefix("\($0)=") }) {
        values[flag] = String(word.dropFirst(flag.count + 1))
      } else {
        rest.words.append(word)
      }
    }
    return (rest, values)
  }

  /// - Parameters:
  ///   - command: whose help is printed where it is asked for.
  ///   - flags: the command's own, with help for each.
  func resolve(
    for command: any ParsableCommand.Type, flags: [(flag: String, help: String)] = []
  ) throws -> ResolvedSettings {
    if words.contains("--help") || words.contains("-h") {
      throw CleanExit.message(Self.help(for: command, flags: flags))
    }
    let settings = words.filter { word in !flags.contains { $0.flag == word } }
    do {
      return try ResolvedSettings(
        SettingSources(
          arguments: settings, environment: ProcessFacts.environment,
          hostName: ProcessFacts.hostName))
    } catch {
      throw UnusableSettings(reason: "\(error)")
    }
  }

  /// The file that was named, by flag or variable.
  var file: String? {
    for (index, word) in words.enumerated().reversed() {
      if word.hasPrefix("--config=") { return String(word.dropFirst("--config=".count)) }
      if word == "--config", index + 1 < words.count { return words[index + 1] }
    }
    return ProcessFacts.environment["MARTLET_CONFIG"]
  }

  private static func help(
    for command: any ParsableCommand.Type, flags: [(flag: String, help: String)]
  ) -> String {
    let configuration = command.configuration
    var text = "OVERVIEW: \(configuration.abstract)\n"
    if !configuration.discussion.isEmpty { text += "\n\(configuration.discussion)\n" }
    text += "\nUSAGE: martlet \(HelpPath.words(of: command)) [SETTING...]\n"
    if !flags.isEmpty {
      text += "\nOPTIONS:\n" + flags.map { "  \($0.flag)  \($0.help)\n" }.joined()
    }
    return text + "\nSETTINGS:\n\(SettingsHelp.settings)\n\n\(SettingsHelp.precedence)"
  }
}

private enum HelpPath {
  static func words(of command: any ParsableCommand.Type) -> String {
    let name = command.configuration.commandName ?? ""
    return command is ConfigCommand.Show.Type ? "config \(name)" : name
  }
}

/// Settings that no further attempt will make better.
struct UnusableSettings: Error, CustomStringConvertible {
  let reason: String
  var description: String { reason }
}
