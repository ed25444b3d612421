import Foundations
import Glibc

@testable import NodeAgent

/// A directory of a test's own, removed with it.
final class TestDirectory: Sendable {
  let path: String

  init() throws {
    path = "/tmp/martlet-test-\(UID.random())"
    try DurableFile.makeDirectory(path, mode: 0o755)
  }

  deinit { try? FileTree.remove(path) }  // what is left is the system's to clear

  func write(_ name: String, _ text: String) throws {
    try FileTree.write(Array(text.utf8), to: "\(path)/\(name)", mode: 0o644)
  }

  func read(_ name: String) throws -> String? {
    try DurableFile.read("\(path)/\(name)").map { String(decoding: $0, as: UTF8.self) }
  }

  func link(_ name: String, to target: String) throws {
    guard symlink(target, "\(path)/\(name)") == 0 else {
      throw FileError("make the link", name, errno)
    }
  }

  func mode(_ name: String) -> UInt32 {
    var status = stat()
    stat("\(path)/\(name)", &status)
    return status.st_mode & 0o7777
  }

  func groupID(_ name: String) -> UInt32 {
    var status = stat()
    stat("\(path)/\(name)", &status)
    return status.st_gid
  }
}
