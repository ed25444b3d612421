import Yams

/// The settings of a file: one YAML mapping of names to values; a list's items are joined by commas.
enum SettingFile {
  static func values(
    _ content: [UInt8], path: String
  ) throws(SettingError) -> [(key: String, value: String)] {
    func wrong(_ reason: String) -> SettingError { .notYAML(file: path, reason: reason) }
    guard let text = String(validating: content, as: UTF8.self) else {
      throw wrong("it is not UTF-8")
    }
    let root: Node?
    do { root = try Yams.compose(yaml: text) } catch { throw wrong("\(error)") }
    guard let root, root.null == nil else { return [] }
    guard let mapping = root.mapping else { throw wrong("it has to be a mapping") }
    var values: [(key: String, value: String)] = []
    for (key, value) in mapping {
      guard let name = key.scalar?.string else { throw wrong("names have to be plain") }
      if let scalar = value.scalar {
        values.append((name, value.null == nil ? scalar.string : ""))
      } else if let items = value.sequence {
        let texts = items.compactMap(\.scalar?.string)
        guard texts.count == items.count else { throw wrong("\(name) has to be a plain list") }
        values.append((name, texts.joined(separator: ",")))
      } else {
        throw wrong("\(name) has to be a value or a list")
      }
    }
    return values
  }
}
