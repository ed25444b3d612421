import Foundations
import Glibc
import Testing

@testable import NodeAgent

@Suite(.enabled(if: MountAbility.isGiven, "needs root and CAP_SYS_ADMIN"))
struct SubPathBindingTests {
  @Test("a part of a volume is shown elsewhere, and made where it is missing")
  func binding() throws {
    let directory = try TestDirectory()
    try DurableFile.makeDirectory("\(directory.path)/volume", mode: 0o755)
    let place = "\(directory.path)/places/0"
    defer { try? MountTable.unmountAll(below: directory.path) }
    try SubPathBinding.bind("\(directory.path)/volume", "a/b", at: place)
    try directory.write("volume/a/b/file", "1")
    #expect(try directory.read("places/0/file") == "1")
  }

  @Test("a link that stays inside is followed, one that leads out is refused")
  func links() throws {
    let directory = try TestDirectory()
    try DurableFile.makeDirectory("\(directory.path)/volume/real", mode: 0o755)
    try directory.write("volume/real/file", "1")
    try directory.link("volume/inside", to: "real")
    try directory.link("volume/outside", to: "/etc")
    defer { try? MountTable.unmountAll(below: directory.path) }
    try SubPathBinding.bind(
      "\(directory.path)/volume", "inside/file", at: "\(directory.path)/places/0")
    #expect(try directory.read("places/0") == "1")
    #expect(throws: FileError.self) {
      try SubPathBinding.bind(
        "\(directory.path)/volume", "outside/passwd", at: "\(directory.path)/places/1")
    }
  }
}

enum MountAbility {
  /// Tries a mount, as root may lack the capability inside a container.
  static let isGiven: Bool = {
    guard geteuid() == 0, let directory = try? TestDirectory() else { return false }
    guard mount("tmpfs", directory.path, "tmpfs", 0, nil) == 0 else { return false }
    return umount2(directory.path, Int32(MNT_DETACH)) == 0
  }()
}
