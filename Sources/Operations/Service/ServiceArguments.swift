package import Settings

/// What the service's server is told: the choices of whoever set it up, wherever they stood, as
/// flags. What stands in the file stays there, and is read at every start.
package enum ServiceArguments {
  /// - Parameter file: the settings' file that was named, if any.
  package static func make(_ resolved: ResolvedSettings, file: String?) -> [String] {
    var arguments = ["server"]
    if let file { arguments.append("--config=\(file)") }
    for setting in Setting.all {
      switch resolved.origin(of: setting) {
      case .byDefault, .file: continue
      case .variable, .flag:
        arguments.append("\(setting.flag)=\(setting.text(in: resolved.settings))")
      }
    }
    return arguments
  }
}
