import Foundations
import NodeAgent
import Settings

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// The server under a supervisor of our own, on a machine without systemd. It does not come back
/// after a reboot by itself.
package struct BackgroundService: ServiceHost {
  let installation: Installation

  package var words: String { "background process, log in \(installation.logFile)" }

  /// The supervisor gives the server 20 s to stop; this leaves it time to tell.
  private static let stopLimit: Duration = .seconds(30)

  private func running() throws -> ServiceNote? {
    guard let note = try ServiceNote.read(installation.processFile), note.supervisor.isRunning
    else { return nil }
    return note
  }

  package func isRunning(_ arguments: [String]) async throws -> Bool {
    try running()?.arguments == arguments
  }

  package func start(_ arguments: [String]) async throws {
    try await stop()
    let settings = installation.settings
    try DurableFile.makeDirectory(settings.runtimeDirectory, mode: 0o755)
    try DurableFile.makeDirectory("\(settings.dataDirectory)/logs", mode: 0o755)
    // The last run's words stay readable beside the new ones, and neither grows for ever.
    rename(installation.logFile, "\(installation.logFile).1")
    let log = open(installation.logFile, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
    guard log >= 0 else { throw FileError("write", installation.logFile, errno) }
    defer { close(log) }
    let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
    guard nothing >= 0 else { throw FileError("read", "/dev/null", errno) }
    defer { close(nothing) }
    var launch = ProcessLaunch(installation.program, ["supervise"] + arguments)
    launch.startsSession = true
    let id = try launch.start(input: nothing, output: log, errorOutput: log)
    guard let supervisor = ProcessIdentity(of: id) else {
      waitpid(id, nil, WNOHANG)
      throw ServiceError("the server ended as soon as it was started: \(try await lastWords())")
    }
    try ServiceNote(supervisor: supervisor, arguments: arguments)
      .write(to: installation.processFile)
  }

  package func stop() async throws {
    if let note = try running() {
      kill(note.supervisor.id, SIGTERM)
      if await !note.supervisor.hasEnded(within: Self.stopLimit) {
        kill(note.supervisor.id, SIGKILL)
      }
      unlink(installation.processFile)
    }
    try await ServerLock.endHolder(installation.serverLock)
  }

  package func isAlive() async throws -> Bool { try running() != nil }

  package func lastWords() async throws -> String {
    let log = try DurableFile.read(installation.logFile) ?? []
    return String(decoding: log.suffix(4096), as: UTF8.self)
      .split(separator: "\n").suffix(10).joined(separator: "\n")
  }
}

extension ProcessIdentity {
  /// Waits for the end, whoever started the process.
  func hasEnded(within limit: Duration) async -> Bool {
    await withTaskGroup(of: Bool.self) { group in
      group.addTask {
        await waitForExit()
        return true
      }
      group.addTask {
        // Cancelled when the process ended first.
        do { try await Task.sleep(for: limit) } catch { return true }
        return false
      }
      let hasEnded = await group.next() ?? true
      group.cancelAll()
      return hasEnded
    }
  }
}
