import Foundations
import NodeAgent

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Makes a server the only one in its runtime directory, and tells others which process it is. The
/// kernel lets go of it when the process ends, however it ends.
package final class ServerLock: Sendable {
  private let descriptor: Int32

  /// What a server in the background or the foreground may take to stop.
  private static let stopLimit: Duration = .seconds(20)

  /// - Parameter path: `Installation.serverLock`; its directory must exist.
  /// - Throws: `ServiceError` where another server holds it.
  package init(_ path: String) throws {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError("write", path, errno) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      let holder = try Self.holder(path).map { " (process \($0.id))" } ?? ""
      throw ServiceError(
        "another server\(holder) runs in the same directories: stop it with martlet down, or give "
          + "this one its own --data-dir and --runtime-dir")
    }
    self.descriptor = descriptor
    guard let own = ProcessIdentity(of: getpid()) else { return }
    let text = Array("\(own.id) \(own.startTicks)\n".utf8)
    guard ftruncate(descriptor, 0) == 0, write(descriptor, text, text.count) == text.count else {
      throw FileError("write", path, errno)
    }
  }

  deinit { close(descriptor) }

  /// The server that holds the lock, if one does.
  static func holder(_ path: String) throws -> ProcessIdentity? {
    let bytes = try DurableFile.read(path) ?? []
    let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    guard words.count == 2, let id = Int32(words[0]), id > 1, let ticks = UInt64(words[1]) else {
      return nil
    }
    let process = ProcessIdentity(id: id, startTicks: ticks)
    return process.isRunning ? process : nil
  }

  /// Ends the server that holds the lock, whoever started it, and waits for it.
  package static func endHolder(_ path: String) async throws {
    guard let process = try holder(path) else { return }
    kill(process.id, SIGTERM)
    if await !process.hasEnded(within: stopLimit) { kill(process.id, SIGKILL) }
  }
}
