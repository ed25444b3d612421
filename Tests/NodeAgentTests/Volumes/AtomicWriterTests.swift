import Foundations
import Glibc
import Testing

@testable import NodeAgent

@Suite struct AtomicWriterTests {
  private func file(_ path: String, _ text: String, mode: UInt32 = 0o644) -> VolumeFile {
    VolumeFile(path: path, bytes: Array(text.utf8), mode: mode)
  }

  @Test("files appear with their modes, in directories of their own")
  func first() throws {
    let directory = try TestDirectory()
    let writer = AtomicWriter(directory: directory.path)
    #expect(
      try writer.write([file("a", "1", mode: 0o400), file("deep/er/b", "2")], at: .at(0)))
    #expect(try directory.read("a") == "1")
    #expect(try directory.read("deep/er/b") == "2")
    #expect(directory.mode("a") == 0o400)
    let names = try HostDirectory.names(in: directory.path)
    #expect(names.filter { !$0.hasPrefix("..") } == ["a", "deep"])
  }

  @Test("nothing is written where nothing changed")
  func same() throws {
    let directory = try TestDirectory()
    let writer = AtomicWriter(directory: directory.path)
    try writer.write([file("a", "1")], at: .at(0))
    let before = try HostDirectory.names(in: directory.path)
    #expect(try !writer.write([file("a", "1")], at: .at(9)))
    #expect(try HostDirectory.names(in: directory.path) == before)
  }

  @Test("a change replaces all files at once, and leaves nothing behind")
  func change() throws {
    let directory = try TestDirectory()
    let writer = AtomicWriter(directory: directory.path)
    try writer.write([file("a", "1"), file("gone", "x"), file("d/x", "y")], at: .at(0))
    let held = open("\(directory.path)/a", O_RDONLY)
    defer { close(held) }
    #expect(try writer.write([file("a", "2"), file("d/z", "y")], at: .at(1)))
    #expect(try directory.read("a") == "2")
    #expect(try directory.read("gone") == nil)
    #expect(try directory.read("d/x") == nil)
    #expect(try HostDirectory.names(in: directory.path).count == 4)
    var byte: UInt8 = 0
    #expect(pread(held, &byte, 1, 0) == 1 && byte == UInt8(ascii: "1"))
  }

  @Test("a moment that was used already is no obstacle")
  func sameMoment() throws {
    let directory = try TestDirectory()
    let writer = AtomicWriter(directory: directory.path)
    try writer.write([file("a", "1")], at: .at(0))
    #expect(try writer.write([file("a", "2")], at: .at(0)))
    #expect(try directory.read("a") == "2")
  }

  @Test("the last of two files of one path counts")
  func duplicates() throws {
    let directory = try TestDirectory()
    try AtomicWriter(directory: directory.path)
      .write([file("a", "1"), file("./a", "2")], at: .at(0))
    #expect(try directory.read("a") == "2")
  }

  @Test("a group may read what the owner may", .enabled(if: geteuid() == 0, "needs root"))
  func group() throws {
    let directory = try TestDirectory()
    try AtomicWriter(directory: directory.path, groupID: 4242)
      .write([file("a", "1", mode: 0o400)], at: .at(0))
    #expect(directory.groupID("a") == 4242)
    #expect(directory.mode("a") == 0o440)
  }
}
