import Foundation
package import Foundations
package import Logging
import Synchronization

/// A file that takes an event a line, and is put aside when it has grown.
///
/// Lines are written before the answer that they tell of goes out, so that what a client has seen is
/// in the file; nothing waits for the disk. What cannot be written is counted and told of in the
/// server's own log.
/// Source: upstream's `--audit-log-*` and lumberjack's names of old files.
package final class AuditFile: AuditBackend {
  package struct Limits: Equatable, Sendable {
    /// Before a line would pass this, the file is put aside.
    package var byteCountMax = 100 << 20
    /// How many old files are kept; 0 keeps all.
    package var backupsMax = 0
    /// How long old files are kept; 0 keeps them for ever.
    package var ageMaxDays = 0

    package init() {}
  }

  private struct State: ~Copyable {
    var file: AppendedFile
    /// Since a line was last written.
    var lostCount = 0
    var lostTotal = 0
  }

  private let path: String
  private let limits: Limits
  private let logger: Logger
  private let now: @Sendable () -> Timestamp
  private let state: Mutex<State>

  /// Opens the file, and makes it and its directory where they are not there.
  package init(
    path: String, limits: Limits = Limits(), logger: Logger,
    now: @escaping @Sendable () -> Timestamp = { .now() }
  ) throws(FileError) {
    self.path = path
    self.limits = limits
    self.logger = logger
    self.now = now
    try DurableFile.makeDirectory(AuditFileNames(path).directory, mode: 0o700)
    state = Mutex(State(file: try AppendedFile(path)))
  }

  package var name: String { "log" }

  package var lostCount: Int { state.withLock { $0.lostTotal } }

  package func record(_ event: [UInt8]) {
    state.withLock { state in
      do throws(FileError) {
        if state.file.byteCount > 0, state.file.byteCount + event.count + 1 > limits.byteCountMax {
          try putAside(&state)
        }
        try state.file.append(event + [UInt8(ascii: "\n")])
        if state.lostCount > 0 {
          logger.error(
            "audit events were lost", metadata: ["file": "\(path)", "count": "\(state.lostCount)"])
          state.lostCount = 0
        }
      } catch {
        state.lostCount += 1
        state.lostTotal += 1
        if state.lostCount == 1 {
          logger.error(
            "an audit event cannot be written", metadata: ["file": "\(path)", "reason": "\(error)"])
        }
      }
    }
  }

  private func putAside(_ state: inout State) throws(FileError) {
    let names = AuditFileNames(path)
    try state.file.rename(to: names.backup(at: now()))
    state.file = try AppendedFile(path)
    removeOld(names)
  }

  private func removeOld(_ names: AuditFileNames) {
    do {
      let found = try FileManager.default.contentsOfDirectory(atPath: names.directory)
      for name in names.expired(found, limits, now: now()) {
        try FileManager.default.removeItem(atPath: "\(names.directory)/\(name)")
      }
    } catch {
      logger.error(
        "old audit files cannot be removed", metadata: ["file": "\(path)", "reason": "\(error)"])
    }
  }
}
