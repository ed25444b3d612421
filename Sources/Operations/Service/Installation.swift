import Foundations
package import Settings

/// Where a server that runs as a service keeps its program and its notes. All of it lies in the
/// server's own directories, but for the two names by which the system finds it.
package struct Installation: Equatable, Sendable {
  package let settings: ServerSettings

  package init(_ settings: ServerSettings) { self.settings = settings }

  package static let unitName = "martlet.service"
  package var unitFile: String { "/etc/systemd/system/\(Self.unitName)" }
  /// Puts the program on everybody's PATH.
  package var link: String { "/usr/local/bin/martlet" }

  package var program: String { "\(settings.dataDirectory)/bin/martlet" }
  package var logFile: String { "\(settings.dataDirectory)/logs/martlet.log" }
  /// Which supervisor runs, and what it was told.
  package var processFile: String { "\(settings.runtimeDirectory)/martlet.pid" }
  /// What the host had before.
  package var hostNote: String { "\(settings.dataDirectory)/host-before" }
  /// Held by the server itself.
  package var serverLock: String { "\(settings.runtimeDirectory)/server.lock" }
}
