import Foundations
import Store

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Writes from many tasks until the process is killed. Each acknowledged write is told on standard
/// output right away, one line of at most `PIPE_BUF` bytes, so that what was told was acknowledged:
/// - `all LANE-N REVISION`: the three keys `/t/LANE-N/0` to `2`, made in one transaction.
/// - `one LANE-WRITER COUNT REVISION`: the key `/c/LANE-WRITER` now holds the count.
struct Victim {
  let store: SQLiteStore
  let lane: String

  init(directory: String, lane: String) throws {
    store = try SQLiteStore(directory: directory)
    self.lane = lane
  }

  func run() async throws {
    tell("ready")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<8 {
        group.addTask { try await writeTriples(writer) }
        group.addTask { try await count(writer) }
      }
      try await group.waitForAll()
    }
  }

  private func writeTriples(_ writer: Int) async throws {
    for number in 0... {
      let name = "\(lane)-\(writer)-\(number)"
      let bytes = [UInt8](repeating: UInt8(number % 251), count: 50 + number * 37 % 3_000)
      let writes = (0..<3).map { Write.create(Key("/t/\(name)/\($0)"), bytes) }
      let revision = try await store.commit(Transaction(writes))
      tell("all \(name) \(revision)")
    }
  }

  private func count(_ writer: Int) async throws {
    let key = Key("/c/\(lane)-\(writer)")
    var revision = try await store.create(key, Array("0".utf8))
    for number in 1... {
      revision = try await store.update(key, Array("\(number)".utf8), ifAt: revision)
      tell("one \(lane)-\(writer) \(number) \(revision)")
    }
  }

  private func tell(_ line: String) {
    let bytes = Array("\(line)\n".utf8)
    // Nobody reads any more: the test is over.
    if write(STDOUT_FILENO, bytes, bytes.count) != bytes.count { exit(0) }
  }
}
