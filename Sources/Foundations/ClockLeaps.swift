import Synchronization

/// Tells when the system's clock was set, by comparing it with one that nobody sets. A machine that
/// slept has made no leap: both clocks went on.
package struct ClockLeaps: Sendable {
  /// Less is what time servers correct.
  package static let leapMin: Duration = .seconds(60)
  /// How long a leap forward is remembered as `lag`: long enough for everything that has ended by it
  /// to be made anew (`lookEvery`, and a few failures in between).
  package static let memory: Duration = .seconds(900)
  /// How soon a leap is noticed.
  package static let lookEvery: Duration = .seconds(5)

  private var wall: Timestamp
  private var steady: ContinuousClock.Instant
  private var leap: (length: Duration, end: ContinuousClock.Instant)?

  package init(wall: Timestamp = .now(), steady: ContinuousClock.Instant = .now) {
    self.wall = wall
    self.steady = steady
  }

  /// By how much the clock was set since the last look; zero where it just went on.
  package mutating func look(
    wall: Timestamp = .now(), steady: ContinuousClock.Instant = .now
  ) -> Duration {
    let set = self.wall.distance(to: wall) - self.steady.duration(to: steady)
    self.wall = wall
    self.steady = steady
    guard set >= Self.leapMin || set <= .zero - Self.leapMin else { return .zero }
    if set > .zero {
      let before = lag(at: steady)
      leap = (before + set, steady.advanced(by: Self.memory))
    } else {
      leap = nil  // what a clock that is right again says is taken at its word
    }
    return set
  }

  /// How far the clock leaped ahead a short while ago: by so much earlier was it, moments ago, that
  /// everything was judged by.
  package func lag(at steady: ContinuousClock.Instant) -> Duration {
    guard let leap, steady < leap.end else { return .zero }
    return leap.length
  }

  /// Calls `onLeap` each time the clock was set, until the task is cancelled. No file is read and
  /// nothing allocated while it was not.
  package static func follow(_ onLeap: @Sendable (Duration) -> Void) async {
    var leaps = ClockLeaps()
    while true {
      do { try await ContinuousClock().sleep(for: lookEvery) } catch { return }
      _ = ForgivingClock.shared.lag
      let set = leaps.look()
      if set != .zero { onLeap(set) }
    }
  }
}

/// Judges the ends of certificates that were good a moment ago: when the clock leaps ahead, their
/// holders get a while to ask for new ones, instead of being strangers at once. A certificate that
/// ends in the course of time, or while the machine sleeps, gets none.
package final class ForgivingClock: Sendable {
  /// Of this process. Whoever runs a server also runs `ClockLeaps.follow`, so that the small
  /// corrections of a clock do not add up to a leap.
  package static let shared = ForgivingClock()

  private let leaps: Mutex<ClockLeaps>

  package init(_ leaps: ClockLeaps = ClockLeaps()) { self.leaps = Mutex(leaps) }

  /// What to take off the time before an end is judged: zero but for a while after a leap.
  package var lag: Duration {
    leaps.withLock { leaps in
      _ = leaps.look()
      return leaps.lag(at: .now)
    }
  }
}
