import Synchronization
import Testing

@testable import APIServer

@Suite struct PacedRunTests {
  /// Work that is finished by hand, in any order.
  private final class Bench: Sendable {
    struct State {
      var running: [Int: @Sendable (String?) -> Void] = [:]
      var startedCount = 0
      var outcomes: [String?] = []
    }
    let state = Mutex(State())

    func begin(_ count: Int, atOnceMax: Int) {
      PacedRun<Int, String>(Array(0..<count), atOnceMax: atOnceMax) { element, finish in
        self.state.withLock {
          $0.running[element] = finish
          $0.startedCount += 1
        }
      } done: { failure in
        self.state.withLock { $0.outcomes.append(failure) }
      }.run()
    }

    var running: [Int] { state.withLock { $0.running.keys.sorted() } }
    var outcomes: [String?] { state.withLock { $0.outcomes } }

    func finish(_ element: Int, _ failure: String? = nil) {
      state.withLock { $0.running.removeValue(forKey: element) }?(failure)
    }
  }

  @Test("no more run at once than may, and the next starts as one finishes")
  func pace() {
    let bench = Bench()
    bench.begin(5, atOnceMax: 2)
    #expect(bench.running == [0, 1])
    bench.finish(1)
    #expect(bench.running == [0, 2])
    bench.finish(0)
    bench.finish(2)
    #expect(bench.running == [3, 4] && bench.outcomes.isEmpty)
    bench.finish(3)
    bench.finish(4)
    #expect(bench.running.isEmpty && bench.outcomes == [nil])
  }

  @Test("the first failure is told once all are finished")
  func failure() {
    let bench = Bench()
    bench.begin(3, atOnceMax: 3)
    bench.finish(2, "first")
    bench.finish(0, "second")
    #expect(bench.outcomes.isEmpty)
    bench.finish(1)
    #expect(bench.outcomes == ["first"])
  }

  @Test("nothing to do is done at once")
  func nothing() {
    let bench = Bench()
    bench.begin(0, atOnceMax: 1)
    #expect(bench.outcomes == [nil])
  }

  @Test("work that finishes at once needs no stack")
  func immediate() {
    let finished = Mutex(0)
    let done = Mutex(false)
    PacedRun<Int, String>(Array(0..<200_000), atOnceMax: 1) { _, finish in
      finished.withLock { $0 += 1 }
      finish(nil)
    } done: { _ in
      done.withLock { $0 = true }
    }.run()
    #expect(finished.withLock { $0 } == 200_000 && done.withLock { $0 })
  }
}
