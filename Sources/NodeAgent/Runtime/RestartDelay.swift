/// How long to wait before a process that ended is started again: at once when it had run well,
/// longer and longer when it keeps ending.
package struct RestartDelay: Sendable {
  private var failures = 0

  private static let first: Duration = .milliseconds(100)
  private static let longest: Duration = .seconds(30)
  /// A process that ran for so long was well.
  private static let wellAfter: Duration = .seconds(60)

  package init() {}

  package mutating func next(afterRunning duration: Duration) -> Duration {
    if duration >= Self.wellAfter { failures = 0 }
    failures += 1
    // 100 ms, 200, 400, ...: the shift is bounded so that it cannot overflow.
    return min(Self.longest, Self.first * (1 << min(failures - 1, 16)))
  }
}
