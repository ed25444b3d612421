/// How long each of many operations took.
package struct Distribution: Equatable, Sendable {
  private let sorted: [Duration]

  package init(_ samples: [Duration]) { sorted = samples.sorted() }

  package var count: Int { sorted.count }

  /// The smallest sample that at least `percent` of all samples do not pass (nearest rank).
  /// - Parameter percent: 1...100.
  /// - Returns: `nil` where there are no samples.
  package func percentile(_ percent: Int) -> Duration? {
    precondition((1...100).contains(percent), "a percentile lies in 1...100")
    guard !sorted.isEmpty else { return nil }
    let rank = (sorted.count * percent + 99) / 100
    return sorted[rank - 1]
  }
}
