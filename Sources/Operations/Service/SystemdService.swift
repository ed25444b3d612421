import Foundations

/// The server as a unit of systemd.
package struct SystemdService: ServiceHost {
  let installation: Installation

  package var words: String { "systemd unit \(Installation.unitName)" }

  private func unit(_ arguments: [String]) -> [UInt8] {
    Array(SystemdUnit(program: installation.program, arguments: arguments).rendered.utf8)
  }

  package func isRunning(_ arguments: [String]) async throws -> Bool {
    guard try DurableFile.read(installation.unitFile) == unit(arguments) else { return false }
    return try await isAlive()
  }

  package func start(_ arguments: [String]) async throws {
    try DurableFile.write(unit(arguments), to: installation.unitFile, mode: 0o644)
    try await systemctl("daemon-reload")
    try await systemctl("enable", "--quiet", Installation.unitName)
    try await systemctl("restart", Installation.unitName)
  }

  package func stop() async throws {
    guard try DurableFile.read(installation.unitFile) != nil else {
      return try await ServerLock.endHolder(installation.serverLock)
    }
    try await systemctl("disable", "--quiet", "--now", Installation.unitName)
    try await ServerLock.endHolder(installation.serverLock)
  }

  package func isAlive() async throws -> Bool {
    try await Command("systemctl", ["is-active", "--quiet", Installation.unitName]).run()
      .exitCode == 0
  }

  package func lastWords() async throws -> String {
    let command = Command(
      "journalctl", ["--unit", Installation.unitName, "--lines", "10", "--output", "cat"])
    return String(decoding: try await command.run().output, as: UTF8.self)
  }

  private func systemctl(_ arguments: String...) async throws {
    let outcome = try await Command("systemctl", arguments).run()
    guard outcome.exitCode == 0 else {
      throw ServiceError(
        "systemctl \(arguments.joined(separator: " ")) failed: \(outcome.complaint)")
    }
  }
}
