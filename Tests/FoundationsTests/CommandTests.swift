import Foundations
import Testing

@Suite struct CommandTests {
  @Test("output, error output and exit code come back")
  func outcome() async throws {
    let outcome = try await Command("sh", ["-c", "echo out; echo bad >&2; exit 3"]).run()
    #expect(outcome.output == Array("out\n".utf8))
    #expect(outcome.errorOutput == Array("bad\n".utf8))
    #expect(outcome.exitCode == 3)
    #expect(outcome.complaint == "bad")
  }

  @Test("input larger than a pipe reaches it, and its echo comes back")
  func largeInput() async throws {
    var command = Command("cat", [])
    command.input = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0) }
    #expect(try await command.run().output == command.input)
  }

  @Test("a program that reads nothing ends the writing, not us")
  func unreadInput() async throws {
    var command = Command("true", [])
    command.input = [UInt8](repeating: 1, count: 1_000_000)
    #expect(try await command.run().exitCode == 0)
  }

  @Test("input can be opened by name, as nft does")
  func inputByName() async throws {
    var command = Command("cat", ["/dev/stdin"])
    command.input = Array("text".utf8)
    #expect(try await command.run().output == Array("text".utf8))
  }

  @Test("one that outstays its limit is killed")
  func limit() async throws {
    var command = Command("sleep", ["60"])
    command.limit = .milliseconds(20)
    #expect(try await command.run().exitCode == 128 + 9)
  }

  @Test("cancelling the task kills it")
  func cancellation() async throws {
    let started = ContinuousClock.now
    let task = Task { try await Command("sleep", ["60"]).run() }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(ContinuousClock.now - started < .seconds(30))
  }

  @Test("a missing program is named")
  func missing() async throws {
    await #expect(throws: ProcessLaunchError(program: "no-such-program", code: 2)) {
      try await Command("no-such-program", []).run()
    }
  }

  @Test("no descriptor but the three is handed down")
  func descriptors() async throws {
    let outcome = try await Command("sh", ["-c", "ls /proc/$$/fd"]).run()
    #expect(String(decoding: outcome.output, as: UTF8.self) == "0\n1\n2\n")
  }
}
