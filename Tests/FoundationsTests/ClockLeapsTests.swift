import Foundations
import Testing

@Suite struct ClockLeapsTests {
  private let wall = Timestamp(seconds: 1_800_000_000)
  private let steady = ContinuousClock.now

  /// Looks after `passed` by the steady clock and `shown` by the wall clock, both from the start.
  private func look(_ leaps: inout ClockLeaps, passed: Duration, shown: Duration) -> Duration {
    leaps.look(wall: wall.advanced(by: shown), steady: steady.advanced(by: passed))
  }

  @Test("time that passes is no leap, nor is a small correction", arguments: [-59, 0, 59])
  func corrections(seconds: Int) {
    var leaps = ClockLeaps(wall: wall, steady: steady)
    let year = Duration.seconds(365 * 86_400)
    #expect(look(&leaps, passed: year, shown: year + .seconds(seconds)) == .zero)
    #expect(leaps.lag(at: steady.advanced(by: year)) == .zero)
  }

  @Test("small corrections do not add up where somebody looks in between")
  func drift() {
    var leaps = ClockLeaps(wall: wall, steady: steady)
    for step in 1...100 {
      let passed = Duration.seconds(5 * step)
      #expect(look(&leaps, passed: passed, shown: passed + .seconds(step * 30)) == .zero)
    }
  }

  @Test("a leap forward is told once, and lags for a while")
  func forward() {
    var leaps = ClockLeaps(wall: wall, steady: steady)
    let leap = Duration.seconds(60)
    #expect(look(&leaps, passed: .seconds(5), shown: .seconds(5) + leap) == leap)
    #expect(look(&leaps, passed: .seconds(10), shown: .seconds(10) + leap) == .zero)
    let end = steady.advanced(by: .seconds(5) + ClockLeaps.memory)
    #expect(leaps.lag(at: end.advanced(by: .nanoseconds(-1))) == leap)
    #expect(leaps.lag(at: end) == .zero)
  }

  @Test("a leap back is told, lags nothing, and ends the lag of one before")
  func backward() {
    var leaps = ClockLeaps(wall: wall, steady: steady)
    _ = look(&leaps, passed: .seconds(5), shown: .seconds(5000))
    #expect(look(&leaps, passed: .seconds(10), shown: .seconds(10)) == .seconds(-4995))
    #expect(leaps.lag(at: steady.advanced(by: .seconds(10))) == .zero)
  }

  @Test("two leaps in a short while add up")
  func twice() {
    var leaps = ClockLeaps(wall: wall, steady: steady)
    _ = look(&leaps, passed: .zero, shown: .seconds(100))
    _ = look(&leaps, passed: .seconds(60), shown: .seconds(360))
    #expect(leaps.lag(at: steady.advanced(by: .seconds(61))) == .seconds(300))
  }
}
