import Synchronization

/// Runs one operation many times, some at once, and times each.
struct LoadLoop: Sendable {
  var count: Int
  var concurrency: Int

  struct Outcome: Sendable {
    var elapsed: Duration
    var latency: Distribution
  }

  /// - Parameter operation: gets the worker's number, `0..<concurrency`, and the operation's,
  ///   `0..<count`. A worker does one operation at a time.
  /// - Throws: the first error of an operation; the others are cancelled.
  func run(
    _ operation: @Sendable @escaping (_ worker: Int, _ index: Int) async throws -> Void
  ) async throws -> Outcome {
    let turns = Turns()
    let clock = ContinuousClock()
    let start = clock.now
    var samples: [Duration] = []
    samples.reserveCapacity(count)
    try await withThrowingTaskGroup(of: [Duration].self) { group in
      for worker in 0..<min(concurrency, count) {
        group.addTask {
          var samples: [Duration] = []
          while true {
            let index = turns.next()
            guard index < count else { return samples }
            let begin = clock.now
            try await operation(worker, index)
            samples.append(clock.now - begin)
          }
        }
      }
      for try await more in group { samples += more }
    }
    return Outcome(elapsed: clock.now - start, latency: Distribution(samples))
  }
}

/// Hands out 0, 1, 2 and so on, each once.
private final class Turns: Sendable {
  private let count = Atomic(0)
  func next() -> Int { count.wrappingAdd(1, ordering: .relaxed).oldValue }
}
