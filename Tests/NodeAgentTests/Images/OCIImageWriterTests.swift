import Foundations
import Testing

@testable import NodeAgent

@Suite struct OCIImageWriterTests {
  private func recipe(_ files: [ImageFile]) -> ImageRecipe {
    var recipe = ImageRecipe(reference: "a.test/b:1", architecture: .amd64, files: files)
    recipe.entrypoint = ["/b"]
    recipe.exposedPorts = ["80/tcp"]
    return recipe
  }

  /// What Debian's tar finds in an archive.
  private func list(_ archive: [UInt8]) async throws -> [String] {
    var command = Command("tar", ["tvf", "-", "--numeric-owner", "--full-time", "--utc"])
    command.input = archive
    let outcome = try await command.run()
    #expect(outcome.exitCode == 0, "\(outcome.complaint)")
    return String(decoding: outcome.output, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  @Test("the same recipe gives the same bytes, in whatever order its files come")
  func deterministic() throws {
    let files = [
      ImageFile("/b", .file([1]), mode: 0o755), ImageFile("/a/c", .file([2]), mode: 0o644),
    ]
    let archive = try OCIImageWriter.archive(recipe(files))
    #expect(try OCIImageWriter.archive(recipe(files.reversed())) == archive)
  }

  @Test("tar finds every file with its mode, owner and time, and the directories it needs")
  func tar() async throws {
    var archive = TarArchive()
    try archive.append("d/", .directory, mode: 0o755)
    try archive.append(
      "d/f", .file, mode: 0o4711, owner: .init(user: 1000, group: 2_000_000),
      content: [UInt8](repeating: 7, count: 1025))
    try archive.append("d/l", .symbolicLink, mode: 0o777, link: "f")
    let long = String(repeating: "n", count: 100)
    try archive.append("\(String(repeating: "p", count: 155))/\(long)", .file, mode: 0o600)
    archive.finish()
    let lines = try await list(archive.bytes)
    #expect(lines[0].hasPrefix("drwxr-xr-x 0/0 "))
    #expect(lines[1].hasPrefix("-rws--x--x 1000/2000000 "))
    #expect(lines[1].contains(" 1025 1970-01-01 00:00:00 d/f"))
    #expect(lines[2].hasSuffix("d/l -> f"))
    #expect(lines[3].hasSuffix(long))
  }

  @Test("a path that does not fit is refused, one that just fits is not")
  func longPaths() throws {
    var archive = TarArchive()
    let most = "\(String(repeating: "p", count: 155))/\(String(repeating: "n", count: 100))"
    try archive.append(most, .file, mode: 0o600)
    #expect(throws: ImageError.pathTooLong("\(most)n")) {
      try archive.append("\(most)n", .file, mode: 0o600)
    }
    #expect(throws: ImageError.notAbsolute("b")) {
      try OCIImageWriter.archive(recipe([ImageFile("b", .file([]), mode: 0o644)]))
    }
  }

  @Test("an archive holds a layout, an index, and three blobs under their digests")
  func layout() async throws {
    let archive = try OCIImageWriter.archive(recipe([ImageFile("/b", .file([1]), mode: 0o755)]))
    let lines = try await list(archive)
    #expect(lines.count == 7)
    #expect(lines.filter { $0.contains("blobs/sha256/") }.count == 4)
  }

  @Test("the pause program is a small static program for each processor")
  func pause() throws {
    for (program, machine) in [(PauseProgram.x86_64, 62), (PauseProgram.arm64, 183)] {
      #expect(program.prefix(4) == [0x7f, 0x45, 0x4c, 0x46])
      #expect(Int(program[18]) == machine)  // e_machine
      #expect(program.count < 1024)
    }
    #expect(try PauseImage.archive(for: .amd64) != PauseImage.archive(for: .arm64))
  }

  @Test("a directory can be the image's root, and keeps its links, wherever they lead")
  func root() async throws {
    let directory = try TestDirectory()
    try DurableFile.makeDirectory("\(directory.path)/etc", mode: 0o755)
    try directory.write("etc/name", "1")
    try directory.link("etc/alias", to: "name")
    try directory.link("missing", to: "/nowhere")
    let plan = ImageBuildPlan(recipe: recipe([]), files: ["\(directory.path):/"], links: [])
    #expect(
      try plan.gathered().files.sorted { $0.path < $1.path } == [
        ImageFile("/etc", .directory, mode: 0o755),
        ImageFile("/etc/alias", .symbolicLink(to: "name"), mode: 0o777),
        ImageFile("/etc/name", .file([0x31]), mode: 0o644),
        ImageFile("/missing", .symbolicLink(to: "/nowhere"), mode: 0o777),
      ])
  }

  @Test("a plan reads host files and directories, with modes said or found")
  func plan() throws {
    let plan = ImageBuildPlan(
      recipe: recipe([]), files: ["/bin/true:/bin/true:0755", "/usr/share/doc/tar:/doc"],
      links: ["/bin/t=true"])
    #expect(try plan.archive().count > 10_000)
    for bad in ["/bin/true", "/bin/true:bin/true", "/bin/true:/bin/true:9", "a:/b:7:7"] {
      let plan = ImageBuildPlan(recipe: recipe([]), files: [bad], links: [])
      #expect(throws: ImageError.badFileArgument(bad)) { try plan.archive() }
    }
  }
}
