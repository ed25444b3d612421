import Foundations
import Glibc
import Testing

@testable import NodeAgent

@Suite struct VolumeDirectoriesTests {
  @Test("a volume's directory is made once, open to all, and removed with what is in it")
  func making() throws {
    let directory = try TestDirectory()
    let volumes = VolumeDirectories(root: "\(directory.path)/volumes")
    let path = try volumes.make("pvc-1", byteCount: 1)
    #expect(path == "\(directory.path)/volumes/pvc-1")
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_mode & 0o7777 == 0o777)
    try directory.write("volumes/pvc-1/file", "1")
    #expect(try volumes.make("pvc-1", byteCount: 1) == path)
    #expect(try directory.read("volumes/pvc-1/file") == "1")
    try volumes.remove("pvc-1")
    try volumes.remove("pvc-1")
    #expect(stat(path, &status) != 0)
  }

  @Test("names that lead elsewhere are refused", arguments: ["", "..", "a/b", "../x", "A"])
  func names(_ name: String) throws {
    let directory = try TestDirectory()
    let volumes = VolumeDirectories(root: directory.path)
    #expect(throws: VolumeDirectories.Problem.badName(name)) {
      try volumes.make(name, byteCount: 1)
    }
    #expect(throws: VolumeDirectories.Problem.badName(name)) { try volumes.remove(name) }
  }

  @Test("more than the whole file system has is refused")
  func full() throws {
    let directory = try TestDirectory()
    let volumes = VolumeDirectories(root: directory.path)
    let error = try #require(throws: VolumeDirectories.Problem.self) {
      try volumes.make("v", byteCount: .max)
    }
    guard case .full = error else {
      Issue.record("\(error)")
      return
    }
  }

  @Test(
    "what is mounted in a volume is not removed through",
    .enabled(if: MountAbility.isGiven, "needs root and CAP_SYS_ADMIN"))
  func mounted() throws {
    let directory = try TestDirectory()
    let volumes = VolumeDirectories(root: directory.path)
    let path = try volumes.make("v", byteCount: 1)
    #expect(mount("tmpfs", path, "tmpfs", 0, nil) == 0)
    defer { umount2(path, Int32(MNT_DETACH)) }
    let error = try #require(throws: VolumeDirectories.Problem.self) { try volumes.remove("v") }
    guard case .inUse = error else {
      Issue.record("\(error)")
      return
    }
  }
}

@Suite(.enabled(if: geteuid() == 0, "needs root"))
struct VolumeOwnershipTests {
  private func look(_ path: String) -> (group: UInt32, mode: mode_t) {
    var status = stat()
    return stat(path, &status) == 0 ? (status.st_gid, status.st_mode & 0o7777) : (0, 0)
  }

  @Test("all of a volume is given to the group, but for what links name")
  func given() throws {
    let directory = try TestDirectory()
    try DurableFile.makeDirectory("\(directory.path)/volume/inner", mode: 0o700)
    try directory.write("volume/inner/file", "1")
    try directory.write("outside", "1")
    chmod("\(directory.path)/volume/inner/file", 0o600)
    chmod("\(directory.path)/outside", 0o600)
    try directory.link("volume/link", to: "\(directory.path)/outside")
    try VolumeOwnership(groupID: 4321).apply(to: "\(directory.path)/volume")
    #expect(look("\(directory.path)/volume") == (4321, look("\(directory.path)/volume").mode))
    #expect(look("\(directory.path)/volume/inner") == (4321, 0o2770))
    #expect(look("\(directory.path)/volume/inner/file") == (4321, 0o660))
    #expect(look("\(directory.path)/outside") == (0, 0o600))
  }

  @Test("a volume whose top is right is left alone where the pod says so")
  func rootMatches() throws {
    let directory = try TestDirectory()
    try DurableFile.makeDirectory("\(directory.path)/volume", mode: 0o777)
    let path = "\(directory.path)/volume"
    let ownership = VolumeOwnership(groupID: 4321, isSkippedWhereRootMatches: true)
    try directory.write("volume/first", "1")
    try ownership.apply(to: path)
    #expect(look("\(path)/first").group == 4321)
    try directory.write("volume/second", "1")
    chown("\(path)/second", 0, 0)
    try ownership.apply(to: path)
    #expect(look("\(path)/second").group == 0)
    try VolumeOwnership(groupID: 4321).apply(to: path)
    #expect(look("\(path)/second").group == 4321)
  }

  @Test("a tree that is too deep is refused, and the process lives")
  func depth() throws {
    let directory = try TestDirectory()
    let deep = "\(directory.path)/v/" + Array(repeating: "d", count: 300).joined(separator: "/")
    try DurableFile.makeDirectory(deep, mode: 0o755)
    #expect(throws: FileError.self) {
      try VolumeOwnership(groupID: 4321).apply(to: "\(directory.path)/v")
    }
  }
}
