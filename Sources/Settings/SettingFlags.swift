/// The settings of a command line: `--key value` or `--key=value`, and `--config FILE`.
struct SettingFlags {
  private(set) var file: String?
  /// In order; of two for one setting the last one counts.
  private(set) var values: [(setting: Setting, value: String)] = []

  init(_ arguments: [String]) throws(SettingError) {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let flag = parts.first.map(String.init) ?? ""
      let key = String(flag.dropFirst(2))
      let setting = Setting.named(key)
      guard flag.hasPrefix("--"), setting != nil || key == "config" else {
        throw .unknownFlag(argument, nearest: Spelling.nearest(to: key))
      }
      guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst() else {
        throw .missingValue(flag: flag)
      }
      if let setting { values.append((setting, value)) } else { file = value }
    }
  }
}
