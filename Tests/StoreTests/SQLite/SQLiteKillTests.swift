import Foundation
import Foundations
import Testing

@testable import Store

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct SQLiteKillTests {
  /// Lanes run side by side, each with a directory of its own and one victim after the other.
  static let lanes = 4
  static let killsPerLane = 60

  @Test(
    "no acknowledged write is lost and none is half there, however often the writer is killed",
    .timeLimit(.minutes(3)), arguments: 0..<lanes)
  func kill(_ lane: Int) async throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SeededGenerator(seed: seed)
    let directory = try TemporaryDirectory()
    var ledger = Ledger()
    for round in 0..<Self.killsPerLane {
      let told = try VictimProcess.run(
        directory: directory.path, lane: "\(lane).\(round)",
        lifetime: .milliseconds(Int.random(in: 1...60, using: &generator)))
      ledger.note(told)
      if round % 10 == 9 { try await ledger.check(directory.path, "lane \(lane), seed \(seed)") }
    }
    try await ledger.check(directory.path, "lane \(lane), seed \(seed)")
    print("lane \(lane): \(Self.killsPerLane) kills, \(ledger.acknowledged) acknowledged writes")
    #expect(ledger.acknowledged > Self.killsPerLane)
  }
}

/// What the victims said was written.
private struct Ledger {
  private var triples: [String: Revision] = [:]
  private var counts: [String: Int] = [:]
  private var newest = Revision.zero
  private(set) var acknowledged = 0

  mutating func note(_ lines: [Substring]) {
    for line in lines {
      let words = line.split(separator: " ").map(String.init)
      guard words.count > 2, let number = UInt64(words[words.count - 1]) else { continue }
      acknowledged += 1
      newest = max(newest, Revision(number))
      switch words[0] {
      case "all": triples[words[1]] = Revision(number)
      case "one": counts[words[1]] = Int(words[2])
      default: Issue.record("unexpected line \(line)")
      }
    }
  }

  func check(_ directory: String, _ comment: Comment) async throws {
    let store = try SQLiteStore(directory: directory)
    #expect(try await store.newestRevision() >= newest, comment)
    var found: [String: [Revision]] = [:]
    for value in try await store.page(under: "/t/", limit: .max).values {
      let name = value.key.description.split(separator: "/")[1]
      found[String(name), default: []].append(value.modRevision)
      #expect(Set(value.value).count == 1, comment)
    }
    for (name, revisions) in found where revisions.count != 3 || Set(revisions).count != 1 {
      Issue.record("half a transaction: \(name) \(revisions), \(comment)")
    }
    for (name, revision) in triples where found[name]?.first != revision {
      Issue.record("lost: \(name)@\(revision), \(comment)")
    }
    for (name, count) in counts {
      let value = try await store.value(of: Key("/c/\(name)"))
      let stored = value.flatMap { Int(String(decoding: $0.value, as: UTF8.self)) } ?? -1
      #expect(stored >= count, comment)
    }
    await store.close()
  }
}

/// One life of `store-torture write`.
private enum VictimProcess {
  /// - Parameter lifetime: how long it may write before it is killed.
  /// - Returns: the whole lines it wrote.
  static func run(directory: String, lane: String, lifetime: Duration) throws -> [Substring] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
      .resolvingSymlinksInPath().deletingLastPathComponent().appending(path: "store-torture")
    process.arguments = ["write", directory, lane]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    var text: [UInt8] = []
    var deadline: ContinuousClock.Instant?
    // The victim writes without pause, so reading never waits long.
    while deadline.map({ ContinuousClock.now < $0 }) ?? true {
      let chunk = pipe.fileHandleForReading.availableData
      if chunk.isEmpty { break }
      text.append(contentsOf: chunk)
      if deadline == nil { deadline = ContinuousClock.now + lifetime }
    }
    kill(process.processIdentifier, SIGKILL)
    text.append(contentsOf: pipe.fileHandleForReading.readDataToEndOfFile())
    process.waitUntilExit()
    #expect(process.terminationReason == .uncaughtSignal)
    let lines = String(decoding: text, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
    return Array(lines.dropLast())
  }
}
