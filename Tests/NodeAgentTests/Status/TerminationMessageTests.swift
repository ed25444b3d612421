import Foundations
import Testing

@testable import NodeAgent

@Suite struct TerminationMessageTests {
  private func run(_ directory: TestDirectory, exitCode: Int, policy: String) -> ContainerRecord {
    var run = ContainerRecord.run("web", .exited, exitCode: exitCode)
    run.terminationMessageFile = "\(directory.path)/words"
    run.terminationMessagePolicy = policy
    run.logPath = "\(directory.path)/log"
    return run
  }

  @Test("the file's first 4 KiB count")
  func file() throws {
    let directory = try TestDirectory()
    try directory.write("words", String(repeating: "x", count: 5000))
    let words = TerminationMessage.read(of: run(directory, exitCode: 0, policy: "File"))
    #expect(words?.utf8.count == 4096)
  }

  @Test(
    "the log stands in only where asked for, and only after a failure",
    arguments: [
      ("FallbackToLogsOnError", 1, true), ("FallbackToLogsOnError", 0, false), ("File", 1, false),
    ])
  func log(_ policy: String, _ exitCode: Int, _ isTold: Bool) throws {
    let directory = try TestDirectory()
    try directory.write("words", "")
    try directory.write(
      "log",
      "2026-01-01T00:00:00.0Z stdout P par\n2026-01-01T00:00:00.1Z stderr F tly\n"
        + "2026-01-01T00:00:00.2Z stdout F done\n")
    let words = TerminationMessage.read(of: run(directory, exitCode: exitCode, policy: policy))
    #expect(words == (isTold ? "partly\ndone\n" : nil))
  }

  @Test("a link is not followed")
  func link() throws {
    let directory = try TestDirectory()
    try directory.write("secret", "root's")
    try directory.link("words", to: "\(directory.path)/secret")
    #expect(TerminationMessage.read(of: run(directory, exitCode: 0, policy: "File")) == nil)
  }
}
