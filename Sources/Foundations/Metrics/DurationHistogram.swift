import Synchronization

/// Counts how long things took, by upper bounds. Any thread may add; nobody waits. A reader may see
/// an addition in part: each number is right by itself, and none is ever lost.
package final class DurationHistogram: Sendable {
  /// For requests and writes, in seconds. Source: upstream's `apiserver_request_duration_seconds`.
  package static let requestBounds: [Double] = [
    0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45,
    60,
  ]

  /// Seconds, rising.
  package let bounds: [Double]
  /// One for each bound, then one for what took longer.
  private let counts = InlineArray<24, Atomic<Int>> { _ in Atomic(0) }
  private let nanoseconds = Atomic<Int>(0)

  /// - Parameter bounds: at most 23, in seconds, rising.
  package init(bounds: [Double] = requestBounds) {
    precondition(bounds.count <= 23, "a histogram has room for 23 bounds")
    self.bounds = bounds
  }

  /// Cost is two atomic additions and a look at the bounds up to the one that fits.
  package func add(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    let spent = max(0, Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000))
    let share = Double(spent) / 1_000_000_000
    let place = bounds.firstIndex { share <= $0 } ?? bounds.count
    counts[place].add(1, ordering: .relaxed)
    nanoseconds.add(spent, ordering: .relaxed)
  }

  /// How many took no longer than each bound, and last how many there were at all.
  package var cumulative: [Int] {
    var sum = 0
    return (0...bounds.count).map { place in
      sum += counts[place].load(ordering: .relaxed)
      return sum
    }
  }

  package var isEmpty: Bool { cumulative.last == 0 }

  /// Seconds.
  package var sum: Double { Double(nanoseconds.load(ordering: .relaxed)) / 1_000_000_000 }
}
