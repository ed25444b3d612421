/// What settings are read from, gathered by the caller, so that reading them is pure.
package struct SettingSources: Sendable {
  /// Where settings are looked for when nothing names another file.
  package static let usualFile = "/etc/martlet/config.yaml"

  package var arguments: [String]
  package var environment: [String: String]
  /// As the system gives it: any case, perhaps with a domain.
  package var hostName: String

  package init(arguments: [String], environment: [String: String], hostName: String) {
    self.arguments = arguments
    self.environment = environment
    self.hostName = hostName
  }
}
