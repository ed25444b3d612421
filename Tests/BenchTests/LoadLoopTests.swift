import Synchronization
import Testing

@testable import Bench

@Suite struct LoadLoopTests {
  @Test("every operation runs once, and is timed", arguments: [1, 3, 50])
  func everyOperation(_ concurrency: Int) async throws {
    let seen = Mutex<[Int]>([])
    let outcome = try await LoadLoop(count: 20, concurrency: concurrency).run { worker, index in
      #expect((0..<concurrency).contains(worker))
      seen.withLock { $0.append(index) }
    }
    #expect(seen.withLock { $0.sorted() } == Array(0..<20))
    #expect(outcome.latency.count == 20)
  }

  @Test("a failing operation ends the load")
  func failure() async {
    struct Refused: Error {}
    await #expect(throws: Refused.self) {
      try await LoadLoop(count: 20, concurrency: 2).run { _, index in
        if index == 5 { throw Refused() }
      }
    }
  }
}
