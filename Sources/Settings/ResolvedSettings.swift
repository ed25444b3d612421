import Foundations

/// The settings in force, and where each comes from. Precedence: flag, then environment
/// variable, then file, then default.
package struct ResolvedSettings: Equatable, Sendable {
  package private(set) var settings: ServerSettings
  private var origins: [String: SettingOrigin] = [:]

  /// Reads the settings' file from the disk.
  package init(_ sources: SettingSources) throws(SettingError) {
    try self.init(sources) { path throws(SettingError) in
      do throws(FileError) { return try DurableFile.read(path) } catch { throw .file(error) }
    }
  }

  /// - Parameter readFile: the file's content, `nil` where there is none. Called once at most.
  package init(
    _ sources: SettingSources, readFile: (String) throws(SettingError) -> [UInt8]?
  ) throws(SettingError) {
    settings = ServerSettings(nodeName: Self.nodeName(of: sources.hostName))
    let flags = try SettingFlags(sources.arguments)
    try readSettings(
      at: flags.file ?? sources.environment["MARTLET_CONFIG"], with: readFile)
    for setting in Setting.all {
      if let value = sources.environment[setting.variable] {
        try set(setting, to: value, from: .variable(setting.variable))
      }
    }
    for (setting, value) in flags.values {
      try set(setting, to: value, from: .flag(setting.flag))
    }
    let problems = settings.problems
    guard problems.isEmpty else { throw .problems(problems) }
  }

  package func origin(of setting: Setting) -> SettingOrigin { origins[setting.key] ?? .byDefault }

  /// A name of the host's that a node may have.
  private static func nodeName(of hostName: String) -> String {
    let name = hostName.lowercased()
    return ObjectName.problems(subdomain: name).isEmpty ? name : "node"
  }

  private mutating func readSettings(
    at path: String?, with readFile: (String) throws(SettingError) -> [UInt8]?
  ) throws(SettingError) {
    let file = path ?? SettingSources.usualFile
    guard let content = try readFile(file) else {
      if path != nil { throw .noFile(file) }
      return
    }
    for (key, value) in try SettingFile.values(content, path: file) {
      guard let setting = Setting.named(key) else {
        throw .unknownKey(key, file: file, nearest: Spelling.nearest(to: key))
      }
      try set(setting, to: value, from: .file(file))
    }
  }

  private mutating func set(
    _ setting: Setting, to text: String, from origin: SettingOrigin
  ) throws(SettingError) {
    guard setting.read(text, &settings) else {
      throw .wrongValue(text, of: setting.key, from: origin, expectation: setting.expectation)
    }
    origins[setting.key] = origin
  }
}
