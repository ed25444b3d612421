import Foundation
import Foundations
import Testing

@Suite struct DurableFileTests {
  /// A directory that the closure may fill, removed afterwards.
  private func inDirectory(_ body: (String) throws -> Void) throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "durable-\(UUID())")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }  // a scratch directory
    try body(url.path)
  }

  @Test("a file is read back as it was written, with the permissions asked for")
  func roundTrip() throws {
    try inDirectory { directory in
      let path = "\(directory)/key"
      let content = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
      try DurableFile.write([1], to: path, mode: 0o644)
      try DurableFile.write(content, to: path, mode: 0o600)
      #expect(try DurableFile.read(path) == content)
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      #expect(attributes[.posixPermissions] as? Int == 0o600)
      #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["key"])
    }
  }

  @Test("what an earlier crash left beside a file does not stop its next writer")
  func leftover() throws {
    try inDirectory { directory in
      let path = "\(directory)/key"
      try Data("half".utf8).write(to: URL(filePath: "\(path).\(getpid()).tmp"))
      try DurableFile.write(Array("whole".utf8), to: path, mode: 0o600)
      #expect(try DurableFile.read(path) == Array("whole".utf8))
    }
  }

  @Test("an absent file reads as nil; what cannot be read or written says which file and why")
  func refusals() throws {
    try inDirectory { directory in
      let absent = try DurableFile.read("\(directory)/none")
      #expect(absent == nil)
      #expect(throws: FileError("read", directory, EISDIR)) { try DurableFile.read(directory) }
      let path = "\(directory)/none/key"
      #expect(throws: FileError("write", path, ENOENT)) {
        try DurableFile.write([], to: path, mode: 0o600)
      }
    }
    #expect(
      FileError("write", "/data/ca.key", ENOSPC).description
        == "cannot write /data/ca.key: No space left on device; free some space on that file system"
    )
  }

  @Test("directories are made with those above them, and existing ones are kept")
  func directories() throws {
    try inDirectory { directory in
      try DurableFile.makeDirectory("\(directory)/a/b/c", mode: 0o700)
      try DurableFile.makeDirectory("\(directory)/a/b/c", mode: 0o755)
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(directory)/a/b/c")
      #expect(attributes[.posixPermissions] as? Int == 0o700)
      try DurableFile.write([], to: "\(directory)/file", mode: 0o600)
      #expect(throws: FileError("make directory", "\(directory)/file/a", ENOTDIR)) {
        try DurableFile.makeDirectory("\(directory)/file/a", mode: 0o700)
      }
    }
  }
}
