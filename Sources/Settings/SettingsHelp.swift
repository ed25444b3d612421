/// Texts about settings for the terminal.
package enum SettingsHelp {
  /// A line for each setting: flag, what it is for, its default.
  package static var settings: String {
    let initial = ServerSettings(nodeName: "node")
    var rows = Setting.all.map { setting in
      (
        "\(setting.flag) \(setting.placeholder)",
        "\(setting.help) (default: \(setting.defaultWords ?? setting.text(in: initial)))"
      )
    }
    rows.append(
      ("--config FILE", "A YAML file of settings (default: \(SettingSources.usualFile))"))
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { "  \(padded($0.0, to: width))  \($0.1)" }.joined(separator: "\n")
  }

  /// How the three ways to set something relate.
  package static let precedence = """
    Each setting can be given as a flag (--api-port 6443), as an environment variable
    (MARTLET_API_PORT=6443) or in the file (api-port: 6443): a flag wins over a variable, a
    variable over the file, the file over the default. martlet config show prints what is in force
    and where it comes from.
    """

  /// A line for each setting: name, value in force, origin.
  package static func table(_ resolved: ResolvedSettings) -> String {
    let rows = Setting.all.map { setting in
      [
        setting.key, setting.text(in: resolved.settings),
        resolved.origin(of: setting).description,
      ]
    }
    let all = [["SETTING", "VALUE", "FROM"]] + rows
    let widths = (0..<2).map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.map { row in
      "\(padded(row[0], to: widths[0]))   \(padded(row[1], to: widths[1]))   \(row[2])"
    }.joined(separator: "\n")
  }

  private static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
