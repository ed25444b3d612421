import Foundations

/// Makes replacements of failed pods wait longer each time. Pure.
/// Source: upstream's back-off of failed daemon pods: 1 s, doubling to 15 minutes; forgotten after
/// twice the longest pause.
struct FailureBackoff<Key: Hashable & Sendable>: Sendable {
  private struct Entry {
    var pause: Duration
    var since: Timestamp
  }

  private static var first: Duration { .seconds(1) }
  private static var longest: Duration { .seconds(900) }
  private var entries: [Key: Entry] = [:]

  /// - Returns: how long `key` still waits; `nil` where it need not, and then it counts as failed
  ///   once more.
  mutating func pauseLeft(_ key: Key, now: Timestamp) -> Duration? {
    entries = entries.filter { $0.value.since.distance(to: now) < Self.longest * 2 }
    guard let entry = entries[key] else {
      entries[key] = Entry(pause: Self.first, since: now)
      return nil
    }
    let left = entry.pause - entry.since.distance(to: now)
    if left > .zero { return left }
    entries[key] = Entry(pause: min(entry.pause * 2, Self.longest), since: now)
    return nil
  }
}
