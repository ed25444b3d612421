import Foundations
import Testing

@Suite(.timeLimit(.minutes(1))) struct KeyedQueueTests {
  /// Runs the queue's timer while `body` runs.
  private func withTimer(
    of queue: KeyedQueue<String>, _ body: () async throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await queue.runTimer() }
      try await body()
      group.cancelAll()
    }
  }

  @Test("keys come when their pauses are over, whichever was added first")
  func pauses() async throws {
    let queue = KeyedQueue<String>()
    queue.add("never", after: .seconds(3_600))
    try await withTimer(of: queue) {
      queue.add("later", after: .milliseconds(40))
      queue.add("never", after: .seconds(7_200))
      queue.add("sooner", after: .milliseconds(1))
      #expect(await queue.next() == "sooner")
      #expect(await queue.next() == "later")
      queue.add("again", after: .milliseconds(1))
      #expect(await queue.next() == "again")
    }
  }

  @Test("the earlier of two pauses counts")
  func earlier() async throws {
    let queue = KeyedQueue<String>()
    try await withTimer(of: queue) {
      queue.add("key", after: .seconds(3_600))
      queue.add("key", after: .milliseconds(1))
      queue.add("key", after: .seconds(3_600))
      #expect(await queue.next() == "key")
    }
  }
}
